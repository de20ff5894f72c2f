use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixListener;
use std::time::{Duration, Instant};

use campanile_wire::otlp::Limits;
use campanile_wire::otlp::view::resource_spans;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::config::Config;
use super::detect::{Found, Value, all, chosen};
use super::docker::{self, Dockers};
use super::files::Files;
use super::process::Detected;
use super::{ResourceDetection, env, machine};
use crate::component::{Entry, Processor as _};
use crate::payload::Payload;
use crate::payload::testing::{names, spans};

const ID: &str = "4f66ad9a0b2e3c5d7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6";

fn config(json: Json) -> Config {
    serde_json::from_value(json).expect("a configuration")
}

fn found(pairs: &[(&str, &str)]) -> Vec<Found> {
    let pairs = pairs.iter();
    pairs
        .map(|(key, value)| ((*key).to_owned(), Value::from(*value)))
        .collect()
}

fn text(found: &[Found], key: &str) -> Option<String> {
    let (_, value) = found.iter().find(|(name, _)| name == key)?;
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
    }
}

fn service(payload: &Payload, key: &str) -> Option<String> {
    let resource = resource_spans(payload.bytes()).next()?.resource();
    resource
        .attributes()
        .find(key)?
        .as_text()
        .map(str::to_owned)
}

fn wrong(json: &Json) -> Vec<String> {
    let wrong = Entry::of::<ResourceDetection>().configure(json).err();
    wrong.into_iter().flatten().map(|wrong| wrong.key).collect()
}

#[test]
fn what_is_found_takes_the_place_of_what_was_said_unless_it_may_not() {
    let pairs = found(&[("service.name", "agent"), ("host.name", "h")]);
    for (replace, name) in [(true, "agent"), (false, "shop")] {
        let step = Detected::new(&pairs, replace);
        let after = step.process(spans(["a"])).expect("taken").expect("left");
        assert_eq!(service(&after, "service.name").as_deref(), Some(name));
        assert_eq!(service(&after, "host.name").as_deref(), Some("h"));
        assert_eq!(names(after.bytes()), ["a"]);
        let again = Payload::parse_deep(after.signal(), after.bytes().clone(), &Limits::default());
        assert_eq!(again.ok(), Some(after));
    }
}

#[test]
fn what_adds_nothing_copies_nothing() {
    let before = spans(["a"]);
    let after = Detected::new(&[], true).process(before.clone());
    let after = after.expect("taken").expect("left");
    assert_eq!(after.bytes().as_ptr(), before.bytes().as_ptr());
}

#[test]
fn the_first_detector_counts_and_blocks_switch_attributes() {
    let config = config(json!({
        "detectors": ["env", "system", "docker"],
        "attributes": ["host.name", "os.type", "host.id", "team"],
        "system": {"resource_attributes": {
            "host.id": {"enabled": true}, "os.type": {"enabled": false}
        }},
    }));
    let chosen = chosen(&config, |name| match name {
        "env" => found(&[("host.name", "env"), ("team", "t"), ("other", "x")]),
        "system" => found(&[("host.name", "system"), ("os.type", "s"), ("host.id", "i")]),
        _ => found(&[("os.type", "docker"), ("host.name", "docker")]),
    });
    let expected = [
        ("host.name", "env"),
        ("team", "t"),
        ("host.id", "i"),
        ("os.type", "docker"),
    ];
    assert_eq!(chosen, found(&expected));
}

#[test]
fn the_environment_is_decoded_and_the_service_name_wins() {
    let variable = |name: &str| match name {
        "OTEL_SERVICE_NAME" => Some("shop".to_owned()),
        _ => Some("a=1, b = x%2Cy%3D%C3%A4 ,service.name=other,a=2".to_owned()),
    };
    let pairs = env::detect(variable);
    assert_eq!(text(&pairs, "service.name").as_deref(), Some("shop"));
    assert_eq!(text(&pairs, "a").as_deref(), Some("2"));
    assert_eq!(text(&pairs, "b").as_deref(), Some("x,y=\u{e4}"));
}

