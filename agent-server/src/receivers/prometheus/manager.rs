//! The task of a job: which targets there are now.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use http::{HeaderName, HeaderValue};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::discovery::{Group, watch_files, watch_url};
use super::job::Job;
use super::scrape::{Counters, Loop, Request};
use super::target::Target;
use crate::component::Tasks;
use crate::receivers::intake::Intake;

/// Targets of one job that are scraped at most; what is beyond is counted.
const MAX_TARGETS: usize = 100_000;

/// Keeps one task running for each target of a job.
#[derive(Debug)]
pub(super) struct Manager {
    job: Arc<Job>,
    intake: Intake,
    counters: Counters,
    tasks: Tasks,
    running: HashMap<Arc<Target>, CancellationToken>,
    forbidden: Option<usize>,
}

impl Manager {
    /// A manager that has started nothing yet.
    pub(super) fn new(job: Arc<Job>, intake: Intake, counters: Counters, tasks: Tasks) -> Self {
        Self {
            job,
            intake,
            counters,
            tasks,
            running: HashMap::new(),
            forbidden: None,
        }
    }

    /// Runs until the agent stops, or at once to its end where no list of targets can change.
    pub(super) async fn run(mut self) {
        let (updates, mut changed) = mpsc::channel(1);
        let mut lists = vec![self.job.statics.clone()];
        for file in &self.job.files {
            let config = file.clone();
            let watch = watch_files(config, updates.clone(), lists.len(), self.counters.clone());
            self.spawn(watch);
            lists.push(Vec::new());
        }
        for (config, http) in &self.job.urls {
            let (config, http) = (config.clone(), http.clone());
            let (updates, counters) = (updates.clone(), self.counters.clone());
            self.spawn(watch_url(config, http, updates, lists.len(), counters));
            lists.push(Vec::new());
        }
        drop(updates);
        self.reconcile(&lists);
        while let Some((index, groups)) = changed.recv().await {
            if let Some(list) = lists.get_mut(index) {
                *list = groups;
            }
            self.reconcile(&lists);
        }
    }

    fn spawn(&self, watch: impl Future<Output = ()> + Send + 'static) {
        let stop = self.tasks.token().clone();
        self.tasks.spawn(async move {
            stop.run_until_cancelled_owned(watch).await;
        });
    }

    /// Starts what is new and ends what is gone.
    fn reconcile(&mut self, lists: &[Vec<Group>]) {
        if self.tasks.token().is_cancelled() {
            return;
        }
        let wanted = self.targets(lists);
        let limit = self.job.target_limit;
        let forbidden = (limit > 0 && wanted.len() > limit).then_some(limit);
        if forbidden != self.forbidden {
            // All of them begin anew, with the other answer.
            self.end(|_| true);
            self.forbidden = forbidden;
        }
        self.end(|target| !wanted.contains(target));
        for target in wanted {
            if !self.running.contains_key(&target) {
                self.start(target);
            }
        }
    }

    fn targets(&self, lists: &[Vec<Group>]) -> HashSet<Arc<Target>> {
        let mut targets = HashSet::new();
        let mut invalid = 0;
        for group in lists.iter().flatten() {
            for address in &group.targets {
                match Target::new(&self.job, group, address) {
                    Ok(Some(target)) if targets.len() < MAX_TARGETS => {
                        targets.insert(Arc::new(target));
                    }
                    Ok(None) => {}
                    Ok(Some(_)) | Err(_) => invalid += 1,
                }
            }
        }
        self.counters.invalid_targets(invalid);
        targets
    }

    fn end(&mut self, goes: impl Fn(&Target) -> bool) {
        let before = self.running.len();
        self.running.retain(|target, gone| {
            let ends = goes(target);
            if ends {
                gone.cancel();
            }
            !ends
        });
        let ended = i64::try_from(before - self.running.len()).unwrap_or(0);
        self.counters.targets.add(-ended);
    }

    fn start(&mut self, target: Arc<Target>) {
        let Some(request) = request(&self.job, &target) else {
            self.counters.invalid_targets(1);
            return;
        };
        let gone = CancellationToken::new();
        let scraping = Loop {
            job: Arc::clone(&self.job),
            target: Arc::clone(&target),
            request,
            intake: self.intake.clone(),
            counters: self.counters.clone(),
            gone: gone.clone(),
            stop: self.tasks.token().clone(),
            forbidden: self.forbidden,
        };
        self.tasks.spawn(scraping.run());
        self.running.insert(target, gone);
        self.counters.targets.add(1);
    }
}

/// The request of every scrape of `target`.
fn request(job: &Job, target: &Target) -> Option<Request> {
    let (client, url) = job.http.client(&target.url).ok()?;
    let host = (url != target.url).then(|| target.url.authority().to_owned());
    let seconds = target.timeout.as_secs_f64().to_string();
    Some(Request {
        client,
        host: host.and_then(|host| HeaderValue::try_from(host).ok()),
        url,
        accept: job.accept.clone(),
        seconds: (
            HeaderName::from_static("x-prometheus-scrape-timeout-seconds"),
            HeaderValue::try_from(seconds).ok()?,
        ),
        compression: job.compression,
        limit: job.body_limit,
    })
}
