//! What is said of pods, and where it comes from.

use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;
use campanile_wire::otlp::view::resource_spans;
use campanile_wire::otlp::write::{self, Scalar};
use campanile_wire::otlp::{Limits, Signal};
use serde_json::{Value, json};

use super::server::{Answer, SILENCE, Server, event, list, pod};
use crate::component::{Context, Processor, Refusal, Shared, Tasks};
use crate::origin::Origin;
use crate::payload::Payload;
use crate::processors::k8sattributes::config::Config;
use crate::processors::k8sattributes::process::K8sAttributes;

fn step(config: &Value) -> K8sAttributes {
    let config: Config = serde_json::from_value(config.clone()).expect("valid");
    let context = Context {
        id: "k8sattributes".parse().expect("an id"),
        shared: Shared::default(),
    };
    K8sAttributes::new(config, &context).expect("built")
}

/// A step that asks a server with these answers, running.
async fn running(more: &Value, answers: Vec<Answer>) -> (K8sAttributes, Server, Tasks) {
    let (server, url) = Server::start(answers).await;
    let mut config = json!({"endpoint": url, "auth_type": "none"});
    for (key, value) in more.as_object().into_iter().flatten() {
        config[key] = value.clone();
    }
    let (step, tasks) = (step(&config), Tasks::default());
    step.start(&tasks);
    (step, server, tasks)
}

/// Waits until `is` holds.
async fn until(what: &str, is: impl Fn() -> bool) {
    let wait = async {
        while !is() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait)
        .await
        .expect(what);
}

/// A span whose resource has these attributes, from `peer`.
fn from(peer: Option<&str>, attributes: &[(&str, &str)]) -> Payload {
    let mut request = Vec::new();
    write::nested(&mut request, 1, |resource_spans| {
        write::nested(resource_spans, 1, |resource| {
            for (key, value) in attributes {
                write::attribute(resource, 1, key, Scalar::Text(value));
            }
        });
        write::nested(resource_spans, 2, |scope| {
            write::nested(scope, 2, |span| {
                write::bytes(span, 1, &[0xa1; 16]);
                write::bytes(span, 2, &[0xb2; 8]);
            });
        });
    });
    let payload = Payload::parse(Signal::Traces, Bytes::from(request), &Limits::default());
    let peer = peer.map(|text| text.parse::<IpAddr>().expect("an address"));
    let origin = Origin::new("otlp", "grpc").from_peer(peer);
    payload.expect("valid").with_origin(origin)
}

fn said(step: &K8sAttributes, payload: Payload) -> Vec<String> {
    let after = step.process(payload).expect("taken").expect("left");
    let bytes = after.bytes().clone();
    let resource = resource_spans(&bytes).next().expect("one").resource();
    let said = resource
        .attributes()
        .iter()
        .map(|(key, value)| format!("{key}={value}"));
    said.collect()
}

#[tokio::test]
async fn a_pod_is_found_by_its_address_and_its_uid_and_says_where_it_runs() {
    let more = json!({
        "extract": {
            "metadata": ["k8s.pod.name", "k8s.namespace.name", "k8s.node.name",
                         "k8s.deployment.name", "k8s.pod.start_time"],
            "labels": [{"tag_name": "tier", "key": "tier"},
                       {"tag_name": "label.$1", "key_regex": "app\\.kubernetes\\.io/(.*)"}],
            "annotations": [{"key": "team"}]
        }
    });
    let answers = vec![
        list(&[pod("a", "10.0.0.1")], "next"),
        list(&[pod("b", "10.0.0.2")], ""),
    ];
    let (step, server, _tasks) = running(&more, answers).await;
    until("both pages", || step.pods().is_listed()).await;
    let expected = |name: &str| {
        [
            "k8s.deployment.name=cart".to_owned(),
            "k8s.namespace.name=shop".to_owned(),
            "k8s.node.name=node-1".to_owned(),
            "k8s.pod.annotations.team=blue".to_owned(),
            format!("k8s.pod.name={name}"),
            "k8s.pod.start_time=2026-01-02T03:04:05Z".to_owned(),
            "label.name=cart".to_owned(),
            "tier=back".to_owned(),
        ]
    };
    assert_eq!(said(&step, from(Some("10.0.0.1"), &[])), expected("a"));
    let by_uid = said(&step, from(Some("10.9.9.9"), &[("k8s.pod.uid", "uid-b")]));
    assert_eq!(by_uid[0], "k8s.pod.uid=uid-b");
    assert_eq!(by_uid[1..], expected("b"));
    assert_eq!(said(&step, from(Some("10.9.9.9"), &[])), [""; 0]);
    let pages = server.asked();
    assert!(pages[1].contains("continue=next"), "{pages:?}");
    until("the watch", || server.asked().len() == 3).await;
    let watch = server.asked()[2].clone();
    assert!(
        watch.contains("watch=1") && watch.contains("resourceVersion=42"),
        "{watch}"
    );
}

