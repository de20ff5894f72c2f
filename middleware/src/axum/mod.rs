//! What axum knows about a request, its type of body, and [`CurrentSpan`](crate::CurrentSpan) as
//! an extractor.

mod body;
mod extensions;
mod extract;
#[cfg(test)]
mod tests;

pub use self::body::AxumBody;
pub(crate) use self::extensions::{matched_path, original_uri, peer};
