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

#[cfg(test)]
mod tests {
    use super::super::tests::{context_of, name};
    use super::*;

    #[tokio::test]
    async fn both_kinds_of_tasks_have_the_context_of_their_spawn() {
        let attached = context_of("request").attach();
        let task = spawn(async { name() });
        let blocking = spawn_blocking(name);
        drop(attached);
        assert_eq!(task.await.expect("no panic").as_deref(), Some("request"));
        assert_eq!(
            blocking.await.expect("no panic").as_deref(),
            Some("request")
        );
    }

    #[test]
    fn a_blocking_task_leaves_its_context_to_nobody() {
        // One thread, which the second task runs on too.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .max_blocking_threads(1)
            .build()
            .expect("there are threads");
        let (first, second) = runtime.block_on(async {
            let attached = context_of("request").attach();
            let first = spawn_blocking(|| (std::thread::current().id(), name()));
            drop(attached);
            let second = spawn_blocking(|| (std::thread::current().id(), name()));
            (
                first.await.expect("no panic"),
                second.await.expect("no panic"),
            )
        });
        assert_eq!(first.0, second.0);
        assert_eq!((first.1.as_deref(), second.1), (Some("request"), None));
    }
}
