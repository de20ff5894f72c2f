//! Step 2 of a span's journey on the client: current context to CLIENT span, and its context into
//! the headers.

mod layer;
pub(crate) mod service;
#[cfg(test)]
mod tests;

pub use self::layer::ClientLayer;
pub use self::service::ClientService;
