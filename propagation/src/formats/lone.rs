//! A header that may be there once at most.

use http::HeaderName;

use crate::ExtractError;
use crate::carrier::{Getter, Lookup};
use crate::whitespace::trim;

/// Reads a header without the spaces around it; `None` when it is not there.
///
/// Of two the order is not known for sure on every hop, so none is believed.
pub(super) fn read<T, G: Getter + ?Sized>(
    carrier: &G,
    name: &HeaderName,
    duplicate: ExtractError,
    parse: impl Fn(&[u8]) -> Result<T, ExtractError>,
) -> Result<Option<T>, ExtractError> {
    match carrier.lookup(name) {
        Lookup::Absent => return Ok(None),
        Lookup::Lone(value) => return parse(trim(value.as_bytes())).map(Some),
        Lookup::Unknown => {}
    }
    let mut found = Ok(None);
    let mut first = true;
    carrier.visit(name, &mut |value| {
        found = if first {
            parse(trim(value)).map(Some)
        } else {
            Err(duplicate)
        };
        first = false;
    });
    found
}
