mod bounds;
mod contents;
mod disk;
mod lists;
mod random;

use super::TraceId;

fn trace_id(number: u128) -> TraceId {
    TraceId::from_bytes(&number.to_be_bytes()).expect("not zero")
}
