//! What a user writes.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{Invalid, Validate};
use crate::config::HumanDuration;
use crate::exporters::parse_url;
use crate::receivers::{Unsupported, refuse};

const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// The configuration of `k8sattributes`, with the Collector's keys and defaults.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// How to log in to the API server: `serviceAccount`, or `none` behind `kubectl proxy`. Default
    /// serviceAccount.
    pub(crate) auth_type: AuthType,
    /// The API server, such as `http://127.0.0.1:8001` of `kubectl proxy`. Default that of the
    /// cluster in which the agent runs.
    pub(crate) endpoint: Option<String>,
    /// The file with the service account's token, which is read again for every request. Default
    /// that of the pod in which the agent runs.
    pub(crate) token_file: PathBuf,
    /// The file with the authority (PEM) of the API server. Default that of the pod in which the
    /// agent runs.
    pub(crate) ca_file: PathBuf,
    /// Whether only `k8s.pod.ip` is set, from the sender's address, for an agent behind this one
    /// that knows the pods. Default false.
    pub(crate) passthrough: bool,
    /// Whether payloads are refused until the pods have been listed once. Default false.
    pub(crate) wait_for_metadata: bool,
    /// For how long they are refused at most. Default 10s.
    pub(crate) wait_for_metadata_timeout: HumanDuration,
    /// How often the pods are listed anew, to be sure. Default 5m.
    pub(crate) watch_sync_period: HumanDuration,
    /// For how long a pod that is gone is remembered, for what it has still sent. Default 120s.
    pub(crate) pod_delete_grace_period: HumanDuration,
    /// What is said of a pod.
    pub(crate) extract: Extract,
    /// Which pods are asked for.
    pub(crate) filter: Filter,
    /// How the pod of a resource is found: the first rule that finds one counts. Default
    /// `k8s.pod.ip`, `k8s.pod.uid`, then the sender's address.
    pub(crate) pod_association: Vec<Association>,
    /// Pods that nothing is said of.
    pub(crate) exclude: Exclude,
}

impl Default for Config {
    fn default() -> Self {
        let seconds = |seconds| HumanDuration(Duration::from_secs(seconds));
        Self {
            auth_type: AuthType::default(),
            endpoint: None,
            token_file: format!("{ACCOUNT}/token").into(),
            ca_file: format!("{ACCOUNT}/ca.crt").into(),
            passthrough: false,
            wait_for_metadata: false,
            wait_for_metadata_timeout: seconds(10),
            watch_sync_period: seconds(300),
            pod_delete_grace_period: seconds(120),
            extract: Extract::default(),
            filter: Filter::default(),
            pod_association: Vec::new(),
            exclude: Exclude::default(),
        }
    }
}

/// How to log in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
pub(crate) enum AuthType {
    /// Not at all, as behind `kubectl proxy`.
    #[serde(rename = "none")]
    None,
    /// With the token of the pod's service account.
    #[default]
    #[serde(rename = "serviceAccount")]
    ServiceAccount,
}

/// What is said of a pod.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Extract {
    /// Attributes of the pod. Default namespace, pod name, uid and start time, deployment and node
    /// name.
    pub(crate) metadata: Vec<Field>,
    /// Labels that become attributes. Default none.
    pub(crate) labels: Vec<Rule>,
    /// Annotations that become attributes. Default none.
    pub(crate) annotations: Vec<Rule>,
    /// Whether the deployment's name is read off the name of its replica set; it always is.
    pub(crate) deployment_name_from_replicaset: bool,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub(crate) otel_annotations: Unsupported,
}

impl Default for Extract {
    fn default() -> Self {
        Self {
            metadata: vec![
                Field::Namespace,
                Field::PodName,
                Field::PodUid,
                Field::PodStartTime,
                Field::DeploymentName,
                Field::NodeName,
            ],
            labels: Vec::new(),
            annotations: Vec::new(),
            deployment_name_from_replicaset: false,
            otel_annotations: Unsupported::default(),
        }
    }
}

