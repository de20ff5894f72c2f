//! A header that may be there once at most.

use http::HeaderName;

use crate::ExtractError;
use crate::carrier::Getter;
use crate::whitespace::trim;

/// Reads a header without the spaces around it; `None` when it is not there.
///
/// Of two the order is not known for sure on every hop, so none is believed.
pub(super) fn read<T>(
    carrier: &dyn Getter,
    name: &HeaderName,
    duplicate: ExtractError,
    parse: impl Fn(&[u8]) -> Result<T, ExtractError>,
) -> Result<Option<T>, ExtractError> {
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
