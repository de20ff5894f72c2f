//! A load generator and a sink, which cost much less than what stands between them.
//!
//! The generator sends requests that were encoded beforehand: all that is done for one is a copy,
//! in which the ids of its spans are filled in. Spans are numbered from one on, and the number is
//! the span id, so the sink says of each span whether it arrived, and whether it arrived twice.
//!
//! ```text
//! campanile-load sink --listen 127.0.0.1:4400 --expect 1000000
//! campanile-load send --to 127.0.0.1:4317 --spans 1000000
//! ```
//!
//! Both print one line of JSON. A span takes about 550 bytes as OTLP: 11 attributes, every fifth
//! an event, and a resource of 8 attributes in each request; eight spans in a row are one trace.
//!
//! | module | what |
//! |---|---|
//! | [`spans`] | what the spans say |
//! | [`encode`] | the same spans in each protocol |
//! | [`template`] | requests that only lack their ids |
//! | [`send`] | the generator |
//! | [`sink`] | the sink |
//! | [`cli`] | both as one program |

pub mod cli;
pub mod encode;
pub mod send;
pub mod sink;
pub mod spans;
pub mod template;
#[cfg(test)]
mod tests;

/// What fails here ends the program, which says so.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
