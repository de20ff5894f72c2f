//! Bringing what came from one node together.

use std::collections::HashMap;
use std::ops::Range;

use super::Signal;
use super::split::{copy_without, points, raw_fields};
use super::view::{attribute, messages};
use super::write::nested;
use crate::protobuf::{Fields, Value, put_bytes};

/// A request whose entries were grouped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grouped {
    /// The export request.
    pub request: Vec<u8>,
    /// Resource entries in it.
    pub resources: u64,
    /// Which items of the old request are in the new one, one run after the other.
    pub order: Vec<Range<u64>>,
}

/// Groups an export request of `signal` by node: entries whose resources and schema URLs are equal
/// become one, and so do equal scopes within it. `None` when there is nothing to group.
///
/// Resources are equal when they have the same attributes, in any order, and all other fields are
/// the same; and so are scopes. With `keys`, entries whose resources have the same values of these
/// attributes follow each other, but stay apart unless they are equal altogether.
///
/// A group is where its first member was, and its members keep their order; nothing is left out.
/// The request must have passed [`scan`](super::scan()).
#[must_use]
pub fn group(signal: Signal, request: &[u8], keys: &[String]) -> Option<Grouped> {
    let mut entries = messages(request, 1);
    let first = entries.next()?;
    // Most requests have one resource with one scope: they cost no more than this.
    if entries.next().is_none() && messages(first, 2).nth(1).is_none() {
        return None;
    }
    let mut gathered = Gathered::default();
    let mut start = 0;
    for entry in messages(request, 1) {
        gathered.add(signal, entry, keys, &mut start);
    }
    let ranked = gathered.nodes.is_sorted_by_key(|node| node.rank);
    (gathered.joins || !ranked).then(|| gathered.write(request))
}

/// The nodes of a request.
#[derive(Default)]
struct Gathered<'r> {
    nodes: Vec<Node<'r>>,
    by_head: HashMap<Vec<u8>, usize>,
    by_keys: HashMap<Vec<u8>, usize>,
    /// Whether there is something to join.
    joins: bool,
}

/// Entries with equal heads.
struct Node<'r> {
    /// The fields of the first entry, except its scopes.
    head: Vec<u8>,
    /// The place of the first node with the same keys.
    rank: usize,
    scopes: Vec<Scope<'r>>,
    by_head: HashMap<Vec<u8>, usize>,
}

/// Scopes with equal heads.
struct Scope<'r> {
    /// The fields of the first one, except its items.
    head: Vec<u8>,
    items: Vec<&'r [u8]>,
    runs: Vec<Range<u64>>,
}

impl<'r> Gathered<'r> {
    /// Adds an entry whose items begin at `start`, which moves behind them.
    fn add(&mut self, signal: Signal, entry: &'r [u8], keys: &[String], start: &mut u64) {
        let head = without(entry, 2);
        let next = self.nodes.len();
        let place = *self.by_head.entry(canonical(&head, 1)).or_insert(next);
        self.joins |= place < next;
        if place == next {
            let rank = match keys {
                [] => next,
                keys => *self.by_keys.entry(values(entry, keys)).or_insert(next),
            };
            self.nodes.push(Node {
                head,
                rank,
                scopes: Vec::new(),
                by_head: HashMap::new(),
            });
        }
        let Some(node) = self.nodes.get_mut(place) else {
            return;
        };
        for scope in messages(entry, 2) {
            self.joins |= node.add(signal, scope, start);
        }
    }

    fn write(mut self, request: &[u8]) -> Grouped {
        self.nodes.sort_by_key(|node| node.rank);
        let mut out = Vec::with_capacity(request.len());
        copy_without(request, 1, &mut out);
        for node in &self.nodes {
            nested(&mut out, 1, |out| node.write(out));
        }
        let scopes = self.nodes.iter().flat_map(|node| &node.scopes);
        Grouped {
            request: out,
            resources: self.nodes.len() as u64,
            order: scopes.flat_map(|scope| scope.runs.clone()).collect(),
        }
    }
}

impl<'r> Node<'r> {
    /// Adds a scope whose items begin at `start`. Says whether it joined another one.
    fn add(&mut self, signal: Signal, scope: &'r [u8], start: &mut u64) -> bool {
        let head = without(scope, 2);
        let next = self.scopes.len();
        let place = *self.by_head.entry(canonical(&head, 3)).or_insert(next);
        if place == next {
            self.scopes.push(Scope {
                head,
                items: Vec::new(),
                runs: Vec::new(),
            });
        }
        let end = *start + count(signal, scope);
        if let Some(joined) = self.scopes.get_mut(place) {
            joined.items.extend(messages(scope, 2));
            joined.runs.extend((*start < end).then_some(*start..end));
        }
        *start = end;
        place < next
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.head);
        for scope in &self.scopes {
            nested(out, 2, |out| {
                out.extend_from_slice(&scope.head);
                for item in &scope.items {
                    put_bytes(out, 2, item);
                }
            });
        }
    }
}

/// How many items are in a scope: of metrics, the data points.
fn count(signal: Signal, scope: &[u8]) -> u64 {
    let items = messages(scope, 2);
    match signal {
        Signal::Logs | Signal::Traces => items.count() as u64,
        Signal::Metrics => items.map(|metric| points(metric).count() as u64).sum(),
    }
}

fn without(message: &[u8], number: u32) -> Vec<u8> {
    let mut out = Vec::new();
    copy_without(message, number, &mut out);
    out
}

/// The head of an entry or a scope such that equal ones have equal bytes: the attributes of field 1,
/// which are its field `attributes`, in the order of their keys. What is not sound, or has several
/// fields 1, equals its own bytes only.
fn canonical(head: &[u8], attributes: u32) -> Vec<u8> {
    let mut described = messages(head, 1);
    let (Some(inner), None) = (described.next(), described.next()) else {
        return head.to_vec();
    };
    if Fields::new(inner).any(|field| field.is_err()) {
        return head.to_vec();
    }
    let mut fields: Vec<_> = raw_fields(inner).collect();
    // The sort is stable: of equal keys, which are not allowed, the first counts.
    fields.sort_by_cached_key(|(field, _)| {
        let key = match field.value {
            Value::Bytes(pair) if field.number == attributes => text(pair, 1),
            _ => &[],
        };
        (field.number, key)
    });
    let mut out = without(head, 1);
    nested(&mut out, 1, |out| {
        for (_, raw) in fields {
            out.extend_from_slice(raw);
        }
    });
    out
}

/// The attributes of the resource of an entry that are named `keys`.
fn values(entry: &[u8], keys: &[String]) -> Vec<u8> {
    let resource = messages(entry, 1).next().unwrap_or_default();
    let mut out = Vec::new();
    for key in keys {
        let mut pairs = messages(resource, 1);
        let pair = pairs.find(|pair| attribute(pair, key).is_some());
        // Also an absent one takes a place.
        put_bytes(&mut out, 1, pair.unwrap_or_default());
    }
    out
}

/// The last field `number` of a message, if it is text or bytes.
fn text(message: &[u8], number: u32) -> &[u8] {
    messages(message, number).last().unwrap_or_default()
}