#[tokio::test]
async fn what_a_resource_says_of_itself_stays() {
    let answers = vec![list(&[pod("a", "10.0.0.1")], "")];
    let more = json!({"extract": {"metadata": ["k8s.pod.name"]}});
    let (step, _server, _tasks) = running(&more, answers).await;
    until("the list", || step.pods().is_listed()).await;
    let mine = from(Some("10.0.0.1"), &[("k8s.pod.name", "mine")]);
    assert_eq!(said(&step, mine), ["k8s.pod.name=mine"]);
}

#[tokio::test]
async fn pods_come_change_and_go_and_a_watch_that_is_too_old_begins_anew() {
    let mut moved = pod("a", "10.0.0.3");
    moved["metadata"]["labels"] = json!({});
    let gone = json!({"kind": "Status", "code": 410, "message": "too old"});
    // Cut in the middle of a line.
    let added = event("ADDED", &pod("b", "10.0.0.2"));
    let (half, rest) = added.split_at(40);
    let watch = vec![
        half.to_owned(),
        rest.to_owned(),
        event("MODIFIED", &moved),
        event("BOOKMARK", &json!({"metadata": {"resourceVersion": "50"}})),
        event("ERROR", &gone),
    ];
    let answers = vec![
        list(&[pod("a", "10.0.0.1")], ""),
        (200, watch),
        (500, vec!["no".to_owned()]),
        list(&[pod("b", "10.0.0.2"), pod("c", "10.0.0.4")], ""),
    ];
    let more = json!({"extract": {"metadata": ["k8s.pod.name"]}, "pod_delete_grace_period": "0s"});
    let (step, server, _tasks) = running(&more, answers).await;
    until("the first watch", || {
        step.pods().by_ip("10.0.0.3").is_some()
    })
    .await;
    assert!(step.pods().by_ip("10.0.0.1").is_none());
    assert_eq!(said(&step, from(Some("10.0.0.2"), &[])), ["k8s.pod.name=b"]);
    // After the failure it is listed anew, and what is not there any more is gone.
    until("the second list", || {
        step.pods().by_ip("10.0.0.4").is_some()
    })
    .await;
    assert!(step.pods().by_ip("10.0.0.3").is_none());
    assert!(server.asked().len() >= 4);
}

#[tokio::test(start_paused = true)]
async fn a_pod_that_is_gone_is_remembered_for_what_it_has_still_sent() {
    let step = step(&json!({"endpoint": "http://127.0.0.1:1", "auth_type": "none"}));
    let parsed = |name, ip| serde_json::from_value(pod(name, ip)).expect("a pod");
    let now = tokio::time::Instant::now;
    step.pods().put(parsed("a", "10.0.0.1"), now());
    step.pods().remove(&parsed("a", "10.0.0.1"), now());
    tokio::time::advance(Duration::from_secs(119)).await;
    step.pods().put(parsed("b", "10.0.0.2"), now());
    assert!(step.pods().by_ip("10.0.0.1").is_some());
    tokio::time::advance(Duration::from_secs(1)).await;
    step.pods().put(parsed("b", "10.0.0.2"), now());
    assert!(step.pods().by_ip("10.0.0.1").is_none());
    assert!(step.pods().by_name("shop", "b").is_some());
}

#[tokio::test(start_paused = true)]
async fn a_pod_that_comes_back_is_not_forgotten() {
    let step = step(&json!({"endpoint": "http://127.0.0.1:1", "auth_type": "none"}));
    let parsed = |name, ip| serde_json::from_value(pod(name, ip)).expect("a pod");
    let now = tokio::time::Instant::now;
    // As one does whose labels are changed and changed back, when there is a filter.
    step.pods().put(parsed("a", "10.0.0.1"), now());
    step.pods().remove(&parsed("a", "10.0.0.1"), now());
    step.pods().put(parsed("a", "10.0.0.1"), now());
    tokio::time::advance(Duration::from_secs(60)).await;
    step.pods().remove(&parsed("a", "10.0.0.1"), now());
    tokio::time::advance(Duration::from_secs(119)).await;
    step.pods().put(parsed("b", "10.0.0.2"), now());
    assert!(step.pods().by_ip("10.0.0.1").is_some());
    tokio::time::advance(Duration::from_secs(1)).await;
    step.pods().put(parsed("b", "10.0.0.2"), now());
    assert!(step.pods().by_ip("10.0.0.1").is_none());
}

#[test]
fn a_pod_that_has_ended_does_not_have_the_address_any_more() {
    let step = step(&json!({"endpoint": "http://127.0.0.1:1", "auth_type": "none"}));
    for phase in ["Succeeded", "Failed"] {
        let mut ended = pod("ended", "10.0.0.1");
        ended["status"]["phase"] = json!(phase);
        let [ended, runs] =
            [ended, pod("runs", "10.0.0.1")].map(|pod| serde_json::from_value(pod).expect("a pod"));
        step.pods().put(runs, tokio::time::Instant::now());
        step.pods().put(ended, tokio::time::Instant::now());
        let found = step.pods().by_ip("10.0.0.1").expect("a pod");
        assert_eq!(found.metadata.name, "runs", "{phase}");
    }
}

