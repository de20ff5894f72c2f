use proptest::prelude::*;

use super::*;

fn id(number: u64) -> SpanId {
    SpanId::from_bytes(&number.to_be_bytes()).expect("not zero")
}

fn node(span: u64, parent: Option<u64>, start: u64) -> Node {
    Node {
        span_id: id(span),
        parent: parent.map(id),
        kind: Kind::Internal,
        start,
    }
}

/// The rows as text: depth by indentation, `m` a missing parent, `c` an opened circle.
fn drawn(nodes: &[Node]) -> Vec<String> {
    let draw = |row: &Row| {
        let text = match row.entry {
            Entry::Circle(index) => format!("c{index}"),
            Entry::Missing(parent) => format!("m{}", parent.as_bytes()[7]),
            Entry::Span(index) => format!("{index}"),
        };
        let last = if row.last { "." } else { "" };
        format!("{}{text}{last}", " ".repeat(row.depth))
    };
    forest(nodes).iter().map(draw).collect()
}

#[test]
fn children_lie_below_their_parent_by_start_time() {
    let nodes = [
        node(3, Some(1), 30),
        node(1, None, 10),
        node(2, Some(1), 20),
        node(4, Some(2), 25),
    ];
    assert_eq!(drawn(&nodes), ["1.", " 2", "  3.", " 0."]);
}

#[test]
fn orphans_lie_below_one_row_for_each_missing_parent() {
    let nodes = [
        node(2, Some(9), 20),
        node(1, None, 10),
        node(3, Some(9), 30),
        node(4, Some(8), 25),
    ];
    assert_eq!(drawn(&nodes), ["1", "m9", " 0", " 2.", "m8.", " 3."]);
}

#[test]
fn the_server_half_of_a_shared_span_lies_below_the_client_half_and_takes_the_children() {
    let mut server = node(2, Some(1), 10);
    server.kind = Kind::Server;
    let mut client = node(2, Some(1), 12);
    client.kind = Kind::Client;
    let nodes = [node(1, None, 5), server, client, node(3, Some(2), 15)];
    assert_eq!(drawn(&nodes), ["0.", " 2.", "  1.", "   3."]);
}

#[test]
fn circles_and_self_parents_are_opened_once() {
    let nodes = [
        node(1, Some(1), 10),
        node(2, Some(3), 20),
        node(3, Some(2), 30),
        node(4, Some(3), 40),
    ];
    assert_eq!(drawn(&nodes), ["c0", "c1.", " 2.", "  3."]);
}

#[test]
fn a_chain_of_a_million_spans_is_placed_without_recursion() {
    let nodes: Vec<Node> = (1..=1_000_000)
        .map(|number| node(number, (number > 1).then(|| number - 1), number))
        .collect();
    let rows = forest(&nodes);
    assert_eq!(rows.len(), 1_000_000);
    assert_eq!(rows.last().map(|row| row.depth), Some(999_999));
}

proptest! {
    #[test]
    fn every_span_appears_once_and_below_its_parent(
        spans in prop::collection::vec((1_u64..20, prop::option::of(1_u64..25), 0_u64..5, 1_u64..6), 0..60)
    ) {
        let nodes: Vec<Node> = spans
            .iter()
            .map(|(span, parent, start, kind)| Node {
                kind: Kind::from_wire(*kind),
                ..node(*span, *parent, *start)
            })
            .collect();
        let rows = forest(&nodes);
        let mut shown: Vec<usize> = rows
            .iter()
            .filter_map(|row| match row.entry {
                Entry::Circle(index) | Entry::Span(index) => Some(index),
                Entry::Missing(_) => None,
            })
            .collect();
        shown.sort_unstable();
        prop_assert_eq!(shown, (0..nodes.len()).collect::<Vec<_>>());
        let mut path: Vec<Entry> = Vec::new();
        for row in &rows {
            prop_assert!(row.depth <= path.len());
            path.truncate(row.depth);
            if let (Entry::Span(index), Some(above)) = (row.entry, path.last()) {
                let expected = match above {
                    Entry::Missing(parent) => nodes[index].parent == Some(*parent),
                    Entry::Span(other) | Entry::Circle(other) => {
                        nodes[index].parent == Some(nodes[*other].span_id)
                            || nodes[index].span_id == nodes[*other].span_id
                    }
                };
                prop_assert!(expected);
            }
            path.push(row.entry);
        }
    }
}
