//! The context of a request in tasks of their own.
//!
//! A spawned task does not inherit the current context. [`in_context`] carries it:
//!
//! ```
//! # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
//! # let _entered = runtime.enter();
//! use campanile_middleware::task::in_context;
//!
//! tokio::spawn(in_context(async {
//!     // What is traced here is a child of the span that was current at the time of the spawn.
//! }));
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! With the feature `tokio` there are [`spawn`] and [`spawn_blocking`], which do both. A task does
//! not stretch the span it is a child of: that ends with its response. What the task traces later
//! is still a child of it; attributes and events that the task gives to the ended span itself are
//! lost.

mod in_context;
#[cfg(test)]
mod tests;
#[cfg(feature = "tokio")]
mod tokio;

pub(crate) use self::in_context::drop_inside;
pub use self::in_context::{InContext, in_context};
#[cfg(feature = "tokio")]
pub use self::tokio::{spawn, spawn_blocking};
