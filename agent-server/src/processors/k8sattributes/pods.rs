//! The pods that are known.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use tokio::time::Instant;

use super::extract::Extraction;
use super::pod::Pod;
use crate::component::Shared;
use crate::ops::{Counter, Gauge};

/// Pods that are remembered, at most: a node has hundreds, a large cluster some 100,000.
pub(super) const MAX_PODS: usize = 200_000;

/// Pods by all that tells them apart.
#[derive(Debug)]
pub(super) struct Pods {
    table: RwLock<Table>,
    /// Tells what is wanted of a pod.
    extraction: Arc<Extraction>,
    grace: Duration,
    known: Gauge,
    overflow: Counter,
}

#[derive(Debug, Default)]
struct Table {
    by_uid: HashMap<String, Known>,
    by_ip: HashMap<String, Arc<Pod>>,
    by_name: HashMap<(String, String), Arc<Pod>>,
    /// What is gone, and when; the oldest first.
    gone: VecDeque<(Instant, Arc<Pod>)>,
    /// Whether the pods have been listed once.
    is_listed: bool,
}

#[derive(Debug)]
struct Known {
    pod: Arc<Pod>,
    /// Whether it is in `gone`.
    is_gone: bool,
}

impl Pods {
    /// None yet. What is gone is remembered for `grace`.
    pub(super) fn new(extraction: Arc<Extraction>, grace: Duration, shared: &Shared) -> Self {
        let metrics = &shared.metrics;
        Self {
            table: RwLock::default(),
            extraction,
            grace,
            known: metrics.gauge("campanile_k8sattributes_pods", "Pods that are known.", &[]),
            overflow: metrics.counter(
                "campanile_k8sattributes_forgotten_pods",
                "Pods that are not remembered because there are too many.",
                &[],
            ),
        }
    }

    /// Whether they have been listed once.
    pub(super) fn is_listed(&self) -> bool {
        self.read().is_listed
    }

    pub(super) fn by_ip(&self, ip: &str) -> Option<Arc<Pod>> {
        self.read().by_ip.get(ip).cloned()
    }

    pub(super) fn by_uid(&self, uid: &str) -> Option<Arc<Pod>> {
        Some(Arc::clone(&self.read().by_uid.get(uid)?.pod))
    }

    pub(super) fn by_name(&self, namespace: &str, name: &str) -> Option<Arc<Pod>> {
        let key = (namespace.to_owned(), name.to_owned());
        self.read().by_name.get(&key).cloned()
    }

    /// Takes off a pod what is not wanted of it: annotations may hold megabytes.
    pub(super) fn prune(&self, pod: &mut Pod) {
        self.extraction.prune(pod);
    }

    /// These are all there are; others are gone.
    pub(super) fn list(&self, pods: Vec<Pod>, now: Instant) {
        let listed: BTreeSet<String> = pods.iter().map(|pod| pod.metadata.uid.clone()).collect();
        let mut table = self.write();
        table.is_listed = true;
        let unlisted = table.by_uid.keys().filter(|uid| !listed.contains(*uid));
        let unlisted: Vec<_> = unlisted.cloned().collect();
        for uid in unlisted {
            table.leave(&uid, now);
        }
        for pod in pods {
            self.add(&mut table, pod);
        }
        self.forget(&mut table, now);
    }

    /// A pod is new, or has changed.
    pub(super) fn put(&self, mut pod: Pod, now: Instant) {
        self.prune(&mut pod);
        let mut table = self.write();
        self.add(&mut table, pod);
        self.forget(&mut table, now);
    }

    /// A pod is gone.
    pub(super) fn remove(&self, pod: &Pod, now: Instant) {
        let mut table = self.write();
        table.leave(&pod.metadata.uid, now);
        self.forget(&mut table, now);
    }

    fn add(&self, table: &mut Table, pod: Pod) {
        let is_new = !table.by_uid.contains_key(&pod.metadata.uid);
        if is_new && table.by_uid.len() >= MAX_PODS {
            return self.overflow.add(1);
        }
        table.put(Arc::new(pod));
    }

    /// Forgets what has been gone for long enough.
    fn forget(&self, table: &mut Table, now: Instant) {
        while let Some((since, _)) = table.gone.front() {
            if now.duration_since(*since) < self.grace && table.gone.len() <= MAX_PODS {
                break;
            }
            let Some((_, pod)) = table.gone.pop_front() else {
                break;
            };
            // One that has come back is another.
            let known = table.by_uid.get(&pod.metadata.uid);
            if known.is_some_and(|known| Arc::ptr_eq(&known.pod, &pod)) {
                table.drop_pod(&pod);
            }
        }
        self.known
            .set(i64::try_from(table.by_uid.len()).unwrap_or(i64::MAX));
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Table> {
        self.table
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Table> {
        self.table
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Table {
    fn put(&mut self, pod: Arc<Pod>) {
        if let Some(known) = self.by_uid.get(&pod.metadata.uid) {
            let before = Arc::clone(&known.pod);
            self.drop_pod(&before);
        }
        if let Some(ip) = pod.ip() {
            self.by_ip.insert(ip.to_owned(), Arc::clone(&pod));
        }
        self.by_name.insert(name(&pod), Arc::clone(&pod));
        let uid = pod.metadata.uid.clone();
        let is_gone = false;
        self.by_uid.insert(uid, Known { pod, is_gone });
    }

    fn leave(&mut self, uid: &str, now: Instant) {
        if let Some(known) = self.by_uid.get_mut(uid)
            && !std::mem::replace(&mut known.is_gone, true)
        {
            self.gone.push_back((now, Arc::clone(&known.pod)));
        }
    }

    /// Takes out a pod where it has not been replaced by another.
    fn drop_pod(&mut self, pod: &Arc<Pod>) {
        let is = |other: Option<&Arc<Pod>>| {
            other.is_some_and(|other| other.metadata.uid == pod.metadata.uid)
        };
        if let Some(ip) = pod.ip()
            && is(self.by_ip.get(ip))
        {
            self.by_ip.remove(ip);
        }
        if is(self.by_name.get(&name(pod))) {
            self.by_name.remove(&name(pod));
        }
        self.by_uid.remove(&pod.metadata.uid);
    }
}

fn name(pod: &Pod) -> (String, String) {
    (pod.metadata.namespace.clone(), pod.metadata.name.clone())
}
