//! Waiting for another process: the only thing to do is to look again, up to a deadline.

use std::fmt::Debug;
use std::time::{Duration, Instant};

/// How long anything may take before a test gives up: generous, because machines are shared.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Calls `attempt` until it returns `Ok`, and returns that.
///
/// # Panics
///
/// When it still fails after [`PATIENCE`]; the message shows the last failure.
pub async fn until<T, E: Debug>(mut attempt: impl AsyncFnMut() -> Result<T, E>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match attempt().await {
            Ok(value) => return value,
            Err(error) if Instant::now() > deadline => panic!("gave up waiting: {error:?}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}
