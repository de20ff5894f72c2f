//! An answer becomes an OTLP request.

use std::sync::Arc;
use std::time::Duration;

use super::content;
use super::report::{Extra, Report};
use super::{Fetched, ScrapeError};
use crate::receivers::prometheus::job::Job;
use crate::receivers::prometheus::parse::Format;
use crate::receivers::prometheus::series::{self, Clockwork, SeriesCache};
use crate::receivers::prometheus::target::Target;
use crate::receivers::prometheus::translate::{
    CollectError, Collector, Points, Tally, Value, Written, collect, write,
};

/// What turns the answers of one target into requests.
#[derive(Debug)]
pub(in crate::receivers::prometheus) struct Scraper {
    job: Arc<Job>,
    target: Arc<Target>,
    series: SeriesCache,
    /// Whether anything has been said of the target.
    is_known: bool,
}

/// What came of one scrape.
#[derive(Debug)]
pub(in crate::receivers::prometheus) struct Outcome {
    pub(in crate::receivers::prometheus) written: Written,
    pub(in crate::receivers::prometheus) duplicates: u64,
    pub(in crate::receivers::prometheus) result: Result<(), ScrapeError>,
}

/// A decompressed answer.
#[derive(Debug)]
pub(in crate::receivers::prometheus) struct Answer {
    pub(in crate::receivers::prometheus) format: Format,
    pub(in crate::receivers::prometheus) text: String,
}

impl Scraper {
    /// A scraper that has seen nothing yet.
    pub(in crate::receivers::prometheus) fn new(job: Arc<Job>, target: Arc<Target>) -> Self {
        Self {
            job,
            target,
            series: SeriesCache::default(),
            is_known: false,
        }
    }

    /// Decompresses what was fetched.
    pub(super) fn open(&self, fetched: Fetched) -> Result<Answer, ScrapeError> {
        let format = content::format(fetched.content_type(), self.job.fallback)
            .ok_or(ScrapeError::ContentType)?;
        let text = fetched.text()?;
        Ok(Answer { format, text })
    }

    /// Makes the request of a scrape that was at `now`, in nanoseconds since the Unix epoch, and
    /// took `duration`.
    pub(in crate::receivers::prometheus) fn process(
        &mut self,
        answer: Result<Answer, ScrapeError>,
        now: u64,
        duration: Duration,
    ) -> Outcome {
        let (job, target) = (Arc::clone(&self.job), Arc::clone(&self.target));
        let collector = job.collector(&target);
        let (answer, error) = match answer {
            Ok(answer) => (Some(answer), None),
            Err(error) => (None, Some(error)),
        };
        let body_bytes = answer
            .as_ref()
            .map_or(-1.0, |answer| answer.text.len() as f64);
        let nothing = || (self.series.points(), Tally::default());
        let ((mut points, tally), error) = match &answer {
            None => (nothing(), error),
            Some(answer) => match self.collect(answer, &collector) {
                Ok(collected) => (collected, None),
                Err(error) => (nothing(), Some(error.into())),
            },
        };
        let clock = Clockwork {
            process_start: self.process_start(&points),
            now,
            track_dated: job.track_dated,
        };
        let added = self.series.observe(&mut points, clock);
        let report = Report {
            up: error.is_none(),
            seconds: duration.as_secs_f64(),
            scraped: tally.scraped,
            kept: tally.kept,
            added,
            extra: self.extra(body_bytes),
        };
        report.put(&target.labels, &mut points);
        self.is_known = true;
        Outcome {
            written: write(&points, target.scheme(), now),
            duplicates: tally.duplicates,
            result: error.map_or(Ok(()), Err),
        }
    }

    /// Makes the request that ends every series of the target.
    pub(in crate::receivers::prometheus) fn end(&mut self, now: u64) -> Written {
        let target = Arc::clone(&self.target);
        let mut points = self.series.points();
        let clock = Clockwork {
            now,
            ..Clockwork::default()
        };
        self.series.observe(&mut points, clock);
        let report = Report {
            extra: self.extra(0.0),
            ..Report::default()
        };
        if self.is_known {
            report.put_stale(&target.labels, &mut points);
        }
        write(&points, target.scheme(), now)
    }

    fn collect<'t>(
        &self,
        answer: &'t Answer,
        collector: &'t Collector<'t>,
    ) -> Result<(Points<'t>, Tally), CollectError> {
        let mut points = self.series.points();
        let tally = collect(answer.format, &answer.text, collector, &mut points)?;
        Ok((points, tally))
    }

    fn extra(&self, body_bytes: f64) -> Option<Extra> {
        self.job.report_extra.then(|| Extra {
            body_bytes,
            sample_limit: self.job.limits.samples,
            timeout_seconds: self.target.timeout.as_secs_f64(),
        })
    }

    /// When the target says that it began.
    fn process_start(&self, points: &Points<'_>) -> Option<u64> {
        let wanted = self.job.start_metric.as_ref()?;
        let mut found = points
            .metrics()
            .iter()
            .filter(|(metric, _)| wanted.is_match(&metric.name));
        found.find_map(|(_, points)| match points.first()?.value {
            Value::Number(seconds) => series::nanos(seconds),
            _ => None,
        })
    }
}
