//! A target: what to ask, how often, and which labels its samples get.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use reqwest::Url;

use super::discovery::Group;
use super::job::Job;
use super::labels::Labels;
use crate::config::HumanDuration;

/// What is scraped.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Target {
    /// The labels of its samples.
    pub(super) labels: Labels<'static>,
    pub(super) url: Url,
    pub(super) interval: Duration,
    pub(super) timeout: Duration,
}

/// Why what was discovered is no target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum TargetError {
    /// No address.
    #[error("it has no address")]
    Address,
    /// An interval or a timeout that is none, or a timeout longer than the interval.
    #[error("its interval or timeout is not valid")]
    Durations,
    /// What is not a URL.
    #[error("its address, path or parameters do not make a URL")]
    Url,
}

impl Target {
    /// Makes the target at `address` of `group`; `None` if relabelling drops it.
    ///
    /// # Errors
    ///
    /// When it cannot be scraped.
    pub(super) fn new(
        job: &Job,
        group: &Group,
        address: &str,
    ) -> Result<Option<Self>, TargetError> {
        let mut labels = job.defaults();
        for (name, value) in &group.labels {
            labels.set(name.clone(), value.clone());
        }
        labels.set("__address__", address.to_owned());
        if !job.relabel.apply(&mut labels) {
            return Ok(None);
        }
        let duration = |name: &str| {
            let duration = labels.get(name).parse::<HumanDuration>();
            let duration = duration.map_err(|_| TargetError::Durations)?.0;
            Some(duration)
                .filter(|duration| !duration.is_zero())
                .ok_or(TargetError::Durations)
        };
        let interval = duration("__scrape_interval__")?;
        let timeout = duration("__scrape_timeout__")?;
        if timeout > interval {
            return Err(TargetError::Durations);
        }
        let url = url(job, &labels)?;
        if labels.get("instance").is_empty() {
            let address = labels.get("__address__").to_owned();
            labels.set("instance", address);
        }
        labels.retain(|name| !name.starts_with("__"));
        Ok(Some(Self {
            labels: labels.into_owned(),
            url,
            interval,
            timeout,
        }))
    }

    /// `http` or `https`.
    pub(super) fn scheme(&self) -> &str {
        self.url.scheme()
    }

    /// How long the first scrape waits, so that not all targets are scraped at once: the same after
    /// every restart.
    pub(super) fn offset(&self) -> Duration {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        let interval = self.interval.as_nanos().max(1);
        let offset = u128::from(hasher.finish()) % interval;
        Duration::from_nanos(u64::try_from(offset).unwrap_or(0))
    }
}

fn url(job: &Job, labels: &Labels<'_>) -> Result<Url, TargetError> {
    let address = labels.get("__address__");
    if address.is_empty() {
        return Err(TargetError::Address);
    }
    if address.contains(['/', '@', '?', '#']) {
        return Err(TargetError::Url);
    }
    let scheme = labels.get("__scheme__");
    if !matches!(scheme, "http" | "https") {
        return Err(TargetError::Url);
    }
    let url = Url::parse(&format!("{scheme}://{address}/"));
    let mut url = url.map_err(|_| TargetError::Url)?;
    let path = labels.get("__metrics_path__");
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    url.set_path(path);
    let mut pairs = url.query_pairs_mut();
    pairs.clear();
    for (name, value) in labels.iter() {
        if let Some(name) = name.strip_prefix("__param_") {
            pairs.append_pair(name, value);
        }
    }
    // Labels hold the first value of each parameter only.
    for (name, values) in &job.params {
        for value in values.iter().skip(1) {
            pairs.append_pair(name, value);
        }
    }
    drop(pairs);
    let all = [query, url.query().unwrap_or_default()];
    let all: Vec<_> = all.into_iter().filter(|part| !part.is_empty()).collect();
    let all = all.join("&");
    url.set_query((!all.is_empty()).then_some(&all));
    Ok(url)
}
