//! `jaeger.api_v2.PostSpansRequest`, read and written field by field.

mod read;
mod write;

pub use self::read::read;
pub use self::write::{put_process, put_span};
