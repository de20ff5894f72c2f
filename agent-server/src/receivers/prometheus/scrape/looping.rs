//! The task of a target.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use campanile_wire::otlp::{Signal, split};
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_util::sync::CancellationToken;

use super::process::{Outcome, Scraper};
use super::{Counters, Request, ScrapeError, fetch};
use crate::receivers::intake::Intake;
use crate::receivers::prometheus::job::Job;
use crate::receivers::prometheus::target::Target;
use crate::receivers::prometheus::translate::Written;

/// Points of one payload: what the agent accepts from anybody else.
const MAX_POINTS: u64 = 10_000;
/// Answers from this size on are not read on a thread that serves sockets.
const LARGE: usize = 32 << 10;

/// Scrapes one target until it is told to end.
#[derive(Debug)]
pub(in crate::receivers::prometheus) struct Loop {
    pub(in crate::receivers::prometheus) job: Arc<Job>,
    pub(in crate::receivers::prometheus) target: Arc<Target>,
    pub(in crate::receivers::prometheus) request: Request,
    pub(in crate::receivers::prometheus) intake: Intake,
    pub(in crate::receivers::prometheus) counters: Counters,
    /// Cancelled when the target is no longer to be scraped.
    pub(in crate::receivers::prometheus) gone: CancellationToken,
    /// Cancelled when the agent stops.
    pub(in crate::receivers::prometheus) stop: CancellationToken,
    /// Why the target is not asked at all, though it is one.
    pub(in crate::receivers::prometheus) forbidden: Option<usize>,
}

impl Loop {
    /// Scrapes at once after an offset of the target's own, and then once in every interval. When
    /// the target goes, its series end; when the agent stops they do not, for it will be back.
    pub(in crate::receivers::prometheus) async fn run(self) {
        let start = Instant::now() + self.target.offset();
        let mut ticks = interval_at(start, self.target.interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut scraper = Some(self.scraper());
        let mut was_up = true;
        loop {
            tokio::select! {
                biased;
                () = self.stop.cancelled() => return,
                () = self.gone.cancelled() => {
                    if let Some(mut scraper) = scraper {
                        self.deliver(scraper.end(now())).await;
                    }
                    return;
                }
                _ = ticks.tick() => {}
            }
            let scrape = self.scrape(scraper.take().unwrap_or_else(|| self.scraper()));
            let Some((kept, result)) = self.stop.run_until_cancelled(scrape).await else {
                return;
            };
            scraper = Some(kept);
            self.note(&mut was_up, &result);
        }
    }

    fn scraper(&self) -> Scraper {
        Scraper::new(Arc::clone(&self.job), Arc::clone(&self.target))
    }

    /// Scrapes once, and hands over what came of it.
    async fn scrape(&self, scraper: Scraper) -> (Scraper, Result<(), ScrapeError>) {
        let (time, start) = (now(), Instant::now());
        let fetched = self.fetch().await;
        let took = start.elapsed();
        let is_large = fetched.as_ref().is_ok_and(|fetched| fetched.size() > LARGE);
        let process = move || {
            let mut scraper = scraper;
            let answer = fetched.and_then(|fetched| scraper.open(fetched));
            let outcome = scraper.process(answer, time, took);
            (scraper, outcome)
        };
        let (scraper, outcome) = if is_large {
            match tokio::task::spawn_blocking(process).await {
                Ok(done) => done,
                Err(error) => match error.try_into_panic() {
                    Ok(panic) => std::panic::resume_unwind(panic),
                    // The runtime is shutting down, and this task with it.
                    Err(_) => std::future::pending().await,
                },
            }
        } else {
            process()
        };
        let Outcome {
            written,
            duplicates,
            result,
        } = outcome;
        self.counters.scraped(&result);
        self.counters.left_out(duplicates, written.incomplete);
        self.deliver(written).await;
        (scraper, result)
    }

    async fn fetch(&self) -> Result<super::Fetched, ScrapeError> {
        if let Some(limit) = self.forbidden {
            return Err(ScrapeError::TargetLimit(limit));
        }
        let fetching = fetch(&self.job.http, &self.request);
        timeout(self.target.timeout, fetching)
            .await
            .unwrap_or(Err(ScrapeError::Timeout))
    }

    /// Hands over what was written. What is refused is counted by the intake and gone: the next
    /// scrape has newer values.
    async fn deliver(&self, written: Written) {
        let Written {
            request, points, ..
        } = written;
        if points <= MAX_POINTS {
            let _ = self.intake.take_own(Signal::Metrics, request).await;
            return;
        }
        for part in split(Signal::Metrics, &request, MAX_POINTS) {
            let _ = self.intake.take_own(Signal::Metrics, part.request).await;
        }
    }

    /// Says so when a target goes down or comes back; not at every scrape.
    fn note(&self, was_up: &mut bool, result: &Result<(), ScrapeError>) {
        let (job, instance) = (&self.job.name, self.target.labels.get("instance"));
        match result {
            Err(error) if *was_up => {
                tracing::warn!(%job, %instance, %error, "a target cannot be scraped");
            }
            Ok(()) if !*was_up => tracing::info!(%job, %instance, "a target is scraped again"),
            _ => {}
        }
        *was_up = result.is_ok();
    }
}

/// Nanoseconds since the Unix epoch.
fn now() -> u64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH);
    let nanos = elapsed.unwrap_or(Duration::ZERO).as_nanos();
    u64::try_from(nanos).unwrap_or(u64::MAX)
}
