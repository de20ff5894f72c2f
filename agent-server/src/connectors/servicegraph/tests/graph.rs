//! What becomes of spans.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::connectors::servicegraph::graph::Totals;

const EDGE: &str = "client=shop server=cart connection_type=";

/// What the metrics say of `spans`, when those that wait have waited for too long.
fn drawn(config: Value, spans: &[Given<'_>]) -> Vec<String> {
    let mut graph = graph(config);
    graph.take(&request(spans), at(0));
    round(&mut graph, at(10))
}

fn totals(lines: &[String]) -> Vec<&String> {
    lines
        .iter()
        .filter(|line| line.starts_with("total"))
        .collect()
}

#[test]
fn a_client_span_and_its_child_in_a_server_are_a_call_whichever_comes_first() {
    let expected = [
        format!("client_seconds {EDGE} 1 0.03"),
        format!("failed_total {EDGE} 0"),
        format!("server_seconds {EDGE} 1 0.02"),
        format!("total {EDGE} 1"),
    ];
    assert_eq!(drawn(json!({}), &[CLIENT, SERVER]), expected);
    assert_eq!(drawn(json!({}), &[SERVER, CLIENT]), expected);
}

#[test]
fn a_call_failed_if_either_side_says_so() {
    for (client, server) in [(true, false), (false, true), (true, true)] {
        let spans = [
            Given {
                failed: client,
                ..CLIENT
            },
            Given {
                failed: server,
                ..SERVER
            },
        ];
        let lines = drawn(json!({}), &spans);
        assert!(
            lines.contains(&format!("failed_total {EDGE} 1")),
            "{lines:?}"
        );
    }
}

#[test]
fn producers_and_consumers_are_joined_by_a_messaging_system() {
    let spans = [Given { kind: 4, ..CLIENT }, Given { kind: 5, ..SERVER }];
    let lines = drawn(json!({}), &spans);
    assert!(
        lines.contains(&format!("total {EDGE}messaging_system 1")),
        "{lines:?}"
    );
}

#[test]
fn spans_that_are_no_side_of_a_call_are_passed_over() {
    assert!(
        drawn(
            json!({}),
            &[Given { kind: 1, ..CLIENT }, Given { kind: 0, ..SERVER }]
        )
        .is_empty()
    );
}

#[test]
fn a_client_span_of_a_database_is_a_call_by_itself() {
    let attributes = &[("db.name", "orders")];
    let lines = drawn(
        json!({}),
        &[Given {
            attributes,
            ..CLIENT
        }],
    );
    let edge = "client=shop server=orders connection_type=database";
    let expected = [
        format!("client_seconds {edge} 1 0.03"),
        format!("failed_total {edge} 0"),
        format!("server_seconds {edge} 1 0.03"),
        format!("total {edge} 1"),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_server_that_sends_no_spans_has_the_name_that_its_client_gives_it() {
    let attributes = &[("peer.service", "bank"), ("net.peer.name", "10.0.0.1")];
    let named = Given {
        attributes,
        ..CLIENT
    };
    let lines = drawn(json!({"virtual_node_extra_label": true}), &[named]);
    let edge = "client=shop server=bank connection_type=virtual_node virtual_node=server";
    let expected = [
        format!("client_seconds {edge} 1 0.03"),
        format!("failed_total {edge} 0"),
        format!("total {edge} 1"),
    ];
    assert_eq!(lines, expected);
    let lines = drawn(json!({}), &[CLIENT]);
    let edge = "client=shop server=unknown connection_type=virtual_node";
    assert!(lines.contains(&format!("total {edge} 1")), "{lines:?}");
    assert!(drawn(json!({"virtual_node_peer_attributes": []}), &[CLIENT]).is_empty());
}

#[test]
fn the_first_server_of_a_trace_is_called_by_a_user() {
    let lines = drawn(
        json!({}),
        &[Given {
            parent: 0,
            ..SERVER
        }],
    );
    let edge = "client=user server=cart connection_type=virtual_node";
    let expected = [
        format!("failed_total {edge} 0"),
        format!("server_seconds {edge} 1 0.02"),
        format!("total {edge} 1"),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_server_whose_client_never_comes_is_no_call() {
    assert!(drawn(json!({}), &[SERVER]).is_empty());
}

#[test]
fn dimensions_are_labels_of_the_side_that_has_them() {
    let spans = [
        Given {
            attributes: &[("a", "1")],
            ..CLIENT
        },
        SERVER,
    ];
    let lines = drawn(json!({"dimensions": ["a", "zone"]}), &spans);
    let labels = format!("{EDGE} client_a=1 client_zone=eu server_zone=eu");
    assert!(lines.contains(&format!("total {labels} 1")), "{lines:?}");
}

#[test]
fn spans_wait_for_their_time_and_no_longer() {
    let mut graph = graph(json!({"store": {"ttl": "5s", "max_items": 1}}));
    graph.take(&request(&[CLIENT, Given { id: 7, ..CLIENT }]), at(0));
    graph.take(&request(&[SERVER]), at(4));
    graph.take(&request(&[CLIENT]), at(4));
    graph.take(&request(&[SERVER]), at(9));
    assert_eq!(totals(&round(&mut graph, at(20))).len(), 2);
    let expected = Totals {
        edges: 2,
        expired: 2,
        dropped: 1,
        overflowed: 0,
        series: 2,
    };
    assert_eq!(graph.totals(), expected);
}

#[test]
fn edges_add_up_and_are_forgotten_when_nobody_calls() {
    let mut graph = graph(json!({}));
    graph.take(&request(&[CLIENT, SERVER]), at(0));
    assert_eq!(
        totals(&round(&mut graph, at(1))),
        [&format!("total {EDGE} 1")]
    );
    graph.take(&request(&[CLIENT, SERVER]), at(2));
    assert_eq!(
        totals(&round(&mut graph, at(3))),
        [&format!("total {EDGE} 2")]
    );
    assert_eq!(round(&mut graph, at(902)).len(), 4);
    assert!(round(&mut graph, at(903)).is_empty());
}

#[test]
fn edges_beyond_the_limit_count_as_overflow() {
    let mut graph = graph(json!({}));
    for server in 0..10_005 {
        let attributes = &[("db.name", server.to_string())];
        let attributes: Vec<_> = attributes
            .iter()
            .map(|(key, value)| (*key, value.as_str()))
            .collect();
        graph.take(
            &request(&[Given {
                attributes: &attributes,
                ..CLIENT
            }]),
            at(0),
        );
    }
    assert_eq!(
        (graph.totals().overflowed, graph.totals().series),
        (5, 10_001)
    );
}

proptest! {
    #[test]
    fn calls_are_counted_once_in_whatever_order_and_pieces_their_spans_come(
        order in Just((1_u8..60).flat_map(|id| [(id, true), (id, false)]).collect::<Vec<_>>()).prop_shuffle(),
        size in 1_usize..20,
    ) {
        let mut graph = graph(json!({}));
        for piece in order.chunks(size) {
            let spans: Vec<_> = piece.iter().map(|(id, is_client)| match is_client {
                true => Given { id: *id, ..CLIENT },
                false => Given { id: 100 + id, parent: *id, ..SERVER },
            }).collect();
            graph.take(&request(&spans), at(0));
        }
        prop_assert_eq!(graph.totals(), Totals { edges: 59, series: 1, ..Totals::default() });
        let lines = round(&mut graph, at(1));
        prop_assert_eq!(totals(&lines), [&format!("total {EDGE} 59")]);
    }

    #[test]
    fn any_bytes_are_taken_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut graph = graph(json!({"dimensions": ["a"]}));
        graph.take(&bytes, at(0));
        round(&mut graph, at(10));
    }
}
