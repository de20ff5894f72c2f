//! The detectors `container`, `process` and `system`.

use std::env::consts;

use super::detect::{Found, Value};
use super::files::Files;

/// Where Docker and Podman mount files from the directory of a container. In a pod they come from
/// its sandbox, which is another container.
const POINTS: [&str; 3] = ["/etc/hostname", "/etc/hosts", "/etc/resolv.conf"];

/// The container that the agent runs in.
pub(super) fn container(files: &Files) -> Vec<Found> {
    let id = container_id(files).map(|id| ("container.id".to_owned(), id.into()));
    id.into_iter().collect()
}

/// The process of the agent. Its arguments are left out: they may hold secrets.
pub(super) fn process() -> Vec<Found> {
    let mut found = vec![(
        "process.pid".to_owned(),
        Value::Number(std::process::id().into()),
    )];
    if let Ok(path) = std::env::current_exe() {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        found.push(("process.executable.name".to_owned(), name.as_ref().into()));
        let path = path.to_string_lossy();
        found.push(("process.executable.path".to_owned(), path.as_ref().into()));
    }
    found
}

/// The machine, or the container that looks like one, and its system.
pub(super) fn system(files: &Files, sources: &[String]) -> Vec<Found> {
    let name = sources.iter().find_map(|source| match source.as_str() {
        "dns" => full_name(files),
        _ => host_name(files),
    });
    let release = |key| release(&files.os_release, key);
    let found = [
        ("host.arch", Some(arch(consts::ARCH).to_owned())),
        ("host.id", host_id(files)),
        ("host.name", name.map(str::to_owned)),
        ("os.description", release("PRETTY_NAME")),
        ("os.name", release("NAME")),
        ("os.type", Some(os_type(consts::OS).to_owned())),
        ("os.version", release("VERSION_ID")),
    ];
    let found = found.into_iter();
    let known = found.filter_map(|(key, value)| Some((key.to_owned(), Value::Text(value?))));
    known.collect()
}

fn host_name(files: &Files) -> Option<&str> {
    Some(files.hostname.trim()).filter(|name| !name.is_empty())
}

/// The first name with a dot in the line of `/etc/hosts` that has this machine's.
fn full_name(files: &Files) -> Option<&str> {
    let host = host_name(files)?;
    files.hosts.lines().find_map(|line| {
        let line = line.split('#').next().unwrap_or_default();
        let mut names = line.split_whitespace().skip(1);
        let is_ours = names.clone().any(|name| name == host);
        names.find(|name| is_ours && name.contains('.'))
    })
}

/// The machine-id, but for containers: theirs is the image's, the same on many machines.
fn host_id(files: &Files) -> Option<String> {
    let id = files.machine_id.trim();
    let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let contained = files.container_mark || container_id(files).is_some();
    (is_id && !contained).then(|| id.to_owned())
}

/// With cgroups of version 1, the cgroup has the id. With version 2, the files that the engine
/// mounts come from a directory of the container's name.
fn container_id(files: &Files) -> Option<&str> {
    let cgroups = files.cgroup.lines();
    let mut paths = cgroups.filter_map(|line| line.splitn(3, ':').nth(2));
    paths
        .find_map(last_id)
        .or_else(|| mounted_id(&files.mountinfo))
}

/// The innermost id of a cgroup's path: `docker/ID`, `docker-ID.scope`, `cri-containerd-ID.scope`.
fn last_id(path: &str) -> Option<&str> {
    path.rsplit('/').find_map(|segment| {
        let name = segment.strip_suffix(".scope").unwrap_or(segment);
        name.rsplit(['-', ':']).next().filter(|id| is_id(id))
    })
}

/// Fields of a line are number, parent, device, root, mount point and more.
fn mounted_id(mountinfo: &str) -> Option<&str> {
    let in_pod = mountinfo.contains("/kubernetes.io~") || mountinfo.contains("kubernetes.io/");
    let mut lines = mountinfo.lines().filter(|_| !in_pod);
    lines.find_map(|line| {
        let mut fields = line.split(' ').skip(3);
        let (root, point) = (fields.next()?, fields.next()?);
        let (_, below) = root.rsplit_once("containers/")?;
        let id = below.split('/').find(|part| is_id(part));
        id.filter(|_| POINTS.contains(&point))
    })
}

fn is_id(text: &str) -> bool {
    let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    text.len() == 64 && text.bytes().all(is_digit)
}

/// From Rust's names to those of the conventions.
fn arch(arch: &str) -> &str {
    match arch {
        "aarch64" => "arm64",
        "arm" => "arm32",
        "powerpc" => "ppc32",
        "powerpc64" => "ppc64",
        "x86_64" => "amd64",
        other => other,
    }
}

fn os_type(os: &str) -> &str {
    match os {
        "dragonfly" => "dragonflybsd",
        "macos" => "darwin",
        other => other,
    }
}

/// A value of `os-release`: assignments, one a line, whose values may be quoted.
fn release(text: &str, key: &str) -> Option<String> {
    let mut pairs = text.lines().filter_map(|line| line.trim().split_once('='));
    let (_, value) = pairs.find(|(name, _)| *name == key)?;
    let value = value.trim().trim_matches(['"', '\'']);
    (!value.is_empty()).then(|| value.replace('\\', ""))
}
