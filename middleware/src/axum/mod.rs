//! What axum knows about a request, and [`CurrentSpan`](crate::CurrentSpan) as an extractor.

mod extensions;
mod extract;
#[cfg(test)]
mod tests;

pub(crate) use self::extensions::{matched_path, original_uri, peer};
