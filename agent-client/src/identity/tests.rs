//! Containers and pods of each kind, from what is read inside of them.

use proptest::prelude::*;

use super::files::Files;
use super::samples::{self, ID, STATIC_UID, UID, nothing, of};
use super::{container, host, kubernetes, mounts, process};

fn files(cgroup: &str, mountinfo: &str) -> Files {
    Files {
        cgroup: cgroup.to_owned(),
        mountinfo: mountinfo.to_owned(),
        ..Files::default()
    }
}

/// A pod's environment.
fn pod(pairs: &'static [(&'static str, &'static str)]) -> impl Fn(&str) -> Option<String> {
    move |name| {
        let mut all = [("KUBERNETES_SERVICE_HOST", "10.96.0.1")]
            .iter()
            .chain(pairs);
        let (_, value) = all.find(|(key, _)| *key == name)?;
        Some((*value).to_owned())
    }
}

#[test]
fn a_container_is_found_in_the_files_of_each_engine() {
    for (cgroup, mountinfo, id) in [
        (samples::DOCKER_V1, "", Some(ID)),
        (samples::DOCKER_V1_SYSTEMD, "", Some(ID)),
        ("0::/\n", samples::DOCKER_V2, Some(ID)),
        ("0::/\n", samples::NERDCTL, Some(ID)),
        (samples::CONTAINERD_V1, "", Some(ID)),
        (samples::CONTAINERD_SYSTEMD, "", Some(ID)),
        (samples::CONTAINERD_NESTED, "", Some(ID)),
        ("0::/\n", samples::CONTAINERD_V2, None),
        ("0::/\n", samples::DOCKER_POD_V2, None),
        ("0::/\n", samples::CGROUP_MOUNTS, Some(ID)),
        (samples::CRIO, "", Some(ID)),
        ("0::/\n", samples::CRIO_V2, Some(ID)),
        (samples::PODMAN, "", Some(ID)),
        ("0::/\n", samples::PODMAN_V2, Some(ID)),
        (samples::HOST, samples::HOST_MOUNTS, None),
        ("", "", None),
    ] {
        let found = container::detect(&files(cgroup, mountinfo), &nothing);
        let found = of(&found, "container.id");
        assert_eq!(found.as_deref(), id, "{cgroup}{mountinfo}");
    }
}

#[test]
fn the_innermost_of_nested_containers_is_the_one() {
    let inner = ID.replace(|char: char| char.is_ascii_digit(), "0");
    let cgroup = format!("1:cpu:/docker/{ID}/docker/{inner}\n");
    let found = container::detect(&files(&cgroup, ""), &nothing);
    assert_eq!(of(&found, "container.id"), Some(inner));
}

#[test]
fn an_id_has_64_small_hexadecimal_digits() {
    for id in [&ID[1..], &format!("{ID}0"), &ID.to_uppercase()] {
        let cgroup = format!("1:cpu:/docker/{id}\n");
        assert_eq!(container::detect(&files(&cgroup, ""), &nothing), []);
    }
}

#[test]
fn in_a_pod_whose_mounts_do_not_say_so_the_sandbox_is_still_not_taken_for_the_container() {
    let files = files("0::/\n", samples::DOCKER_V2);
    assert_eq!(container::detect(&files, &pod(&[])), []);
}

#[test]
fn outside_of_kubernetes_there_is_no_pod() {
    let environment = |name: &str| match name {
        "KUBERNETES_SERVICE_HOST" => Some(String::new()),
        _ => Some("x".to_owned()),
    };
    let files = files(samples::CONTAINERD_SYSTEMD, samples::CONTAINERD_V2);
    assert_eq!(kubernetes::detect(&files, &environment), []);
    assert_eq!(kubernetes::detect(&files, &nothing), []);
}

#[test]
fn a_pod_is_told_by_the_variables_of_its_manifest() {
    let environment = pod(&[
        ("POD_NAME", "shop-5d4f-x2x7k"),
        ("POD_NAMESPACE", "prod"),
        ("POD_UID", UID),
        ("POD_IP", "fd00::7"),
        ("NODE_NAME", "worker-1"),
        ("CONTAINER_NAME", "checkout"),
        ("K8S_DEPLOYMENT_NAME", "shop"),
        ("K8S_CLUSTER_NAME", "Prod_West"),
        ("HOSTNAME", "other"),
    ]);
    let files = Files {
        namespace: "other".to_owned(),
        ..files(samples::STATIC_POD, "")
    };
    let found = kubernetes::detect(&files, &environment);
    for (key, value) in [
        ("k8s.pod.name", "shop-5d4f-x2x7k"),
        ("k8s.namespace.name", "prod"),
        ("k8s.pod.uid", UID),
        ("k8s.pod.ip", "fd00::7"),
        ("k8s.node.name", "worker-1"),
        ("k8s.container.name", "checkout"),
        ("k8s.deployment.name", "shop"),
        ("k8s.cluster.name", "Prod_West"),
    ] {
        assert_eq!(of(&found, key).as_deref(), Some(value), "{key}");
    }
    assert_eq!(found.len(), 8);
}

#[test]
fn the_operators_variables_win_over_the_usual_ones() {
    let environment = pod(&[
        ("POD_NAME", "usual"),
        ("OTEL_RESOURCE_ATTRIBUTES_POD_NAME", "operator"),
    ]);
    let found = kubernetes::detect(&Files::default(), &environment);
    assert_eq!(of(&found, "k8s.pod.name").unwrap(), "operator");
}

