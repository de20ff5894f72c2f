use campanile_wire::opencensus::agent::common::v1::{Node, ServiceInfo};
use campanile_wire::opencensus::trace::v1::TraceConfig;
use serde_json::{Value, json};

use super::*;

fn id(text: &str) -> ComponentId {
    text.parse().expect("an id")
}

fn settings(json: Value) -> SamplerSettings {
    serde_json::from_value(json).expect("the right types")
}

fn config(json: Value) -> TraceConfig {
    let config = settings(json).policy().for_node(&Node::default());
    config.expect("there is a sampler")
}

fn node(service: &str) -> Node {
    Node {
        service_info: Some(ServiceInfo {
            name: service.to_owned(),
        }),
        ..Node::default()
    }
}

#[test]
fn every_sampler_becomes_a_complete_configuration() {
    let table = [
        (json!({"probability": 0.1}), "probability 0.1"),
        (json!({"constant": "always_on"}), "always_on"),
        (json!({"constant": "always_off"}), "always_off"),
        (json!({"constant": "always_parent"}), "always_parent"),
        (json!({"rate_limiting": 10}), "rate_limiting 10"),
    ];
    let limits = "32 attributes, 32 annotations, 128 message events, 32 links";
    for (settings, expected) in table {
        assert_eq!(describe(&config(settings)), format!("{expected}; {limits}"));
    }
    let own = json!({"probability": 1, "max_number_of_links": 7});
    assert!(describe(&config(own)).ends_with("128 message events, 7 links"));
    assert_eq!(describe(&TraceConfig::default()), "no sampler");
}

#[test]
fn a_sampler_is_one_of_three_and_within_its_bounds() {
    let wrong = |json| {
        let wrong = settings(json).validate().into_iter();
        wrong.map(|wrong| wrong.key).collect::<Vec<_>>()
    };
    assert_eq!(wrong(json!({"probability": 0})), [""; 0]);
    assert_eq!(wrong(json!({"probability": 1})), [""; 0]);
    assert_eq!(wrong(json!({})), ["sampler"]);
    let two = json!({"probability": 0.5, "constant": "always_on"});
    assert_eq!(wrong(two), ["sampler"]);
    assert_eq!(wrong(json!({"probability": 1.1})), ["sampler.probability"]);
    assert_eq!(wrong(json!({"probability": -0.1})), ["sampler.probability"]);
    let zeros = json!({"rate_limiting": 0, "max_number_of_annotations": 0});
    let expected = ["sampler.rate_limiting", "sampler.max_number_of_annotations"];
    assert_eq!(wrong(zeros), expected);
}

#[tokio::test]
async fn followers_hear_of_changes_and_only_of_changes() {
    let control = Control::default();
    let mut follower = control.follow(&id("opencensus"));
    assert_eq!(*follower.borrow_and_update(), Policy::default());
    let policy = settings(json!({"probability": 0.5})).policy();
    control.publish(&id("opencensus"), policy.clone());
    follower.changed().await.expect("the table lives");
    assert_eq!(*follower.borrow_and_update(), policy);
    control.publish(&id("opencensus"), policy.clone());
    control.publish(&id("opencensus/other"), Policy::default());
    assert!(!follower.has_changed().expect("the table lives"));
    assert_eq!(*control.follow(&id("opencensus")).borrow(), policy);
}

#[test]
fn a_client_is_known_by_its_node_and_stays_when_it_is_gone() {
    let clients = Clients::default();
    let told = config(json!({"constant": "always_on"}));
    let mut first = clients.open(&id("opencensus"));
    let mut second = clients.open(&id("opencensus"));
    assert_eq!(clients.all(), []);
    first.hear(&node("shop"), None);
    second.hear(&node("shop"), Some(&TraceConfig::default()));
    first.told(Some(&told));
    let all = clients.all();
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].service.as_str(), all[0].streams), ("shop", 2));
    assert_eq!(all[0].told, Some(describe(&told)));
    assert_eq!(all[0].in_force.as_deref(), Some("no sampler"));
    second.hear(&node("cart"), None);
    drop(first);
    let streams = |service: &str| {
        let all = clients.all();
        let found = all.iter().find(|client| client.service == service);
        found.map(|client| client.streams)
    };
    assert_eq!((streams("shop"), streams("cart")), (Some(0), Some(1)));
    let mut other = clients.open(&id("opencensus/other"));
    other.hear(&node("shop"), None);
    assert_eq!(clients.all().len(), 3);
}

#[test]
fn the_table_forgets_who_is_gone_longest_and_never_grows_beyond_its_bound() {
    let clients = Clients::default();
    let mut live: Vec<_> = (0..1_024)
        .map(|index| {
            let mut listener = clients.open(&id("opencensus"));
            listener.hear(&node(&index.to_string()), None);
            listener
        })
        .collect();
    let mut one_more = clients.open(&id("opencensus"));
    one_more.hear(&node("late"), None);
    one_more.told(None);
    assert_eq!(clients.all().len(), 1_024);
    assert!(clients.all().iter().all(|client| client.service != "late"));
    live.remove(7);
    let mut another = clients.open(&id("opencensus"));
    another.hear(&node("later"), None);
    let all = clients.all();
    assert_eq!(all.len(), 1_024);
    assert!(all.iter().any(|client| client.service == "later"));
    assert!(all.iter().all(|client| client.service != "7"));
}

#[test]
fn what_a_client_says_of_itself_is_cut() {
    let clients = Clients::default();
    let mut listener = clients.open(&id("opencensus"));
    listener.hear(&node(&"x".repeat(10_000)), None);
    assert_eq!(clients.all()[0].service.len(), 128);
}
