//! Headers that may be there once.

use http::HeaderName;

use crate::ExtractError;
use crate::carrier::Getter;

/// What `parse` makes of the only value of a header; `duplicate` when there are several, whatever
/// they say: another reader may take another one.
pub(crate) fn lone<T>(
    carrier: &dyn Getter,
    name: &HeaderName,
    duplicate: ExtractError,
    parse: impl Fn(&[u8]) -> Result<T, ExtractError>,
) -> Result<Option<T>, ExtractError> {
    let mut found = Ok(None);
    let mut first = true;
    carrier.visit(name, &mut |value| {
        found = if first {
            parse(value).map(Some)
        } else {
            Err(duplicate)
        };
        first = false;
    });
    found
}
