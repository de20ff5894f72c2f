//! The container this process runs in: 64 hexadecimal digits that its engine has chosen.
//!
//! With cgroups of version 1, `/proc/self/cgroup` has it:
//!
//! ```text
//! 4:memory:/docker/ID
//! 4:memory:/system.slice/docker-ID.scope
//! 4:memory:/kubepods/burstable/podUID/ID
//! 1:name=systemd:/kubepods.slice/.../cri-containerd-ID.scope
//! 1:name=systemd:/machine.slice/libpod-ID.scope/container
//! ```
//!
//! With version 2 it mostly says `0::/`, and some files that the engine mounts come from a
//! directory of the container's name.
//!
//! # Limits
//!
//! A Docker container that was given another one's network (`--network container:NAME`) has that
//! one's files, and with cgroups of version 2 its id. Ids of AWS Fargate are shorter than 64
//! digits and not known here.

use opentelemetry::KeyValue;
use opentelemetry_semantic_conventions::attribute;

use super::files::Files;
use super::mounts::{Mount, mounts};
use super::{Lookup, kubernetes};

/// What engines mount from the directory of the container.
const POINTS: [&str; 5] = [
    "/etc/hostname",
    "/etc/hosts",
    "/etc/resolv.conf",
    "/run/.containerenv",
    "/run/secrets",
];

/// The one that is the container's own in Kubernetes, with CRI-O. The others are of the pod's
/// sandbox, whose id would be a wrong one.
const POINTS_IN_POD: [&str; 1] = ["/run/secrets"];

/// <https://opentelemetry.io/docs/specs/semconv/resource/container/>
pub(super) fn detect(files: &Files, environment: Lookup<'_>) -> Vec<KeyValue> {
    let in_pod = kubernetes::here(environment) || kubernetes::has_pod_mounts(&files.mountinfo);
    let points = if in_pod {
        POINTS_IN_POD.as_slice()
    } else {
        POINTS.as_slice()
    };
    let id = from_cgroup(&files.cgroup).or_else(|| from_mounts(&files.mountinfo, points));
    id.map(|id| KeyValue::new(attribute::CONTAINER_ID, id.to_owned()))
        .into_iter()
        .collect()
}

fn from_cgroup(text: &str) -> Option<&str> {
    text.lines()
        .filter_map(|line| line.splitn(3, ':').nth(2))
        .find_map(in_cgroup)
}

fn from_mounts<'a>(text: &'a str, points: &[&str]) -> Option<&'a str> {
    let own_cgroup = |mount: Mount<'a>| in_cgroup(mount.root);
    let of_kind = mounts(text).filter(|mount| mount.kind.starts_with("cgroup"));
    let at_points = mounts(text).filter(|mount| points.contains(&mount.point));
    of_kind
        .filter_map(own_cgroup)
        .next()
        .or_else(|| at_points.filter_map(|mount| in_store(mount.root)).next())
}

/// The innermost container of a cgroup's path. It may have cgroups of its own below it.
fn in_cgroup(path: &str) -> Option<&str> {
    path.rsplit('/').find_map(|segment| {
        let name = segment.strip_suffix(".scope").unwrap_or(segment);
        name.rsplit(['-', ':']).next().filter(|id| is_id(id))
    })
}

/// The container of a file in `containers/`, Docker's, or `overlay-containers/`, Podman's and
/// CRI-O's. There may be a directory in between, containerd's namespace.
fn in_store(path: &str) -> Option<&str> {
    let (_, below) = path.rsplit_once("containers/")?;
    below.split('/').find(|id| is_id(id))
}

fn is_id(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
