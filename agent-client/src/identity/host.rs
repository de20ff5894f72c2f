//! The machine, or the container that looks like one, and its operating system.

use std::env::consts;

use opentelemetry::KeyValue;
use opentelemetry_semantic_conventions::attribute;

use super::files::Files;
use super::{Lookup, container, kubernetes};

/// <https://opentelemetry.io/docs/specs/semconv/resource/host/>,
/// <https://opentelemetry.io/docs/specs/semconv/resource/os/>
pub(super) fn detect(files: &Files, environment: Lookup<'_>) -> Vec<KeyValue> {
    let found = [
        (attribute::HOST_NAME, name(files, environment)),
        (attribute::HOST_ID, id(files, environment)),
        (attribute::HOST_ARCH, Some(arch(consts::ARCH).to_owned())),
        (attribute::OS_TYPE, Some(os_type(consts::OS).to_owned())),
        (attribute::OS_NAME, release(&files.os_release, "NAME")),
        (
            attribute::OS_VERSION,
            release(&files.os_release, "VERSION_ID"),
        ),
    ];
    found
        .into_iter()
        .filter_map(|(key, value)| Some(KeyValue::new(key, value?)))
        .collect()
}

fn name(files: &Files, environment: Lookup<'_>) -> Option<String> {
    let variables = ["HOSTNAME", "COMPUTERNAME"];
    non_empty(&files.hostname).or_else(|| {
        variables
            .iter()
            .find_map(|name| non_empty(&environment(name)?))
    })
}

/// The machine-id, but for containers: theirs is the image's, the same on many machines.
fn id(files: &Files, environment: Lookup<'_>) -> Option<String> {
    let contained = files.container_mark
        || kubernetes::here(environment)
        || !container::detect(files, environment).is_empty();
    let id = files.machine_id.trim();
    let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_id && !contained).then(|| id.to_owned())
}

/// From Rust's names to those of the conventions; the others are what the conventions allow, too:
/// names of ours.
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
        "android" => "linux",
        "dragonfly" => "dragonflybsd",
        "ios" | "macos" | "tvos" | "visionos" | "watchos" => "darwin",
        other => other,
    }
}

/// A value of `os-release`: shell assignments, one a line.
/// <https://www.freedesktop.org/software/systemd/man/latest/os-release.html>
fn release(text: &str, key: &str) -> Option<String> {
    let mut pairs = text.lines().filter_map(|line| line.trim().split_once('='));
    let (_, value) = pairs.find(|(name, _)| *name == key)?;
    non_empty(&unquoted(value.trim()))
}

fn unquoted(value: &str) -> String {
    let inner = ['"', '\'']
        .into_iter()
        .find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
    let mut plain = String::new();
    let mut chars = inner.unwrap_or(value).chars();
    while let Some(char) = chars.next() {
        plain.extend(if char == '\\' {
            chars.next()
        } else {
            Some(char)
        });
    }
    plain
}

fn non_empty(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{arch, detect, os_type, release};
    use crate::identity::files::Files;
    use crate::identity::samples::{DOCKER_V2, nothing, of};

    const MACHINE: &str = "2f1a6c0e5d7b4f38a9c4e1d20b7f6a35\n";

    fn files() -> Files {
        Files {
            hostname: "shop-1\n".to_owned(),
            machine_id: MACHINE.to_owned(),
            os_release:
                "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\n\
                         VERSION_ID=\"12\"\nID=debian\n"
                    .to_owned(),
            ..Files::default()
        }
    }

    #[test]
    fn a_machine_has_name_id_and_system() {
        let found = detect(&files(), &nothing);
        assert_eq!(of(&found, "host.name").unwrap(), "shop-1");
        assert_eq!(of(&found, "host.id").unwrap(), MACHINE.trim());
        assert_eq!(of(&found, "os.name").unwrap(), "Debian GNU/Linux");
        assert_eq!(of(&found, "os.version").unwrap(), "12");
        assert!(of(&found, "host.arch").is_some() && of(&found, "os.type").is_some());
    }

    #[test]
    fn the_image_of_a_container_does_not_tell_the_machine() {
        let marked = Files {
            container_mark: true,
            ..files()
        };
        let by_mount = Files {
            mountinfo: DOCKER_V2.to_owned(),
            ..files()
        };
        for files in [marked, by_mount] {
            let found = detect(&files, &nothing);
            assert_eq!(of(&found, "host.id"), None);
            assert_eq!(of(&found, "host.name").unwrap(), "shop-1");
        }
        let in_pod = |name: &str| (name == "KUBERNETES_SERVICE_HOST").then(|| "10.96.0.1".into());
        assert_eq!(of(&detect(&files(), &in_pod), "host.id"), None);
    }

    #[test]
    fn a_machine_id_that_is_none_is_left_out() {
        let machine_id = "uninitialized\n".to_owned();
        let files = Files {
            machine_id,
            ..files()
        };
        assert_eq!(of(&detect(&files, &nothing), "host.id"), None);
    }

    #[test]
    fn without_files_the_environment_names_the_host() {
        let windows = |name: &str| (name == "COMPUTERNAME").then(|| "DESK".to_owned());
        let found = detect(&Files::default(), &windows);
        assert_eq!(of(&found, "host.name").unwrap(), "DESK");
        assert_eq!(of(&found, "os.name"), None);
    }

    #[test]
    fn names_of_architectures_and_systems_are_those_of_the_conventions() {
        let arches = [
            ("aarch64", "arm64"),
            ("arm", "arm32"),
            ("powerpc64", "ppc64"),
            ("riscv64", "riscv64"),
            ("s390x", "s390x"),
            ("x86", "x86"),
            ("x86_64", "amd64"),
        ];
        for (ours, theirs) in arches {
            assert_eq!(arch(ours), theirs);
        }
        let systems = [
            ("android", "linux"),
            ("linux", "linux"),
            ("macos", "darwin"),
            ("windows", "windows"),
        ];
        for (ours, theirs) in systems {
            assert_eq!(os_type(ours), theirs);
        }
    }

    #[test]
    fn values_of_os_release_may_be_quoted_in_each_way_of_the_shell() {
        for (line, value) in [
            ("NAME=Fedora", Some("Fedora")),
            ("NAME='A B'", Some("A B")),
            (r#"NAME="A \"B\" \$""#, Some(r#"A "B" $"#)),
            ("NAME=\"\"", None),
            ("NAME=\"", Some("\"")),
            ("NAME=a\\", Some("a")),
            ("# NAME=x", None),
            ("PRETTY_NAME=x", None),
        ] {
            assert_eq!(release(line, "NAME").as_deref(), value, "{line}");
        }
    }
}
