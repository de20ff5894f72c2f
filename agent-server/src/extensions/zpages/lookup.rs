//! Asking the store from async code.

use tokio::task::spawn_blocking;

use super::problem::Problem;
use crate::component::Shared;
use crate::store::Store;

/// Runs `question` against the store on a thread that may block.
pub(super) async fn ask<T, E>(
    shared: &Shared,
    question: impl FnOnce(&Store) -> Result<T, E> + Send + 'static,
) -> Result<T, Problem>
where
    T: Send + 'static,
    E: Into<Problem> + Send + 'static,
{
    let store = shared.store.get().ok_or_else(Problem::no_store)?;
    match spawn_blocking(move || question(&store)).await {
        Ok(answer) => answer.map_err(Into::into),
        Err(error) => Err(Problem::internal(&error)),
    }
}
