//! Step 1 and 2 of a span's journey on the server: headers to context, context to SERVER span.

pub(crate) mod address;
mod layer;
pub(crate) mod route;
mod service;
#[cfg(test)]
mod tests;

pub use self::layer::ServerLayer;
pub(crate) use self::route::RouteSlot;
pub use self::service::ServerService;
