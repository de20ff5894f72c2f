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
//! not stretch the span it is a child of: that ends with its response.

use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use opentelemetry::Context;
use pin_project_lite::pin_project;

#[cfg(feature = "tokio")]
mod tokio;

#[cfg(feature = "tokio")]
pub use self::tokio::{spawn, spawn_blocking};

pin_project! {
    /// A future, or a stream's next step, in a context; made by [`in_context`].
    ///
    /// The context is current while the future is polled, and nowhere else.
    #[derive(Clone, Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct InContext<F> {
        #[pin]
        inner: F,
        context: Context,
    }
}

impl<F> InContext<F> {
    /// `future` in `context`.
    pub fn new(future: F, context: Context) -> Self {
        Self {
            inner: future,
            context,
        }
    }
}

impl<F: Future> Future for InContext<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _attached = this.context.clone().attach();
        this.inner.poll(cx)
    }
}

/// `future` in the context that is current now.
pub fn in_context<F: Future>(future: F) -> InContext<F> {
    InContext::new(future, Context::current())
}