#[tokio::test]
async fn a_watch_that_is_not_answered_is_given_up() {
    let answers = vec![
        list(&[pod("a", "10.0.0.1")], ""),
        SILENCE,
        list(&[pod("b", "10.0.0.2")], ""),
    ];
    let (step, server, _tasks) = running(&json!({}), answers).await;
    until("the watch", || server.asked().len() == 2).await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(31)).await;
    tokio::time::resume();
    until("the second list", || {
        step.pods().by_ip("10.0.0.2").is_some()
    })
    .await;
}

#[tokio::test]
async fn what_is_no_answer_is_asked_for_again() {
    for wrong in [
        (200, vec!["{\"items\": [".to_owned()]),
        (200, vec!["<html>".to_owned()]),
        (401, Vec::new()),
        (302, Vec::new()),
    ] {
        let answers = vec![wrong, list(&[pod("a", "10.0.0.1")], "")];
        let (step, _server, _tasks) = running(&json!({}), answers).await;
        until("the list", || step.pods().is_listed()).await;
        assert!(step.pods().by_ip("10.0.0.1").is_some());
    }
}

#[tokio::test]
async fn an_address_that_is_mapped_to_ipv6_is_that_of_the_pod() {
    let answers = vec![list(&[pod("a", "10.0.0.1")], "")];
    let more = json!({"extract": {"metadata": ["k8s.pod.name"]}});
    let (step, _server, _tasks) = running(&more, answers).await;
    until("the list", || step.pods().is_listed()).await;
    let mapped = from(Some("::ffff:10.0.0.1"), &[]);
    assert_eq!(said(&step, mapped), ["k8s.pod.name=a"]);
}

#[tokio::test(start_paused = true)]
async fn payloads_wait_for_the_pods_where_that_is_asked_for_and_not_for_ever() {
    let config = json!({
        "endpoint": "http://127.0.0.1:1", "auth_type": "none", "wait_for_metadata": true
    });
    let step = step(&config);
    tokio::time::advance(Duration::from_millis(9_999)).await;
    let refused = step.process(from(None, &[]));
    assert!(
        matches!(refused, Err(Refusal::Overloaded { .. })),
        "{refused:?}"
    );
    tokio::time::advance(Duration::from_millis(1)).await;
    assert!(step.process(from(None, &[])).is_ok());
}

#[tokio::test]
async fn the_token_is_sent_and_a_refusal_is_no_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let token = folder.path().join("token");
    std::fs::write(&token, "s3cret\n").expect("written");
    let more = json!({"auth_type": "serviceAccount", "token_file": token});
    let answers = vec![(403, Vec::new()), list(&[pod("a", "10.0.0.1")], "")];
    let (step, server, _tasks) = running(&more, answers).await;
    until("the list", || step.pods().is_listed()).await;
    let asked = server.asked();
    assert!(asked[0].contains("Bearer s3cret"), "{asked:?}");
}

#[tokio::test]
async fn the_task_ends_with_the_step() {
    let (step, _server, tasks) = running(&json!({}), vec![list(&[], "")]).await;
    until("the list", || step.pods().is_listed()).await;
    drop(step);
    assert!(tasks.ended_within(Duration::from_secs(10)).await);
}

#[test]
fn in_passthrough_only_the_address_is_noted() {
    let step = step(&json!({"passthrough": true}));
    assert_eq!(
        said(&step, from(Some("10.0.0.1"), &[])),
        ["k8s.pod.ip=10.0.0.1"]
    );
    assert_eq!(said(&step, from(None, &[])), [""; 0]);
}

#[tokio::test]
async fn only_the_pods_that_are_wanted_are_asked_for() {
    let more = json!({"filter": {
        "node": "node-1", "namespace": "shop",
        "labels": [{"key": "tier", "value": "back"}, {"key": "old", "op": "does-not-exist"}],
        "fields": [{"key": "status.phase", "value": "Pending", "op": "not-equals"}]
    }});
    let (step, server, _tasks) = running(&more, vec![list(&[], "")]).await;
    until("the list", || step.pods().is_listed()).await;
    let asked = server.asked()[0].clone();
    let expected = "GET /api/v1/namespaces/shop/pods?\
                    fieldSelector=spec.nodeName%3Dnode-1%2Cstatus.phase%21%3DPending\
                    &labelSelector=tier%3Dback%2C%21old&limit=500 ";
    assert!(asked.starts_with(expected), "{asked}");
}

#[test]
fn of_a_pod_only_what_is_wanted_is_remembered() {
    let step = step(&json!({
        "endpoint": "http://127.0.0.1:1", "auth_type": "none",
        "extract": {"labels": [{"key_regex": "ti.*"}], "annotations": [{"key": "other"}]}
    }));
    let pod = serde_json::from_value(pod("a", "10.0.0.1")).expect("a pod");
    step.pods().put(pod, tokio::time::Instant::now());
    let found = step.pods().by_ip("10.0.0.1").expect("a pod");
    let labels: Vec<_> = found.metadata.labels.keys().collect();
    assert_eq!(labels, ["tier"]);
    assert!(found.metadata.annotations.is_empty());
}
