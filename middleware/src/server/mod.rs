//! Step 1 and 2 of a span's journey on the server: headers to context, context to SERVER span.

pub(crate) mod address;
mod forwarded;
mod layer;
mod measured_hosts;
pub(crate) mod route;
mod service;
mod settings;
mod start;
#[cfg(test)]
mod tests;

pub(crate) use self::forwarded::Forwarded;
pub use self::layer::ServerLayer;
pub(crate) use self::route::{Route, RouteSlot};
pub use self::service::ServerService;
pub(crate) use self::settings::ServerSettings;