/// An attribute of a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
pub(crate) enum Field {
    /// The deployment, from the name of the replica set.
    #[serde(rename = "k8s.deployment.name")]
    DeploymentName,
    /// The namespace.
    #[serde(rename = "k8s.namespace.name")]
    Namespace,
    /// The node.
    #[serde(rename = "k8s.node.name")]
    NodeName,
    /// The address.
    #[serde(rename = "k8s.pod.ip")]
    PodIp,
    /// The name.
    #[serde(rename = "k8s.pod.name")]
    PodName,
    /// When it started.
    #[serde(rename = "k8s.pod.start_time")]
    PodStartTime,
    /// The uid.
    #[serde(rename = "k8s.pod.uid")]
    PodUid,
    /// The replica set.
    #[serde(rename = "k8s.replicaset.name")]
    ReplicaSetName,
    /// The stateful set.
    #[serde(rename = "k8s.statefulset.name")]
    StatefulSetName,
    /// The daemon set.
    #[serde(rename = "k8s.daemonset.name")]
    DaemonSetName,
    /// The job.
    #[serde(rename = "k8s.job.name")]
    JobName,
}

/// A label or annotation that becomes an attribute.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Rule {
    /// The attribute's key; `$1` stands for a group of `key_regex`. Default
    /// `k8s.pod.labels.KEY` or `k8s.pod.annotations.KEY`.
    pub(crate) tag_name: String,
    /// The key of the label or annotation.
    pub(crate) key: String,
    /// A regular expression of whole keys, in place of `key`.
    pub(crate) key_regex: String,
    /// Where it is: only `pod` is supported. Default pod.
    pub(crate) from: From,
}

/// Where a label or annotation is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum From {
    /// At the pod.
    #[default]
    Pod,
}

impl Rule {
    /// The expression for whole keys, if there is one.
    pub(super) fn pattern(&self) -> Option<Result<Regex, regex::Error>> {
        (!self.key_regex.is_empty()).then(|| Regex::new(&format!("^(?:{})$", self.key_regex)))
    }
}

/// Which pods are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Filter {
    /// Only those on this node.
    pub(crate) node: String,
    /// Only those on the node that this environment variable names.
    pub(crate) node_from_env_var: String,
    /// Only those in this namespace.
    pub(crate) namespace: String,
    /// Only those with these labels.
    pub(crate) labels: Vec<LabelFilter>,
    /// Only those with these fields.
    pub(crate) fields: Vec<FieldFilter>,
}

/// A field that pods must have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct FieldFilter {
    /// The field, such as `status.phase`.
    pub(crate) key: String,
    /// Its value.
    pub(crate) value: String,
    /// How they compare. Default equals.
    pub(crate) op: FieldOp,
}

/// How a field compares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FieldOp {
    /// It has the value.
    #[default]
    Equals,
    /// It has another value.
    NotEquals,
}

/// A label that pods must have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct LabelFilter {
    /// The label.
    pub(crate) key: String,
    /// Its value.
    pub(crate) value: String,
    /// How they compare. Default equals.
    pub(crate) op: Op,
}

/// How a label compares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Op {
    /// It is missing.
    DoesNotExist,
    /// It has the value.
    #[default]
    Equals,
    /// It is there.
    Exists,
    /// It has another value, or is missing.
    NotEquals,
}

/// How the pod of a resource is found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Association {
    /// What must all be the pod's. At most 4.
    pub(crate) sources: Vec<AssociationSource>,
}

/// Something that is a pod's.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssociationSource {
    /// Where it is found.
    pub(crate) from: SourceKind,
    /// The resource's attribute: `k8s.pod.ip`, `k8s.pod.uid`, `k8s.pod.name`, `k8s.namespace.name`
    /// or `host.name`.
    #[serde(default)]
    pub(crate) name: String,
}

/// Where something that is a pod's is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SourceKind {
    /// It is the sender's address.
    Connection,
    /// It is an attribute of the resource.
    ResourceAttribute,
}

/// Pods that nothing is said of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Exclude {
    /// By name. Default the agents of Jaeger.
    pub(crate) pods: Vec<ExcludedPod>,
}

impl Default for Exclude {
    fn default() -> Self {
        let names = ["jaeger-agent", "jaeger-collector"];
        let pods = names.map(|name| ExcludedPod {
            name: name.to_owned(),
        });
        Self { pods: pods.into() }
    }
}

