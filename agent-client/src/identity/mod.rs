//! Who sends the spans: one description of the process for both protocols.
//!
//! Each detector is a function from what was read to attributes; [`files`] and [`process`] read.
//! A file that is missing, or not understood, leaves an attribute out, never more. No more than
//! 64 KiB of a file are read.
//!
//! | attribute | where from |
//! |---|---|
//! | `service.name` | settings, else what `init!` says, else `unknown_service:EXECUTABLE` |
//! | `service.version` | settings, else what `init!` says |
//! | `service.instance.id` | a random UUID, drawn by every process for itself |
//! | `telemetry.sdk.*` | `opentelemetry_sdk` |
//! | `telemetry.distro.name`, `telemetry.distro.version` | this crate |
//! | `process.pid`, `process.parent_pid` | the system; no parent that is outside of the container |
//! | `process.creation.time` | `/proc/self/stat` with `/proc/stat`, else when the client started |
//! | `process.executable.name`, `process.executable.path` | the system |
//! | `process.owner` | `/proc/self/status`, with the name that `/etc/passwd` has for the number |
//! | `host.name` | `/proc/sys/kernel/hostname`, `/etc/hostname`, `HOSTNAME`, `COMPUTERNAME` |
//! | `host.id` | `/etc/machine-id`, `/var/lib/dbus/machine-id`; not in a container |
//! | `host.arch`, `os.type` | what the program was built for |
//! | `os.name`, `os.version` | `NAME` and `VERSION_ID` of `/etc/os-release`, `/usr/lib/os-release` |
//! | `container.id` | `/proc/self/cgroup`, else `/proc/self/mountinfo` |
//! | `k8s.pod.name` | `*POD_NAME`, else `HOSTNAME` |
//! | `k8s.pod.uid` | `*POD_UID`, else `/proc/self/cgroup`, else `/proc/self/mountinfo` |
//! | `k8s.pod.ip` | `*POD_IP` |
//! | `k8s.namespace.name` | `*NAMESPACE`, else the file beside the service account's token |
//! | `k8s.node.name` | `*NODE_NAME` |
//! | `k8s.container.name` | `*CONTAINER_NAME`, else `/proc/self/mountinfo` |
//! | `k8s.deployment.name`, `k8s.cluster.name` | `*DEPLOYMENT_NAME`, `*CLUSTER_NAME` |
//!
//! What the settings say (`OTEL_SERVICE_NAME`, then `OTEL_RESOURCE_ATTRIBUTES`, or the program)
//! wins over all of it. `k8s.*` is looked for where `KUBERNETES_SERVICE_HOST` is set; the names
//! behind each `*` stand in [`kubernetes`].
//!
//! The arguments of the process are left out on purpose, in each form that the conventions know
//! (`process.command`, `process.command_args`, `process.command_line`): they may hold secrets.
//! So is `process.runtime.*`: a Rust program has no runtime of that kind, and
//! `telemetry.sdk.language` says `rust`.
//!
//! <https://opentelemetry.io/docs/specs/semconv/resource/>

mod container;
mod files;
mod host;
mod instance;
mod kubernetes;
mod mounts;
pub(crate) mod process;
mod resource;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

pub(crate) use self::resource::reborn;
pub(crate) use self::resource::{resource, text};

/// The environment: a name's value.
type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;