#[test]
fn an_environment_with_a_mistake_says_nothing() {
    for text in ["a=1,b", "a=1,=2", "a=%4", "a=%zz", "a=%+1", "a=%ff"] {
        assert_eq!(env::parsed(text), None, "{text}");
    }
    assert_eq!(env::parsed(" ,"), Some(Vec::new()));
}

fn files() -> Files {
    Files {
        hostname: "shop-1\n".to_owned(),
        hosts: "127.0.0.1 localhost\n10.0.0.1 shop-1.example.com shop-1 # us\n".to_owned(),
        machine_id: "2f1a6c0e5d7b4f38a9c4e1d20b7f6a35\n".to_owned(),
        os_release: "PRETTY_NAME=\"Debian 12\"\nNAME='Debian'\nVERSION_ID=12\n".to_owned(),
        ..Files::default()
    }
}

#[test]
fn a_machine_has_a_name_an_id_and_a_system() {
    let system = |sources: &[&str]| {
        let sources: Vec<_> = sources.iter().map(|source| (*source).to_owned()).collect();
        machine::system(&files(), &sources)
    };
    let pairs = system(&["dns", "os"]);
    assert_eq!(
        text(&pairs, "host.name").as_deref(),
        Some("shop-1.example.com")
    );
    assert_eq!(
        text(&pairs, "host.id").as_deref(),
        Some("2f1a6c0e5d7b4f38a9c4e1d20b7f6a35")
    );
    assert_eq!(text(&pairs, "os.description").as_deref(), Some("Debian 12"));
    assert_eq!(text(&pairs, "os.name").as_deref(), Some("Debian"));
    assert_eq!(text(&pairs, "os.version").as_deref(), Some("12"));
    assert!(text(&pairs, "host.arch").is_some() && text(&pairs, "os.type").is_some());
    assert_eq!(
        text(&system(&["os"]), "host.name").as_deref(),
        Some("shop-1")
    );
    assert_eq!(text(&system(&[]), "host.name"), None);
}

#[test]
fn the_image_of_a_container_does_not_tell_the_machine() {
    let contained = Files {
        container_mark: true,
        ..files()
    };
    assert_eq!(text(&machine::system(&contained, &[]), "host.id"), None);
}

#[test]
fn a_container_is_known_by_its_cgroup_or_its_mounts() {
    let of = |cgroup: String, mountinfo: String| {
        let files = Files {
            cgroup,
            mountinfo,
            ..Files::default()
        };
        text(&machine::container(&files), "container.id")
    };
    let mount = |root: &str, point: &str| format!("1 2 3:4 {root} {point} rw - ext4 /dev/vda rw\n");
    for cgroup in [
        format!("4:memory:/docker/{ID}\n"),
        format!("1:name=systemd:/a.slice/cri-containerd-{ID}.scope\n"),
        format!("1:name=systemd:/machine.slice/libpod-{ID}.scope/container\n"),
    ] {
        assert_eq!(of(cgroup, String::new()).as_deref(), Some(ID));
    }
    let root = format!("/var/lib/docker/containers/{ID}/hostname");
    let v2 = || "0::/\n".to_owned();
    assert_eq!(of(v2(), mount(&root, "/etc/hostname")).as_deref(), Some(ID));
    assert_eq!(of(v2(), mount(&root, "/elsewhere")), None);
    let pod = mount("/pods/u/volumes/kubernetes.io~projected/x", "/x");
    assert_eq!(of(v2(), pod + &mount(&root, "/etc/hostname")), None);
    assert_eq!(of(v2(), String::new()), None);
}

#[test]
fn the_process_is_this_one() {
    let pid = std::process::id().to_string();
    assert_eq!(text(&machine::process(), "process.pid"), Some(pid));
}

