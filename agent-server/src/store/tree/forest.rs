//! Building the forest.

use std::collections::HashMap;

use super::{Entry, Node, Row};
use crate::store::SpanId;
use crate::store::model::Kind;

/// Where a span hangs.
#[derive(Clone, Copy)]
enum Above {
    Missing(SpanId),
    Nothing,
    Span(usize),
}

/// The rows of the tree, from top to bottom.
#[must_use]
pub fn forest(nodes: &[Node]) -> Vec<Row> {
    let mut order: Vec<usize> = (0..nodes.len()).collect();
    order.sort_by_key(|index| nodes.get(*index).map(|node| (node.start, *index)));
    let above = place(nodes, &order);
    let mut walk = Walk::new(&above, &order);
    for (entry, children) in top(&above, &order) {
        walk.tree(entry, &children);
    }
    walk.circles(&above, &order);
    walk.finish()
}

/// Finds what each span hangs below.
fn place(nodes: &[Node], order: &[usize]) -> Vec<Above> {
    let mut halves: HashMap<SpanId, Vec<usize>> = HashMap::with_capacity(nodes.len());
    for index in order {
        if let Some(node) = nodes.get(*index) {
            halves.entry(node.span_id).or_default().push(*index);
        }
    }
    for indexes in halves.values_mut().filter(|indexes| indexes.len() > 1) {
        indexes.sort_by_key(|index| nodes.get(*index).map(|node| rank(node.kind)));
    }
    let ends = |id: &SpanId| {
        let indexes = halves.get(id)?;
        indexes.first().copied().zip(indexes.last().copied())
    };
    let above = |(index, node): (usize, &Node)| match (ends(&node.span_id), node.parent) {
        (Some((outer, _)), _) if outer != index => Above::Span(outer),
        (_, None) => Above::Nothing,
        // Children belong to the inner half, which is the server's.
        (_, Some(parent)) => match ends(&parent) {
            Some((_, inner)) => Above::Span(inner),
            None => Above::Missing(parent),
        },
    };
    nodes.iter().enumerate().map(above).collect()
}

/// Whoever calls comes before whoever is called.
fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Client | Kind::Producer => 0,
        Kind::Internal | Kind::Unspecified => 1,
        Kind::Server | Kind::Consumer => 2,
    }
}

/// The roots and the missing parents with their children, by start time.
fn top(above: &[Above], order: &[usize]) -> Vec<(Entry, Vec<usize>)> {
    let mut entries: Vec<(Entry, Vec<usize>)> = Vec::new();
    let mut missing: HashMap<SpanId, usize> = HashMap::new();
    for index in order {
        match above.get(*index) {
            Some(Above::Nothing) => entries.push((Entry::Span(*index), Vec::new())),
            Some(Above::Missing(parent)) => {
                let at = *missing.entry(*parent).or_insert(entries.len());
                if at == entries.len() {
                    entries.push((Entry::Missing(*parent), Vec::new()));
                }
                if let Some((_, children)) = entries.get_mut(at) {
                    children.push(*index);
                }
            }
            Some(Above::Span(_)) | None => {}
        }
    }
    entries
}

/// A walk over the tree, depth first, on a stack of its own.
struct Walk {
    /// The first child of each span, and each span's next sibling: lists without allocation.
    first: Vec<Option<usize>>,
    next: Vec<Option<usize>>,
    seen: Vec<bool>,
    stack: Vec<Row>,
    rows: Vec<Row>,
}

impl Walk {
    fn new(above: &[Above], order: &[usize]) -> Self {
        let mut first = vec![None; above.len()];
        let mut next = vec![None; above.len()];
        for index in order.iter().rev() {
            if let Some(Above::Span(parent)) = above.get(*index)
                && let (Some(head), Some(tail)) = (first.get_mut(*parent), next.get_mut(*index))
            {
                *tail = head.replace(*index);
            }
        }
        Self {
            first,
            next,
            seen: vec![false; above.len()],
            stack: Vec::new(),
            rows: Vec::with_capacity(above.len()),
        }
    }

    /// Writes the rows of one tree. `children` are those of a missing parent.
    fn tree(&mut self, entry: Entry, children: &[usize]) {
        self.stack.push(Row {
            entry,
            depth: 0,
            last: true,
        });
        if let Entry::Missing(_) = entry {
            self.rows.extend(self.stack.pop());
            self.push(children, 1);
        }
        while let Some(row) = self.stack.pop() {
            let (Entry::Span(index) | Entry::Circle(index)) = row.entry else {
                continue;
            };
            let Some(seen) = self.seen.get_mut(index).filter(|seen| !**seen) else {
                continue;
            };
            *seen = true;
            self.rows.push(row);
            let children = self.children(index);
            self.push(&children, row.depth + 1);
        }
    }

    /// The children not seen yet: where a circle was opened, its first span is the child of its
    /// last.
    fn children(&self, index: usize) -> Vec<usize> {
        let mut children = Vec::new();
        let mut child = self.first.get(index).copied().flatten();
        while let Some(index) = child {
            if self.seen.get(index) == Some(&false) {
                children.push(index);
            }
            child = self.next.get(index).copied().flatten();
        }
        children
    }

    /// Stacks siblings so that the first comes off first.
    fn push(&mut self, children: &[usize], depth: usize) {
        for (place, index) in children.iter().rev().enumerate() {
            self.stack.push(Row {
                entry: Entry::Span(*index),
                depth,
                last: place == 0,
            });
        }
    }

    /// Writes what no root leads to. From each such span the way up ends in a circle; the walk
    /// down from there reaches everything that hangs on it, so no way is gone twice.
    fn circles(&mut self, above: &[Above], order: &[usize]) {
        let mut passed = vec![false; above.len()];
        for start in order {
            if self.seen.get(*start) == Some(&true) {
                continue;
            }
            let mut index = *start;
            while let Some(passed) = passed.get_mut(index).filter(|passed| !**passed) {
                *passed = true;
                if let Some(Above::Span(parent)) = above.get(index) {
                    index = *parent;
                }
            }
            self.tree(Entry::Circle(index), &[]);
        }
    }

    /// The rows, the top ones knowing which of them is the last.
    fn finish(mut self) -> Vec<Row> {
        let tops = self.rows.iter_mut().filter(|row| row.depth == 0);
        let mut tops = tops.rev();
        if let Some(last) = tops.next() {
            last.last = true;
        }
        tops.for_each(|row| row.last = false);
        self.rows
    }
}
