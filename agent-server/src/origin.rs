//! Where items came from. The agent's own pages show it; what is exported never holds it.

use std::fmt;
use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;

/// The receiver, transport and peer that items came by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    receiver: Arc<str>,
    transport: Arc<str>,
    peer: Option<IpAddr>,
}

impl Origin {
    /// Receiver and transport: `otlp/edge`, `grpc`.
    #[must_use]
    pub fn new(receiver: impl Into<Arc<str>>, transport: impl Into<Arc<str>>) -> Self {
        Self {
            receiver: receiver.into(),
            transport: transport.into(),
            peer: None,
        }
    }

    /// The same, from `peer`. A peer on a Unix socket has no address.
    #[must_use]
    pub fn from_peer(&self, peer: Option<IpAddr>) -> Self {
        Self {
            peer,
            ..self.clone()
        }
    }
}

impl fmt::Display for Origin {
    /// `otlp over grpc from 127.0.0.1`
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} over {}", self.receiver, self.transport)?;
        match self.peer {
            Some(peer) => write!(formatter, " from {peer}"),
            None => Ok(()),
        }
    }
}

/// The origins of the items of one payload, in the order of the items.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins(Option<Arc<[Run]>>);

/// So many items in a row of one origin.
#[derive(Clone, Debug)]
struct Run {
    origin: Option<Origin>,
    items: u64,
}

impl Origins {
    /// The origin of `items` items.
    pub(crate) fn one(origin: Origin, items: u64) -> Self {
        let origin = Some(origin);
        Self(Some([Run { origin, items }].into()))
    }

