//! What a SERVER span says, and whose child it is.

mod attributes;
mod capture;
mod filters;
mod grpc;
mod hooks;
mod hyper;
mod legacy;
mod names;
mod parent;
#[cfg(feature = "axum")]
mod peers;
#[cfg(feature = "axum")]
mod queue;
mod sizes;
mod timing;
mod trust;
mod unhurt;
mod upgrades;
mod words;