#[test]
fn values_that_cannot_be_are_passed_over() {
    let environment = pod(&[
        ("K8S_POD_NAME", "$(POD_NAME)"),
        ("MY_POD_NAME", ""),
        ("POD_NAME", "shop-0"),
        ("POD_IP", "localhost"),
        ("POD_UID", "shop"),
        ("NODE_NAME", "a b"),
    ]);
    let found = kubernetes::detect(&Files::default(), &environment);
    let keys: Vec<_> = found.iter().map(|found| found.key.as_str()).collect();
    assert_eq!(keys, ["k8s.pod.name"]);
    assert_eq!(of(&found, "k8s.pod.name").unwrap(), "shop-0");
}

#[test]
fn a_manifest_that_says_nothing_leaves_what_the_files_and_the_host_name_say() {
    let files = Files {
        namespace: "prod\n".to_owned(),
        hosts: "# Kubernetes-managed hosts file.\n127.0.0.1 localhost\n".to_owned(),
        ..files("0::/\n", samples::CONTAINERD_V2)
    };
    let found = kubernetes::detect(&files, &pod(&[("HOSTNAME", "shop-0")]));
    for (key, value) in [
        ("k8s.namespace.name", "prod"),
        ("k8s.pod.name", "shop-0"),
        ("k8s.pod.uid", UID),
        ("k8s.container.name", "checkout"),
    ] {
        assert_eq!(of(&found, key).as_deref(), Some(value), "{key}");
    }
    assert_eq!(found.len(), 4);
}

#[test]
fn a_host_name_that_may_not_be_the_pods_is_not_taken_for_it() {
    let of_node = Files {
        hosts: "# Kubernetes-managed hosts file (host network).\n".to_owned(),
        ..Files::default()
    };
    let environment = pod(&[("HOSTNAME", "worker-1")]);
    assert_eq!(kubernetes::detect(&of_node, &environment), []);

    let named = pod(&[("HOSTNAME", "worker-1"), ("NODE_NAME", "worker-1")]);
    let found = kubernetes::detect(&Files::default(), &named);
    assert_eq!(of(&found, "k8s.pod.name"), None);

    let cut = |name: &str| {
        let long = "a".repeat(63);
        (name == "HOSTNAME")
            .then_some(long)
            .or_else(|| pod(&[])(name))
    };
    assert_eq!(kubernetes::detect(&Files::default(), &cut), []);
}

#[test]
fn the_pods_uid_stands_in_its_cgroup_or_its_mounts() {
    for (cgroup, mountinfo, uid) in [
        (samples::CONTAINERD_V1, "", Some(UID)),
        (samples::CONTAINERD_SYSTEMD, "", Some(UID)),
        (samples::CONTAINERD_NESTED, "", Some(UID)),
        (samples::STATIC_POD, "", Some(STATIC_UID)),
        (samples::CRIO, "", Some(UID)),
        ("0::/\n", samples::CONTAINERD_V2, Some(UID)),
        ("0::/\n", samples::DOCKER_POD_V2, Some(UID)),
        ("0::/\n", samples::CRIO_V2, Some(UID)),
        (samples::DOCKER_V1, samples::DOCKER_V2, None),
        (samples::HOST, samples::HOST_MOUNTS, None),
    ] {
        let found = kubernetes::detect(&files(cgroup, mountinfo), &pod(&[]));
        let found = of(&found, "k8s.pod.uid");
        assert_eq!(found.as_deref(), uid, "{cgroup}{mountinfo}");
    }
}

/// Texts made of what the detectors look for, and of anything else.
fn texts() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just(ID.to_owned()),
        Just(UID.to_owned()),
        "[0-9a-f-]{30,70}",
        "\\PC{0,8}",
        proptest::sample::select(vec![
            "/",
            " ",
            ":",
            "-",
            "_",
            "=",
            "\"",
            "'",
            "\\",
            "\n",
            "\t",
            ")",
            "é",
            ".scope",
            ".slice",
            "pod",
            "/pods/",
            "kubepods",
            "docker",
            "containers/",
            " - cgroup ",
            "/etc/hosts",
            "/etc/hostname",
            "/run/secrets",
            "/dev/termination-log",
            "NAME",
            "VERSION_ID",
            "Uid:",
            "btime ",
            "0",
            "18446744073709551615",
        ])
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_text_stops_a_detector(
        texts in proptest::collection::vec(texts(), 9),
        value in proptest::option::of(texts()),
        container_mark: bool,
    ) {
        let [cgroup, hostname, hosts, machine_id, mountinfo, namespace, os_release, passwd, status] =
            <[String; 9]>::try_from(texts).expect("nine texts");
        let files = Files {
            cgroup,
            container_mark,
            hostname,
            hosts,
            machine_id,
            mountinfo,
            namespace,
            os_release,
            passwd,
            status,
        };
        let environment = |_: &str| value.clone();
        let mut found = container::detect(&files, &environment);
        found.extend(host::detect(&files, &environment));
        found.extend(kubernetes::detect(&files, &environment));
        found.extend(process::detect(None, &files));
        for attribute in found {
            let text = attribute.value.to_string();
            prop_assert!(!text.trim().is_empty(), "{}", attribute.key);
        }
        for mount in mounts::mounts(&files.mountinfo) {
            prop_assert!(files.mountinfo.contains(mount.root));
        }
    }
}
