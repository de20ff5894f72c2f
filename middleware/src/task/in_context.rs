//! A future in a context.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use opentelemetry::Context;
use pin_project_lite::pin_project;

pin_project! {
    /// A future in a context; made by [`in_context`].
    ///
    /// The context is current while the future is polled and while it is dropped, and nowhere else.
    #[derive(Clone, Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct InContext<F> {
        // None only while the rest is dropped.
        #[pin]
        inner: Option<F>,
        context: Context,
    }

    impl<F> PinnedDrop for InContext<F> {
        // A future that is cancelled may trace that it was.
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            drop_inside(this.context, || this.inner.set(None));
        }
    }
}

impl<F> InContext<F> {
    /// `future` in `context`.
    pub fn new(future: F, context: Context) -> Self {
        Self {
            inner: Some(future),
            context,
        }
    }
}

impl<F: Future> Future for InContext<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _attached = this.context.clone().attach();
        let inner = this.inner.as_pin_mut();
        inner.expect("only drop takes the future").poll(cx)
    }
}

/// Runs `drop`, which drops what belongs to `context`, there. Where a thread is at its end there may
/// be no current context any more, and it is dropped without.
pub(crate) fn drop_inside(context: &Context, drop: impl FnOnce()) {
    let context = context.clone();
    let attached = catch_unwind(AssertUnwindSafe(|| context.attach()));
    drop();
    std::mem::drop(attached);
}

/// `future` in the context that is current now.
pub fn in_context<F: Future>(future: F) -> InContext<F> {
    InContext::new(future, Context::current())
}
