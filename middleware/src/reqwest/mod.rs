//! Tracing for `reqwest`: as a Tower service, and through `reqwest-middleware`.

mod failure;
mod middleware;
mod request;
mod response;
mod service;
#[cfg(test)]
mod tests;

pub use self::middleware::TraceMiddleware;
pub use self::service::ReqwestFuture;
