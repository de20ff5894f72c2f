//! A configuration that has been checked.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use campanile_wire::otlp::Signal;
use serde_json::Value;

use super::configure::{Piece, problem};
use super::data::{Acknowledge, Data};
use super::telemetry::Telemetry;
use super::tree::Node;
use super::{Place, Problem, Report};
use crate::component::{
    ComponentId, Configured, Connector, Delivery, Entry, Extension, Invalid, Processing, Receiver,
};

/// What an agent is to run: every component checked, every reference resolved.
#[derive(Debug)]
pub struct Config {
    /// The connectors that pipelines use.
    pub connectors: Components<Arc<dyn Connector>>,
    /// The exporters that pipelines use.
    pub exporters: Components<Delivery>,
    /// The extensions that `service.extensions` lists.
    pub extensions: Components<Box<dyn Extension>>,
    /// The processors that pipelines use.
    pub processors: Components<Processing>,
    /// The receivers that pipelines use.
    pub receivers: Components<Box<dyn Receiver>>,
    /// How they are connected.
    pub service: Service,
    /// What is odd about it without keeping the agent from starting.
    pub warnings: Report,
}

/// The components of one section that are in use, by id.
pub type Components<C> = BTreeMap<ComponentId, Component<C>>;

/// A component whose configuration has been checked.
pub struct Component<C: 'static> {
    pub(super) entry: &'static Entry<C>,
    pub(super) value: Value,
    pub(super) written: Written,
}

impl<C> Component<C> {
    /// The configuration, ready to build. Every call makes another: a processor is built once for
    /// each of its pipelines.
    ///
    /// # Errors
    ///
    /// None in practice: the same value has passed before.
    pub fn configure(&self) -> Result<Configured<C>, Vec<Invalid>> {
        self.entry.configure(&self.value)
    }

    /// Every key `endpoint`, and every one that ends so, with its value: the defaults too.
    pub(super) fn endpoints(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        if let Ok(value) = self.entry.effective(&self.value) {
            endpoints(&value, &mut String::new(), &mut found);
        }
        found
    }

    /// Every text in a list `targets`, with its key.
    pub(super) fn scraped(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        if let Ok(value) = self.entry.effective(&self.value) {
            targets(&value, "", &mut found);
        }
        found
    }

    /// The id at every key `auth.authenticator`, with its key.
    pub(super) fn authenticators(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        if let Ok(value) = self.entry.effective(&self.value) {
            authenticators(&value, "", &mut found);
        }
        found
    }

    /// Whether there is something at `key`.
    pub(super) fn sets(&self, key: &str) -> bool {
        let value = self.entry.effective(&self.value);
        value.is_ok_and(|value| value.get(key).is_some_and(|value| !value.is_null()))
    }

    /// Whether the listener with this endpoint serves only clients with a certificate, or asks who
    /// they are.
    pub(super) fn knows_clients(&self, endpoint: &str) -> bool {
        let above = endpoint.rsplit_once('.').map_or("", |(above, _)| above);
        let keys = above.split('.').filter(|key| !key.is_empty());
        let Ok(value) = self.entry.effective(&self.value) else {
            return false;
        };
        let listener = keys
            .into_iter()
            .try_fold(&value, |value, key| value.get(key));
        let at = |block: &str, key: &str| listener.and_then(|one| one.get(block)?.get(key));
        let known = [at("tls", "client_ca_file"), at("auth", "authenticator")];
        known.into_iter().flatten().any(Value::is_string)
    }

    /// Where it was written.
    #[must_use]
    pub fn written(&self) -> &Written {
        &self.written
    }
}

fn endpoints(value: &Value, path: &mut String, found: &mut Vec<(String, String)>) {
    let length = path.len();
    for (key, value) in value.as_object().into_iter().flatten() {
        if length > 0 {
            path.push('.');
        }
        path.push_str(key);
        match value {
            Value::String(text) if key.ends_with("endpoint") => {
                found.push((path.clone(), text.clone()));
            }
            value => endpoints(value, path, found),
        }
        path.truncate(length);
    }
}

fn authenticators(value: &Value, path: &str, found: &mut Vec<(String, String)>) {
    for (key, value) in value.as_object().into_iter().flatten() {
        let here = match path {
            "" => key.clone(),
            path => format!("{path}.{key}"),
        };
        match value.get("authenticator").and_then(Value::as_str) {
            Some(id) if key == "auth" => found.push((format!("{here}.authenticator"), id.into())),
            _ => authenticators(value, &here, found),
        }
    }
}

fn targets(value: &Value, path: &str, found: &mut Vec<(String, String)>) {
    for (key, value) in value.as_object().into_iter().flatten() {
        let path = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        targets(value, &path, found);
    }
    for (index, value) in value.as_array().into_iter().flatten().enumerate() {
        let here = format!("{path}[{index}]");
        match value {
            Value::String(text) if path.ends_with("targets") => found.push((here, text.clone())),
            value => targets(value, &here, found),
        }
    }
}

impl<C> fmt::Debug for Component<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.written.path)
    }
}

/// How the components are connected, and what the agent says about itself.
#[derive(Debug)]
pub struct Service {
    /// The ids in pipelines that are connectors'.
    pub connectors: BTreeSet<ComponentId>,
    /// Where the agent keeps what it has accepted.
    pub data: Data,
    /// The extensions, in the order in which they start.
    pub extensions: Vec<ComponentId>,
    /// The pipelines, in the order in which they were written.
    pub pipelines: Vec<Pipeline>,
    /// Logs and metrics of the agent itself.
    pub telemetry: Telemetry,
    pub(super) written: Written,
}

impl Service {
    /// Where it was written.
    #[must_use]
    pub fn written(&self) -> &Written {
        &self.written
    }
}

/// A path from receivers to exporters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// `traces` or `traces/name`.
    pub name: String,
    /// What it carries.
    pub signal: Signal,
    /// Where it begins.
    pub receivers: Vec<ComponentId>,
    /// What its payloads pass, in this order.
    pub processors: Vec<ComponentId>,
    /// Where it ends.
    pub exporters: Vec<ComponentId>,
    /// When its senders are told that a payload is accepted.
    pub acknowledge: Acknowledge,
}

/// A piece of configuration as it was written, for blaming it later.
#[derive(Clone, Debug)]
pub struct Written {
    pub(super) node: Node,
    pub(super) place: Place,
    /// The keys that lead to it: `receivers.otlp`.
    pub path: String,
}

impl Written {
    /// Keeps a piece.
    pub(super) fn keep(piece: Piece<'_>) -> Self {
        Self {
            node: piece.node.clone(),
            place: piece.place.clone(),
            path: piece.path.to_owned(),
        }
    }

    /// The piece.
    pub(super) fn piece(&self) -> Piece<'_> {
        Piece {
            node: &self.node,
            place: &self.place,
            path: &self.path,
        }
    }

    /// Blames the value at `key` for `message`. The problem points at the deepest part of the key
    /// that was written, and names the whole key.
    #[must_use]
    pub fn blame(&self, key: &str, message: impl Into<String>) -> Problem {
        problem(self.piece(), &Invalid::new(key, message))
    }
}
