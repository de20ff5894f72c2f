//! Letting a connection move, under its watch.

use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use futures_util::future::poll_fn;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::pulse::Pulse;
use super::watch::{Verdict, Watch, Why};

/// How long an alarm waits that nobody has set.
const NEVER: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum Ended {
    #[error("the answer was not ready within {} s", .0.as_secs())]
    Answer(Duration),
    #[error(transparent)]
    Http(#[from] hyper::Error),
    #[error("closed: {0:?}")]
    Watch(Why),
}

/// Lets a connection move, under its watch. After `drain` it takes no further request, and ends once
/// those it has are answered.
pub(super) async fn drive<C: Future<Output = hyper::Result<()>>>(
    mut connection: Pin<&mut C>,
    drain: impl Fn(Pin<&mut C>),
    mut watch: Watch,
    pulse: &Pulse,
    stop: &CancellationToken,
) -> Result<(), Ended> {
    let mut stop = pin!(stop.cancelled());
    let mut stopping = false;
    let mut alarm = pin!(sleep_until(Instant::now() + NEVER));
    poll_fn(|cx| {
        if !stopping && stop.as_mut().poll(cx).is_ready() {
            stopping = true;
            watch.drain(Instant::now());
            drain(connection.as_mut());
        }
        loop {
            if let Poll::Ready(ended) = connection.as_mut().poll(cx) {
                return Poll::Ready(ended.map_err(Ended::from));
            }
            let at = match watch.look(pulse, Instant::now()) {
                Verdict::Close(why) => return Poll::Ready(Err(Ended::Watch(why))),
                Verdict::Drain => {
                    drain(connection.as_mut());
                    continue;
                }
                Verdict::Wait(None) => return Poll::Pending,
                Verdict::Wait(Some(at)) => at,
            };
            // An alarm that rings too early is set anew then: cheaper than at every movement.
            if alarm.is_elapsed() || at < alarm.deadline() {
                alarm.as_mut().reset(at);
            }
            if alarm.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
    })
    .await
}
