//! Step 2 of a span's journey on the client: current context to CLIENT span, and its context into
//! the headers.

mod hosts;
mod layer;
pub(crate) mod retry;
pub(crate) mod service;
mod settings;
#[cfg(test)]
mod tests;

pub use self::layer::ClientLayer;
pub use self::retry::{ResendLayer, ResendService, Resends};
pub use self::service::ClientService;
pub(crate) use self::settings::ClientSettings;
