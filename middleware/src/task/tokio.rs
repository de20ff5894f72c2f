//! Tasks of tokio in the current context.

use opentelemetry::Context;
use tokio::task::JoinHandle;

use super::in_context;

/// [`tokio::spawn`] in the context that is current now.
///
/// # Panics
///
/// Outside of a tokio runtime, as [`tokio::spawn`] does.
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(in_context(future))
}

/// [`tokio::task::spawn_blocking`] in the context that is current now.
///
/// # Panics
///
/// Outside of a tokio runtime, as [`tokio::task::spawn_blocking`] does.
pub fn spawn_blocking<F, R>(function: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    let context = Context::current();
    tokio::task::spawn_blocking(move || {
        let _attached = context.attach();
        function()
    })
}
