//! The v2 list in protobuf (`zipkin.proto3.ListOfSpans`), read and written field by field.

mod read;
mod write;

pub use self::read::read;
pub use self::write::push;