    /// Those of several payloads, each with its number of items, one behind the other.
    pub(crate) fn join<'o>(parts: impl IntoIterator<Item = (&'o Self, u64)>) -> Self {
        let mut runs: Vec<Run> = Vec::new();
        for (origins, items) in parts {
            let unknown = Run {
                origin: None,
                items,
            };
            let all = origins.0.as_deref();
            for run in all.unwrap_or(std::slice::from_ref(&unknown)) {
                match runs.last_mut() {
                    Some(last) if last.origin == run.origin => last.items += run.items,
                    _ => runs.push(run.clone()),
                }
            }
        }
        let known = runs.iter().any(|run| run.origin.is_some());
        Self(known.then(|| runs.into()))
    }

    /// Those of `items` items after the first `skip`.
    pub(crate) fn slice(&self, skip: u64, items: u64) -> Self {
        let Some(runs) = &self.0 else {
            return Self::default();
        };
        let (mut skip, mut left) = (skip, items);
        let mut taken = Vec::new();
        for run in runs.iter() {
            let skipped = skip.min(run.items);
            skip -= skipped;
            let items = left.min(run.items - skipped);
            left -= items;
            if items > 0 {
                let origin = run.origin.clone();
                taken.push(Run { origin, items });
            }
        }
        Self(Some(taken.into()))
    }

    /// Those of the items that are left without `gone`: ranges of items, in order.
    pub(crate) fn without(&self, gone: &[Range<u64>]) -> Self {
        let Some(runs) = &self.0 else {
            return Self::default();
        };
        let mut gone = gone.iter().peekable();
        let mut left = Vec::new();
        let mut start = 0;
        for run in runs.iter() {
            let end = start + run.items;
            let mut items = run.items;
            while let Some(range) = gone.peek().filter(|range| range.start < end) {
                items -= range.end.min(end) - range.start.max(start);
                if range.end > end {
                    break;
                }
                gone.next();
            }
            start = end;
            let origin = run.origin.clone();
            left.extend((items > 0).then_some(Run { origin, items }));
        }
        Self(Some(left.into()))
    }

    /// Those of the items in another order: the runs of `order`, one behind the other.
    pub(crate) fn reordered(&self, order: &[Range<u64>]) -> Self {
        let Some(runs) = &self.0 else {
            return Self::default();
        };
        if runs.len() <= 1 {
            return self.clone();
        }
        let mut ends = Vec::with_capacity(runs.len());
        let mut total = 0;
        for run in runs.iter() {
            total += run.items;
            ends.push(total);
        }
        let mut moved: Vec<Run> = Vec::new();
        for range in order {
            let first = ends.partition_point(|end| *end <= range.start);
            let mut start = range.start;
            for (run, end) in runs.iter().zip(&ends).skip(first) {
                let items = range.end.min(*end).saturating_sub(start);
                if items == 0 {
                    break;
                }
                start += items;
                match moved.last_mut() {
                    Some(last) if last.origin == run.origin => last.items += items,
                    _ => moved.push(Run {
                        origin: run.origin.clone(),
                        items,
                    }),
                }
            }
        }
        Self(Some(moved.into()))
    }

    /// The peer that every item came from, if it is one.
    pub(crate) fn peer(&self) -> Option<IpAddr> {
        let mut peers = self
            .0
            .as_deref()?
            .iter()
            .map(|run| run.origin.as_ref()?.peer);
        let peer = peers.next()??;
        peers.all(|other| other == Some(peer)).then_some(peer)
    }

    /// The origin of one item after the other; none after the last.
    pub(crate) fn each(&self) -> impl Iterator<Item = Option<&Origin>> {
        let runs = self.0.as_deref().unwrap_or_default();
        runs.iter().flat_map(|run| {
            let items = usize::try_from(run.items).unwrap_or(usize::MAX);
            std::iter::repeat_n(run.origin.as_ref(), items)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(receiver: &str) -> Origin {
        Origin::new(receiver, "grpc")
    }

    fn shown(origins: &Origins) -> Vec<Option<String>> {
        let each = origins.each();
        each.map(|origin| origin.map(|origin| origin.receiver.to_string()))
            .collect()
    }

    #[test]
    fn joined_origins_keep_the_order_of_the_items() {
        let (a, b) = (Origins::one(origin("a"), 2), Origins::one(origin("b"), 1));
        let unknown = Origins::default();
        let joined = Origins::join([(&a, 2), (&unknown, 1), (&b, 1), (&b, 1)]);
        let expected = [Some("a"), Some("a"), None, Some("b"), Some("b")];
        let expected = expected.map(|name| name.map(str::to_owned));
        assert_eq!(shown(&joined), expected);
        for skip in 0..5 {
            for items in 0..=5 - skip {
                let slice = shown(&joined.slice(skip as u64, items as u64));
                assert_eq!(slice, expected[skip..skip + items]);
            }
        }
    }

    #[test]
    fn origins_of_items_that_are_gone_go() {
        let (a, b) = (Origins::one(origin("a"), 2), Origins::one(origin("b"), 3));
        let joined = Origins::join([(&a, 2), (&Origins::default(), 2), (&b, 3)]);
        let each = shown(&joined);
        for gone in 0_u64..1 << 7 {
            let is_gone = |item: usize| gone & (1 << item) != 0;
            let ranges: Vec<_> = (0..7).filter(|item| is_gone(*item as usize)).collect();
            let ranges: Vec<_> = ranges.iter().map(|item| *item..item + 1).collect();
            let left = each.iter().enumerate().filter(|(item, _)| !is_gone(*item));
            let left: Vec<_> = left.map(|(_, name)| name.clone()).collect();
            assert_eq!(shown(&joined.without(&ranges)), left, "{ranges:?}");
        }
        let across = shown(&joined.without(&[1..3, 3..6]));
        assert_eq!(across, [Some("a".to_owned()), Some("b".to_owned())]);
        assert!(Origins::default().without(&[0..1, 1..2]).0.is_none());
    }

    #[test]
    fn origins_move_with_their_items() {
        let (a, b) = (Origins::one(origin("a"), 2), Origins::one(origin("b"), 3));
        let joined = Origins::join([(&a, 2), (&Origins::default(), 2), (&b, 3)]);
        let each = shown(&joined);
        for first in 0..7 {
            for second in first..7 {
                let order = [second..7, 0..first, first..second];
                let moved = order.iter().cloned().flatten();
                let moved: Vec<_> = moved.map(|item| each[item as usize].clone()).collect();
                assert_eq!(shown(&joined.reordered(&order)), moved, "{order:?}");
            }
        }
        let nowhere = Origins::default().reordered(&[1..2, 0..1]);
        assert!(nowhere.0.is_none());
    }

    #[test]
    fn a_peer_is_known_when_there_is_one() {
        let one = Origins::one(origin("a").from_peer(Some([127, 0, 0, 1].into())), 1);
        let other = Origins::one(origin("a").from_peer(Some([127, 0, 0, 2].into())), 1);
        let nobody = Origins::one(origin("a"), 1);
        let peer = |parts: [&Origins; 2]| Origins::join(parts.map(|part| (part, 1))).peer();
        assert_eq!(peer([&one, &one]), Some([127, 0, 0, 1].into()));
        assert_eq!(peer([&one, &other]), None);
        assert_eq!(peer([&one, &nobody]), None);
        assert_eq!(peer([&nobody, &one]), None);
        assert_eq!(Origins::default().peer(), None);
    }

    #[test]
    fn payloads_of_nowhere_cost_nothing() {
        let unknown = Origins::default();
        assert!(Origins::join([(&unknown, 3), (&unknown, 4)]).0.is_none());
    }

    #[test]
    fn an_origin_reads_as_a_phrase() {
        let origin = origin("otlp");
        assert_eq!(origin.to_string(), "otlp over grpc");
        let from = origin.from_peer(Some([127, 0, 0, 1].into()));
        assert_eq!(from.to_string(), "otlp over grpc from 127.0.0.1");
    }
}
