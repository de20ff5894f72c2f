//! A pod, as the API server writes it: what is wanted of it.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Pod {
    pub(super) metadata: Metadata,
    spec: Spec,
    status: Status,
}

/// What it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Metadata {
    pub(super) name: String,
    pub(super) namespace: String,
    pub(super) uid: String,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) annotations: BTreeMap<String, String>,
    owner_references: Vec<Owner>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct Owner {
    kind: String,
    name: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Spec {
    node_name: String,
    host_network: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Status {
    #[serde(rename = "podIP")]
    pod_ip: String,
    start_time: String,
    phase: String,
}

impl Pod {
    /// Its address; nothing where it shares that of its node with others, or has ended: its status
    /// keeps the address, which another pod may have by then.
    pub(super) fn ip(&self) -> Option<&str> {
        let ip = self.status.pod_ip.as_str();
        let has_ended = matches!(self.status.phase.as_str(), "Failed" | "Succeeded");
        (!ip.is_empty() && !self.spec.host_network && !has_ended).then_some(ip)
    }

    /// Its address, be it shared.
    pub(super) fn address(&self) -> &str {
        &self.status.pod_ip
    }

    pub(super) fn node(&self) -> &str {
        &self.spec.node_name
    }

    pub(super) fn start_time(&self) -> &str {
        &self.status.start_time
    }

    /// The name of the owner of this kind.
    pub(super) fn owner(&self, kind: &str) -> &str {
        let mut owners = self.metadata.owner_references.iter();
        let owner = owners.find(|owner| owner.kind == kind);
        owner.map_or("", |owner| &owner.name)
    }

    /// The deployment of its replica set: the name without the hash of the template.
    pub(super) fn deployment(&self) -> &str {
        let set = self.owner("ReplicaSet");
        set.rsplit_once('-').map_or("", |(name, _)| name)
    }
}
