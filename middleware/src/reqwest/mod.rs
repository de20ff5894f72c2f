//! Tracing for `reqwest` through `reqwest-middleware`.

mod failure;
mod middleware;
mod response;
#[cfg(test)]
mod tests;

pub use self::middleware::TraceMiddleware;
