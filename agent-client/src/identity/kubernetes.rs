//! The pod this process runs in.
//!
//! Kubernetes tells a container next to nothing of its own accord. Manifests hand it out in
//! variables (the "downward API") under names that are a habit, not a standard: those of the
//! OpenTelemetry operator, and what is usual in manifests.
//! <https://kubernetes.io/docs/concepts/workloads/pods/downward-api/>

use std::net::IpAddr;

use opentelemetry::KeyValue;
use opentelemetry_semantic_conventions::attribute;

use super::Lookup;
use super::files::Files;
use super::mounts::mounts;

const CLUSTER: [&str; 3] = [
    "OTEL_RD_K8S_CLUSTER_NAME",
    "K8S_CLUSTER_NAME",
    "KUBERNETES_CLUSTER_NAME",
];
const CONTAINER: [&str; 5] = [
    "OTEL_RD_K8S_CONTAINER_NAME",
    "K8S_CONTAINER_NAME",
    "KUBERNETES_CONTAINER_NAME",
    "MY_CONTAINER_NAME",
    "CONTAINER_NAME",
];
const DEPLOYMENT: [&str; 4] = [
    "OTEL_RESOURCE_ATTRIBUTES_DEPLOYMENT_NAME",
    "OTEL_RD_K8S_DEPLOYMENT_NAME",
    "K8S_DEPLOYMENT_NAME",
    "KUBERNETES_DEPLOYMENT_NAME",
];
const NAMESPACE: [&str; 9] = [
    "OTEL_RESOURCE_ATTRIBUTES_POD_NAMESPACE",
    "OTEL_RD_K8S_NAMESPACE_NAME",
    "K8S_POD_NAMESPACE",
    "K8S_NAMESPACE_NAME",
    "K8S_NAMESPACE",
    "KUBERNETES_POD_NAMESPACE",
    "KUBERNETES_NAMESPACE",
    "MY_POD_NAMESPACE",
    "POD_NAMESPACE",
];
const NODE: [&str; 8] = [
    "OTEL_RESOURCE_ATTRIBUTES_NODE_NAME",
    "OTEL_RD_K8S_NODE_NAME",
    "K8S_NODE_NAME",
    "KUBERNETES_NODE_NAME",
    "KUBE_NODE_NAME",
    "MY_NODE_NAME",
    "POD_NODE_NAME",
    "NODE_NAME",
];
const POD_IP: [&str; 7] = [
    "OTEL_RESOURCE_ATTRIBUTES_POD_IP",
    "OTEL_RD_K8S_POD_IP",
    "OTEL_POD_IP",
    "K8S_POD_IP",
    "KUBERNETES_POD_IP",
    "MY_POD_IP",
    "POD_IP",
];
const POD_NAME: [&str; 6] = [
    "OTEL_RESOURCE_ATTRIBUTES_POD_NAME",
    "OTEL_RD_K8S_POD_NAME",
    "K8S_POD_NAME",
    "KUBERNETES_POD_NAME",
    "MY_POD_NAME",
    "POD_NAME",
];
const POD_UID: [&str; 6] = [
    "OTEL_RESOURCE_ATTRIBUTES_POD_UID",
    "OTEL_RD_K8S_POD_UID",
    "K8S_POD_UID",
    "KUBERNETES_POD_UID",
    "MY_POD_UID",
    "POD_UID",
];

/// How the kubelet begins the `/etc/hosts` of a pod that uses its node's network.
const HOSTS_OF_NODE: &str = "# Kubernetes-managed hosts file (host network)";
/// A host name this long may be the beginning of a longer name.
const LONGEST_HOST_NAME: usize = 63;

/// Whether this process runs in a pod.
pub(super) fn here(environment: Lookup<'_>) -> bool {
    environment("KUBERNETES_SERVICE_HOST").is_some_and(|host| !host.is_empty())
}

