//! Which pod a resource is of, and the step.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use campanile_wire::otlp::edit::{AttributeEdit, Draft, Edit, Group};
use campanile_wire::otlp::view::Attributes;
use campanile_wire::otlp::write::Scalar;
use regex::Regex;
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::api::Api;
use super::config::{Association, AssociationSource, Config, SourceKind};
use super::extract::Extraction;
use super::pod::Pod;
use super::pods::Pods;
use super::watch::watch;
use crate::component::{BuildError, Context, Processor, Refusal, Tasks};
use crate::payload::Payload;

/// When a sender comes back that was refused because the pods are not known yet.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The step.
pub(super) struct K8sAttributes {
    config: Config,
    /// Nothing where only addresses are passed on.
    api: Option<Api>,
    pods: Arc<Pods>,
    extraction: Arc<Extraction>,
    associations: Vec<Association>,
    excluded: Vec<Regex>,
    /// Until when payloads are refused while the pods have not been listed.
    waits_until: Option<Instant>,
    stopped: CancellationToken,
    /// Stops the task when this is dropped.
    _guard: DropGuard,
}

impl K8sAttributes {
    pub(super) fn new(config: Config, context: &Context) -> Result<Self, BuildError> {
        let api = match config.passthrough {
            true => None,
            false => Some(Api::new(&config)?),
        };
        let excluded = config.exclude.pods.iter().map(|pod| {
            let wrong = |error: regex::Error| BuildError::new("exclude.pods", error.to_string());
            Regex::new(&pod.name).map_err(wrong)
        });
        let waits = config.wait_for_metadata && api.is_some();
        let extraction = Arc::new(Extraction::new(&config.extract)?);
        let grace = config.pod_delete_grace_period.0;
        let stopped = CancellationToken::new();
        Ok(Self {
            api,
            pods: Arc::new(Pods::new(Arc::clone(&extraction), grace, &context.shared)),
            extraction,
            associations: associations(&config),
            excluded: excluded.collect::<Result<_, _>>()?,
            waits_until: waits.then(|| Instant::now() + config.wait_for_metadata_timeout.0),
            _guard: stopped.clone().drop_guard(),
            stopped,
            config,
        })
    }

    /// The pods that are known.
    #[cfg(test)]
    pub(super) fn pods(&self) -> &Pods {
        &self.pods
    }

    fn find(&self, attributes: Attributes<'_>, peer: Option<IpAddr>) -> Option<Arc<Pod>> {
        let mut rules = self.associations.iter();
        let pod = rules.find_map(|rule| self.by_rule(rule, attributes, peer))?;
        let name = &pod.metadata.name;
        (!self.excluded.iter().any(|pattern| pattern.is_match(name))).then_some(pod)
    }

    /// The pod that all sources of a rule mean.
    fn by_rule(
        &self,
        rule: &Association,
        attributes: Attributes<'_>,
        peer: Option<IpAddr>,
    ) -> Option<Arc<Pod>> {
        let text = |name: &str| attributes.find(name)?.as_text();
        let by = |source: &AssociationSource| match (source.from, source.name.as_str()) {
            (SourceKind::Connection, _) => self.pods.by_ip(&peer?.to_string()),
            (_, name @ ("k8s.pod.ip" | "host.name")) => self.pods.by_ip(text(name)?),
            (_, "k8s.pod.uid") => self.pods.by_uid(text("k8s.pod.uid")?),
            (_, "k8s.pod.name" | "k8s.namespace.name") => {
                let namespace = text("k8s.namespace.name")?;
                self.pods.by_name(namespace, text("k8s.pod.name")?)
            }
            _ => None,
        };
        let mut found: Option<Arc<Pod>> = None;
        for source in &rule.sources {
            let pod = by(source)?;
            let same = |other: &Arc<Pod>| other.metadata.uid == pod.metadata.uid;
            if !found.as_ref().is_none_or(same) {
                return None;
            }
            found = Some(pod);
        }
        found
    }
}

/// The configured rules, or the Collector's.
fn associations(config: &Config) -> Vec<Association> {
    if !config.pod_association.is_empty() {
        return config.pod_association.clone();
    }
    let source = |from, name: &str| Association {
        sources: vec![AssociationSource {
            from,
            name: name.to_owned(),
        }],
    };
    vec![
        source(SourceKind::ResourceAttribute, "k8s.pod.ip"),
        source(SourceKind::ResourceAttribute, "k8s.pod.uid"),
        source(SourceKind::Connection, ""),
    ]
}

impl Processor for K8sAttributes {
    fn process(&self, payload: Payload) -> Result<Option<Payload>, Refusal> {
        let waits = self.waits_until.is_some_and(|until| Instant::now() < until);
        if waits && !self.pods.is_listed() {
            return Err(Refusal::Overloaded {
                retry_after: RETRY_AFTER,
            });
        }
        let mut walk = Walk {
            step: self,
            // One that a listener for both families shows is mapped to IPv6.
            peer: payload.peer().map(|peer| peer.to_canonical()),
        };
        Ok(Some(payload.edited(&mut walk)))
    }

    fn looks_inside(&self) -> bool {
        false
    }

    fn start(&self, tasks: &Tasks) {
        let Some(api) = self.api.clone() else {
            return;
        };
        let watching = watch(api, Arc::clone(&self.pods), self.config.watch_sync_period.0);
        let (stopped, all) = (self.stopped.clone(), tasks.token().clone());
        tasks.spawn(async move {
            tokio::select! {
                () = watching => {}
                () = stopped.cancelled() => {}
                () = all.cancelled() => {}
            }
        });
    }
}

impl fmt::Debug for K8sAttributes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("K8sAttributes")
    }
}

struct Walk<'s> {
    step: &'s K8sAttributes,
    peer: Option<IpAddr>,
}

impl Edit for Walk<'_> {
    fn resource(&mut self, resource: &mut Draft<'_>) -> Group {
        if self.step.api.is_none() {
            if let Some(peer) = self.peer {
                let ip = peer.to_string();
                let edit = AttributeEdit::insert("k8s.pod.ip", Scalar::Text(&ip));
                resource.edit_attribute(&edit);
            }
            return Group::Skip;
        }
        let pod = self.step.find(resource.attributes(), self.peer);
        if let Some(pod) = pod {
            resource.edit_attributes(&self.step.extraction.edits(&pod));
        }
        Group::Skip
    }
}
