//! What a user writes.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{Invalid, NOT_SUPPORTED, Validate};
use crate::config::HumanDuration;
use crate::receivers::{Unsupported, refuse};

/// The detectors there are.
const DETECTORS: [&str; 5] = ["container", "docker", "env", "process", "system"];

/// Detectors of the Collector that are not here.
const ELSEWHERE: [&str; 16] = [
    "aks",
    "akamai",
    "azure",
    "consul",
    "dynatrace",
    "ec2",
    "ecs",
    "eks",
    "elastic_beanstalk",
    "gcp",
    "heroku",
    "hetzner",
    "k8snode",
    "kubeadm",
    "lambda",
    "openshift",
];

/// The longest time that Docker may be waited for.
const MAX_TIMEOUT: Duration = Duration::from_secs(60);

/// What each detector can find, and whether it is added unless a block says otherwise.
pub(super) const CONTAINER: &[(&str, bool)] = &[("container.id", true)];
pub(super) const DOCKER: &[(&str, bool)] = &[("host.name", true), ("os.type", true)];
pub(super) const PROCESS: &[(&str, bool)] = &[
    ("process.executable.name", true),
    ("process.executable.path", true),
    ("process.pid", true),
];
pub(super) const SYSTEM: &[(&str, bool)] = &[
    ("host.arch", false),
    ("host.id", false),
    ("host.name", true),
    ("os.description", false),
    ("os.name", false),
    ("os.type", true),
    ("os.version", false),
];

/// The configuration of `resourcedetection`, with the Collector's keys and defaults.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// Who is asked, in this order: `env`, `system`, `process`, `container`, `docker`. Of an
    /// attribute that several find, the first counts. Default [env].
    pub(crate) detectors: Vec<String>,
    /// Whether what is found takes the place of what the sender said. Default true.
    pub(crate) r#override: bool,
    /// How long Docker may take to answer, when the agent starts. At most 1m. Default 5s.
    pub(crate) timeout: HumanDuration,
    /// The only attributes to add, by name. Default none: all that are found.
    pub(crate) attributes: Vec<String>,
    /// The detector `container`.
    pub(crate) container: Block,
    /// The detector `docker`.
    pub(crate) docker: Block,
    /// The detector `process`.
    pub(crate) process: Block,
    /// The detector `system`.
    pub(crate) system: System,
    /// Detecting again. Not supported: everything is found out once.
    #[serde(skip_serializing)]
    pub(crate) refresh_interval: Unsupported,
    /// The detector of Azure. Not supported.
    #[serde(skip_serializing)]
    pub(crate) azure: Unsupported,
    /// The detector of Amazon EC2. Not supported.
    #[serde(skip_serializing)]
    pub(crate) ec2: Unsupported,
    /// The detector of Amazon ECS. Not supported.
    #[serde(skip_serializing)]
    pub(crate) ecs: Unsupported,
    /// The detector of Amazon EKS. Not supported.
    #[serde(skip_serializing)]
    pub(crate) eks: Unsupported,
    /// The detector of Google Cloud. Not supported.
    #[serde(skip_serializing)]
    pub(crate) gcp: Unsupported,
    /// The detector of nodes of Kubernetes. Not supported.
    #[serde(skip_serializing)]
    pub(crate) k8snode: Unsupported,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            detectors: vec!["env".to_owned()],
            r#override: true,
            timeout: HumanDuration(Duration::from_secs(5)),
            attributes: Vec::new(),
            container: Block::default(),
            docker: Block::default(),
            process: Block::default(),
            system: System::default(),
            refresh_interval: Unsupported::default(),
            azure: Unsupported::default(),
            ec2: Unsupported::default(),
            ecs: Unsupported::default(),
            eks: Unsupported::default(),
            gcp: Unsupported::default(),
            k8snode: Unsupported::default(),
        }
    }
}

/// A detector's block.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Block {
    /// Attributes to switch on or off, by name.
    pub(crate) resource_attributes: Toggles,
}

/// The block of `system`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct System {
    /// Where `host.name` comes from, the first that knows: `dns`, the full name in `/etc/hosts`
    /// (no server is asked), or `os`, the name that the system has. Default [dns, os].
    pub(crate) hostname_sources: Vec<String>,
    /// Attributes to switch on or off, by name.
    pub(crate) resource_attributes: Toggles,
}

impl Default for System {
    fn default() -> Self {
        Self {
            hostname_sources: vec!["dns".to_owned(), "os".to_owned()],
            resource_attributes: Toggles::new(),
        }
    }
}

/// Attributes by name.
pub(crate) type Toggles = BTreeMap<String, Toggle>;

/// One attribute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Toggle {
    /// Whether it is added.
    pub(crate) enabled: bool,
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let mut wrong = self.unsupported();
        if self.detectors.is_empty() {
            wrong.push(Invalid::new(
                "detectors",
                "no detector is named: nothing would be added",
            ));
        }
        for (index, name) in self.detectors.iter().enumerate() {
            let key = format!("detectors[{index}]");
            wrong.extend(detector(&self.detectors[..index], name).map(|m| Invalid::new(key, m)));
        }
        if self.timeout.0 > MAX_TIMEOUT {
            let message = format!("{} is too long: at most 1m", self.timeout);
            wrong.push(Invalid::new("timeout", message));
        }
        for (index, source) in self.system.hostname_sources.iter().enumerate() {
            let message = match source.as_str() {
                "dns" | "os" => continue,
                "cname" | "lookup" => format!("`{source}` {NOT_SUPPORTED}"),
                other => format!("unknown source `{other}`: write `dns` or `os`"),
            };
            wrong.push(Invalid::new(
                format!("system.hostname_sources[{index}]"),
                message,
            ));
        }
        for (block, toggles, known) in [
            ("container", &self.container.resource_attributes, CONTAINER),
            ("docker", &self.docker.resource_attributes, DOCKER),
            ("process", &self.process.resource_attributes, PROCESS),
            ("system", &self.system.resource_attributes, SYSTEM),
        ] {
            let unknown = toggles
                .keys()
                .filter(|key| known.iter().all(|(name, _)| name != key));
            wrong.extend(unknown.map(|key| {
                let message = format!("`{block}` does not find `{key}`");
                Invalid::new(format!("{block}.resource_attributes.{key}"), message)
            }));
        }
        wrong
    }
}

impl Config {
    fn unsupported(&self) -> Vec<Invalid> {
        let keys = [
            ("azure", self.azure),
            ("ec2", self.ec2),
            ("ecs", self.ecs),
            ("eks", self.eks),
            ("gcp", self.gcp),
            ("k8snode", self.k8snode),
            ("refresh_interval", self.refresh_interval),
        ];
        refuse("", &keys)
    }
}

/// What is wrong with a detector behind `earlier` ones.
fn detector(earlier: &[String], name: &str) -> Option<String> {
    if earlier.iter().any(|earlier| earlier == name) {
        return Some(format!("`{name}` is there twice"));
    }
    if DETECTORS.contains(&name) {
        return None;
    }
    Some(match ELSEWHERE.contains(&name) {
        true => format!("detector `{name}` {NOT_SUPPORTED}"),
        false => format!(
            "unknown detector `{name}`: there are {}",
            DETECTORS.join(", ")
        ),
    })
}
