//! The numbers in a request, found on the wire.

use campanile_wire::protobuf::{Fields, Value, WireError};

/// Calls `found` with the number of every span in an OTLP request; 0 for one without a span id of
/// eight bytes. What follows the id of a span is stepped over, which takes 10 ns a span.
///
/// # Errors
///
/// What was looked at is not protobuf.
pub fn numbers(request: &[u8], mut found: impl FnMut(u64)) -> Result<(), WireError> {
    each(request, 1, |resource_spans| {
        each(resource_spans, 2, |scope_spans| {
            each(scope_spans, 2, |span| {
                found(number(span)?);
                Ok(())
            })
        })
    })
}

fn number(span: &[u8]) -> Result<u64, WireError> {
    for field in Fields::new(span) {
        let field = field?;
        if let (2, Value::Bytes(id)) = (field.number, field.value) {
            return Ok(id.try_into().map_or(0, u64::from_be_bytes));
        }
    }
    Ok(0)
}

/// Calls `visit` with each message in field `wanted`.
fn each<'a>(
    message: &'a [u8],
    wanted: u32,
    mut visit: impl FnMut(&'a [u8]) -> Result<(), WireError>,
) -> Result<(), WireError> {
    for field in Fields::new(message) {
        let field = field?;
        if let (number, Value::Bytes(inner)) = (field.number, field.value)
            && number == wanted
        {
            visit(inner)?;
        }
    }
    Ok(())
}
