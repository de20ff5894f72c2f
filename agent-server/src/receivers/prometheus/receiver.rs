//! The receiver: a task for each job.

use std::sync::Arc;

use campanile_wire::otlp::Signal;
use futures_util::future::BoxFuture;

use super::config::Config;
use super::job::Job;
use super::manager::Manager;
use super::scrape::Counters;
use crate::component::{BuildError, Context, Intakes, Receiver, StartError, Tasks};
use crate::receivers::counters::Invalid;
use crate::receivers::intake::Intake;

/// The receiver, configured.
#[derive(Debug)]
pub(super) struct PrometheusReceiver {
    jobs: Vec<Arc<Job>>,
    context: Context,
}

impl PrometheusReceiver {
    /// Reads what the jobs need.
    pub(super) fn new(config: &Config, context: Context) -> Result<Self, BuildError> {
        let jobs = config.config.scrape_configs.iter().enumerate();
        let jobs = jobs.map(|(index, job)| Job::new(config, index, job).map(Arc::new));
        Ok(Self {
            jobs: jobs.collect::<Result<_, _>>()?,
            context,
        })
    }
}

impl Receiver for PrometheusReceiver {
    fn start(
        self: Box<Self>,
        intakes: Intakes,
        tasks: Tasks,
    ) -> BoxFuture<'static, Result<(), StartError>> {
        Box::pin(async move {
            let invalid = Arc::new(Invalid::new(&self.context, &["protobuf", "too_large"]));
            let intake = Intake::new(&self.context, &intakes, "http", invalid);
            if !intake.serves(Signal::Metrics) {
                return Ok(());
            }
            let counters = Counters::new(&self.context);
            for job in &self.jobs {
                let (job, intake) = (Arc::clone(job), intake.clone());
                let manager = Manager::new(job, intake, counters.clone(), tasks.clone());
                let stop = tasks.token().clone();
                tasks.spawn(async move {
                    stop.run_until_cancelled_owned(manager.run()).await;
                });
            }
            Ok(())
        })
    }
}