/// A pod that nothing is said of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ExcludedPod {
    /// A regular expression of names.
    pub(crate) name: String,
}

/// Attributes by which a pod can be found.
pub(super) const KNOWN: [&str; 5] = [
    "host.name",
    "k8s.namespace.name",
    "k8s.pod.ip",
    "k8s.pod.name",
    "k8s.pod.uid",
];

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let refused = [("extract.otel_annotations", self.extract.otel_annotations)];
        let mut wrong = refuse("", &refused);
        wrong.extend(self.check_endpoint());
        wrong.extend(self.filter.check());
        if self.watch_sync_period.0.is_zero() {
            wrong.push(Invalid::new("watch_sync_period", "must be longer than 0s"));
        }
        for (key, rules) in [
            ("labels", &self.extract.labels),
            ("annotations", &self.extract.annotations),
        ] {
            let rules = rules.iter().enumerate();
            wrong.extend(rules.filter_map(|(index, rule)| {
                let key = format!("extract.{key}[{index}]");
                check_rule(&key, rule)
            }));
        }
        wrong.extend(self.check_associations());
        for (index, pod) in self.exclude.pods.iter().enumerate() {
            if let Err(error) = Regex::new(&pod.name) {
                let key = format!("exclude.pods[{index}].name");
                wrong.push(Invalid::new(key, error.to_string().replace('\n', " ")));
            }
        }
        wrong
    }
}

fn check_rule(key: &str, rule: &Rule) -> Option<Invalid> {
    if rule.key.is_empty() == rule.key_regex.is_empty() {
        return Some(Invalid::new(key, "needs one of `key` and `key_regex`"));
    }
    let error = rule.pattern()?.err()?;
    let message = error.to_string().replace('\n', " ");
    Some(Invalid::new(format!("{key}.key_regex"), message))
}

impl Filter {
    fn check(&self) -> Vec<Invalid> {
        let labels = self.labels.iter().map(|label| (&label.key, &label.value));
        let fields = self.fields.iter().map(|field| (&field.key, &field.value));
        let labels = labels.enumerate().map(|pair| ("labels", pair));
        let all = labels.chain(fields.enumerate().map(|pair| ("fields", pair)));
        // The API server would take them for several.
        let is_part = |text: &str| !text.contains([',', '=', '!', '(', ')']);
        let wrong =
            all.filter(|(_, (_, (key, value)))| key.is_empty() || !is_part(key) || !is_part(value));
        let wrong = wrong.map(|(list, (index, _))| {
            let key = format!("filter.{list}[{index}]");
            Invalid::new(key, "needs a `key` and a `value` without any of `,=!()`")
        });
        wrong.collect()
    }
}

impl Config {
    fn check_endpoint(&self) -> Option<Invalid> {
        let url = match parse_url(self.endpoint.as_deref()?) {
            Ok(url) => url,
            Err(message) => return Some(Invalid::new("endpoint", message)),
        };
        let host = url.host_str().unwrap_or_default();
        let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
        let is_here = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
        let logs_in = self.auth_type == AuthType::ServiceAccount;
        (url.scheme() == "http" && logs_in && !is_here).then(|| {
            let message = "would show the service account's token to the network; write `https://`, \
                           or `auth_type: none`";
            Invalid::new("endpoint", message)
        })
    }

    fn check_associations(&self) -> Vec<Invalid> {
        let mut wrong = Vec::new();
        for (index, rule) in self.pod_association.iter().enumerate() {
            let key = format!("pod_association[{index}].sources");
            if rule.sources.is_empty() || rule.sources.len() > 4 {
                wrong.push(Invalid::new(key.clone(), "needs 1 to 4 sources"));
            }
            for (place, source) in rule.sources.iter().enumerate() {
                let known = KNOWN.contains(&source.name.as_str());
                if source.from == SourceKind::ResourceAttribute && !known {
                    let message = format!("`{}` does not say which pod it is", source.name);
                    let mut invalid = Invalid::new(format!("{key}[{place}].name"), message);
                    invalid.help = Some(format!("one of {}", KNOWN.join(", ")));
                    wrong.push(invalid);
                }
            }
        }
        wrong
    }
}