/// An engine that says `answer` to every question until it is asked no more, and hangs up.
fn engine(answer: &'static [u8], directory: &std::path::Path) -> std::path::PathBuf {
    let socket = directory.join("docker.sock");
    let listener = UnixListener::bind(&socket).expect("bound");
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("asked");
        let mut request = [0; 64];
        let _ = stream.read(&mut request).expect("read");
        stream.write_all(answer).expect("written");
    });
    socket
}

#[test]
fn docker_is_asked_once_over_its_socket() {
    let directory = tempfile::tempdir().expect("a directory");
    let answer =
        b"HTTP/1.0 200 OK\r\nA: b\r\n\r\n{\"Name\": \"box\", \"OSType\": \"linux\", \"X\": 1}";
    let socket = engine(answer, directory.path());
    let dockers = Dockers::default();
    for _ in 0..2 {
        let pairs = dockers.clone().ask(&socket, Duration::from_secs(5));
        assert_eq!(pairs, found(&[("host.name", "box"), ("os.type", "linux")]));
    }
}

#[test]
fn a_docker_that_does_not_answer_is_waited_for_no_longer_than_the_timeout() {
    let directory = tempfile::tempdir().expect("a directory");
    let socket = directory.path().join("docker.sock");
    let _silent = UnixListener::bind(&socket).expect("bound");
    let begun = Instant::now();
    assert_eq!(
        Dockers::default().ask(&socket, Duration::from_millis(50)),
        []
    );
    assert!(begun.elapsed() < Duration::from_secs(5));
    let nowhere = directory.path().join("none.sock");
    assert_eq!(
        Dockers::default().ask(&nowhere, Duration::from_secs(60)),
        []
    );
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn an_answer_that_is_none_is_an_error() {
    for answer in [
        &b"HTTP/1.0 500 No\r\n\r\n{}"[..],
        b"HTTP/1.0 200 OK\r\n\r\n{",
        b"HTTP/1.0 200 OK\r\n",
        b"",
    ] {
        assert!(docker::read(answer).is_err(), "{}", answer.escape_ascii());
    }
}

#[test]
fn the_socket_is_where_docker_host_says() {
    let at = |host: &'static str| docker::socket(move |_| Some(host.to_owned()));
    assert_eq!(at("unix:///run/d.sock").to_str(), Some("/run/d.sock"));
    assert_eq!(at("tcp://h:1").to_str(), Some("/var/run/docker.sock"));
}

#[test]
fn files_are_found_out_about_at_once() {
    let config = config(json!({"detectors": ["env", "system", "process", "container"]}));
    let all = all(&config, &Dockers::default());
    assert!(text(&all, "process.pid").is_some() && text(&all, "os.type").is_some());
}

#[test]
fn mistakes_are_told_by_name() {
    let json = json!({
        "detectors": ["env", "ec2", "what", "env"],
        "timeout": "2m",
        "system": {
            "hostname_sources": ["os", "cname", "x"],
            "resource_attributes": {"host.mac": {"enabled": true}},
        },
        "gcp": {},
    });
    let expected = [
        "gcp",
        "detectors[1]",
        "detectors[2]",
        "detectors[3]",
        "timeout",
        "system.hostname_sources[1]",
        "system.hostname_sources[2]",
        "system.resource_attributes.host.mac",
    ];
    assert_eq!(wrong(&json), expected);
    assert_eq!(wrong(&json!({"detectors": []})), ["detectors"]);
}

proptest! {
    #[test]
    fn no_text_is_a_panic(text in any::<String>(), bytes in any::<Vec<u8>>()) {
        let _ = env::parsed(&text);
        let _ = docker::read(&bytes);
        let files = Files {
            cgroup: text.clone(),
            hostname: text.clone(),
            hosts: text.clone(),
            mountinfo: text.clone(),
            os_release: text.clone(),
            machine_id: text,
            container_mark: false,
        };
        machine::container(&files);
        machine::system(&files, &["dns".to_owned()]);
    }
}