/// <https://opentelemetry.io/docs/specs/semconv/resource/k8s/>
pub(super) fn detect(files: &Files, environment: Lookup<'_>) -> Vec<KeyValue> {
    if !here(environment) {
        return Vec::new();
    }
    let named = |names: &[&str]| first(environment, names, is_name);
    let found = [
        (attribute::K8S_CLUSTER_NAME, named(&CLUSTER)),
        (attribute::K8S_DEPLOYMENT_NAME, named(&DEPLOYMENT)),
        (attribute::K8S_NODE_NAME, named(&NODE)),
        (
            attribute::K8S_NAMESPACE_NAME,
            named(&NAMESPACE).or_else(|| namespace(&files.namespace)),
        ),
        (
            attribute::K8S_POD_NAME,
            named(&POD_NAME).or_else(|| host_name(files, environment)),
        ),
        (
            attribute::K8S_POD_UID,
            first(environment, &POD_UID, is_uid).or_else(|| uid(files)),
        ),
        (
            attribute::K8S_POD_IP,
            first(environment, &POD_IP, |ip| ip.parse::<IpAddr>().is_ok()),
        ),
        (
            attribute::K8S_CONTAINER_NAME,
            named(&CONTAINER).or_else(|| container_name(&files.mountinfo)),
        ),
    ];
    found
        .into_iter()
        .filter_map(|(key, value)| Some(KeyValue::new(key, value?)))
        .collect()
}

/// Whether the kubelet has mounted something of a pod's.
pub(super) fn has_pod_mounts(mountinfo: &str) -> bool {
    in_pod_directory(mountinfo).next().is_some()
}

fn first(environment: Lookup<'_>, names: &[&str], fits: fn(&str) -> bool) -> Option<String> {
    names
        .iter()
        .filter_map(|name| environment(name))
        .find(|value| fits(value))
}

fn namespace(text: &str) -> Option<String> {
    let name = text.trim();
    is_name(name).then(|| name.to_owned())
}

/// A pod's host name is its name, unless it is the node's or a part of a longer one.
fn host_name(files: &Files, environment: Lookup<'_>) -> Option<String> {
    let name = environment("HOSTNAME")?;
    let is_pods = !files.hosts.starts_with(HOSTS_OF_NODE)
        && name.len() < LONGEST_HOST_NAME
        && first(environment, &NODE, is_name).is_none_or(|node| node != name);
    (is_pods && is_name(&name)).then_some(name)
}

fn uid(files: &Files) -> Option<String> {
    let of_cgroup = files.cgroup.lines().find_map(uid_of_cgroup);
    of_cgroup.or_else(|| {
        let (uid, _) = in_pod_directory(&files.mountinfo).next()?;
        Some(uid.to_owned())
    })
}

/// `kubepods/burstable/podUID/...` or, of systemd, which has another use for the dash,
/// `kubepods-burstable-podU_I_D.slice/...`.
fn uid_of_cgroup(line: &str) -> Option<String> {
    let (_, path) = line.split_once("kubepods")?;
    path.split('/').find_map(|segment| {
        let name = segment.split(".slice").next()?;
        let (_, uid) = name.rsplit_once("pod")?;
        let uid = uid.replace('_', "-");
        is_uid(&uid).then_some(uid)
    })
}

/// `.../pods/UID/containers/NAME/...`
fn container_name(mountinfo: &str) -> Option<String> {
    in_pod_directory(mountinfo).find_map(|(_, file)| {
        let (name, _) = file.strip_prefix("containers/")?.split_once('/')?;
        is_name(name).then(|| name.to_owned())
    })
}

/// Pods and their files, of those that the kubelet mounts into every container. Further mounts may
/// be other pods' files: an agent's that looks at a whole node.
fn in_pod_directory(mountinfo: &str) -> impl Iterator<Item = (&str, &str)> {
    mounts(mountinfo)
        .filter(|mount| matches!(mount.point, "/etc/hosts" | "/dev/termination-log"))
        .filter_map(|mount| {
            let (_, below) = mount.root.rsplit_once("/pods/")?;
            below.split_once('/').filter(|(uid, _)| is_uid(uid))
        })
}

/// A UUID, or, of a pod that the node itself has, 32 hexadecimal digits.
fn is_uid(text: &str) -> bool {
    let dash_at = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    let is_hex = |byte: u8| byte.is_ascii_hexdigit();
    match text.len() {
        32 => text.bytes().all(is_hex),
        36 => text.bytes().enumerate().all(|(at, byte)| {
            if dash_at(at) {
                byte == b'-'
            } else {
                is_hex(byte)
            }
        }),
        _ => false,
    }
}

/// Names of Kubernetes' own, and of clusters, which are freer. `$(POD_NAME)`, which was left
/// unexpanded, is none.
fn is_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    !text.is_empty() && text.len() <= 253 && text.bytes().all(fits)
}
