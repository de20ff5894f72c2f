//! Which attributes a pod gives.

use std::collections::BTreeMap;

use campanile_wire::otlp::edit::{AttributeEdit, AttributeEdits};
use campanile_wire::otlp::write::Scalar;
use regex::Regex;

use super::config::{Extract, Field, Rule};
use super::pod::Pod;
use crate::component::BuildError;

/// Attributes that one pod may give.
const MAX_ATTRIBUTES: usize = 128;

/// What is said of a pod.
#[derive(Debug)]
pub(super) struct Extraction {
    fields: Vec<Field>,
    labels: Vec<Named>,
    annotations: Vec<Named>,
}

/// A rule for labels or annotations.
#[derive(Debug)]
struct Named {
    rule: Rule,
    pattern: Option<Regex>,
}

impl Extraction {
    pub(super) fn new(extract: &Extract) -> Result<Self, BuildError> {
        let named = |key: &str, rules: &[Rule]| {
            let named = rules.iter().map(|rule| {
                let pattern = rule.pattern().transpose();
                let pattern = pattern.map_err(|error| BuildError::new(key, error.to_string()))?;
                Ok(Named {
                    rule: rule.clone(),
                    pattern,
                })
            });
            named.collect::<Result<Vec<_>, BuildError>>()
        };
        Ok(Self {
            fields: extract.metadata.clone(),
            labels: named("extract.labels", &extract.labels)?,
            annotations: named("extract.annotations", &extract.annotations)?,
        })
    }

    /// Takes off a pod the labels and annotations that no rule is for.
    pub(super) fn prune(&self, pod: &mut Pod) {
        let wanted = |rules: &[Named], key: &str| rules.iter().any(|named| named.matches(key));
        let metadata = &mut pod.metadata;
        metadata.labels.retain(|key, _| wanted(&self.labels, key));
        let annotations = &mut metadata.annotations;
        annotations.retain(|key, _| wanted(&self.annotations, key));
    }

    /// The attributes of a pod: what a resource says of itself stays.
    pub(super) fn edits(&self, pod: &Pod) -> AttributeEdits {
        let mut found: BTreeMap<String, String> = BTreeMap::new();
        for field in &self.fields {
            let (key, value) = value(*field, pod);
            found.insert(key.to_owned(), value.to_owned());
        }
        for (rules, at, texts) in [
            (&self.labels, "labels", &pod.metadata.labels),
            (&self.annotations, "annotations", &pod.metadata.annotations),
        ] {
            for named in rules {
                found.extend(named.pick(at, texts));
            }
        }
        let found = found.into_iter().filter(|(_, value)| !value.is_empty());
        AttributeEdits::new(
            found
                .take(MAX_ATTRIBUTES)
                .map(|(key, value)| AttributeEdit::insert(&key, Scalar::Text(&value))),
        )
    }
}

impl Named {
    fn matches(&self, key: &str) -> bool {
        match &self.pattern {
            Some(pattern) => pattern.is_match(key),
            None => *key == self.rule.key,
        }
    }

    /// The attributes that the texts `at` a pod give by this rule.
    fn pick(&self, at: &str, texts: &BTreeMap<String, String>) -> Vec<(String, String)> {
        let picked = texts.iter().filter_map(|(key, value)| {
            let tag = match &self.pattern {
                Some(pattern) => {
                    let found = pattern.captures(key)?;
                    let mut tag = String::new();
                    found.expand(&self.rule.tag_name, &mut tag);
                    tag
                }
                None if *key == self.rule.key => self.rule.tag_name.clone(),
                None => return None,
            };
            let tag = match tag.is_empty() {
                true => format!("k8s.pod.{at}.{key}"),
                false => tag,
            };
            Some((tag, value.clone()))
        });
        picked.collect()
    }
}

fn value(field: Field, pod: &Pod) -> (&'static str, &str) {
    match field {
        Field::DaemonSetName => ("k8s.daemonset.name", pod.owner("DaemonSet")),
        Field::DeploymentName => ("k8s.deployment.name", pod.deployment()),
        Field::JobName => ("k8s.job.name", pod.owner("Job")),
        Field::Namespace => ("k8s.namespace.name", &pod.metadata.namespace),
        Field::NodeName => ("k8s.node.name", pod.node()),
        Field::PodIp => ("k8s.pod.ip", pod.address()),
        Field::PodName => ("k8s.pod.name", &pod.metadata.name),
        Field::PodStartTime => ("k8s.pod.start_time", pod.start_time()),
        Field::PodUid => ("k8s.pod.uid", &pod.metadata.uid),
        Field::ReplicaSetName => ("k8s.replicaset.name", pod.owner("ReplicaSet")),
        Field::StatefulSetName => ("k8s.statefulset.name", pod.owner("StatefulSet")),
    }
}
