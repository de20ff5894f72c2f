//! From series to requests of bounded size.

use std::collections::btree_map;
use std::slice;

use campanile_wire::prometheus::remote::{put_metadata, put_series};
use campanile_wire::prometheus::{Labels, Point};
use campanile_wire::protobuf::Fields;

use super::gather::{Gathered, OwnedFamily};

/// One `WriteRequest`, and how many points end in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Batch {
    pub(super) request: Vec<u8>,
    pub(super) points: u64,
}

/// Writes requests one by one, so that no more of them are in memory than are under way.
#[derive(Debug)]
pub(super) struct Batches<'g> {
    families: &'g [OwnedFamily],
    series: btree_map::Iter<'g, (usize, Labels), Vec<Point>>,
    metadata: slice::Iter<'g, OwnedFamily>,
    max_bytes: usize,
    /// What is written and in no request yet, from `start` on, and the points that end with it.
    pending: Vec<u8>,
    start: usize,
    points: u64,
}

impl<'g> Batches<'g> {
    pub(super) fn new(gathered: &'g Gathered, metadata: bool, max_bytes: usize) -> Self {
        let families = gathered.families.as_slice();
        Self {
            families,
            series: gathered.series.iter(),
            metadata: if metadata { families } else { &[] }.iter(),
            max_bytes,
            pending: Vec::new(),
            start: 0,
            points: 0,
        }
    }

    /// Writes what comes next into `pending`. Says whether there was anything.
    fn refill(&mut self) -> bool {
        self.pending.clear();
        self.start = 0;
        if let Some(((family, labels), points)) = self.series.next() {
            if let Some(family) = self.families.get(*family) {
                put_series(&mut self.pending, &family.family(), labels, points);
                self.points = points.len() as u64;
            }
            return true;
        }
        self.points = 0;
        match self.metadata.next() {
            Some(family) => {
                put_metadata(&mut self.pending, &family.family());
                true
            }
            None => false,
        }
    }
}

impl Iterator for Batches<'_> {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        let mut batch = Batch::default();
        loop {
            let rest = self.pending.get(self.start..).unwrap_or_default();
            if rest.is_empty() {
                batch.points += std::mem::take(&mut self.points);
                if self.refill() {
                    continue;
                }
                return (!batch.request.is_empty()).then_some(batch);
            }
            let room = self.max_bytes.saturating_sub(batch.request.len());
            let cut = match whole_fields(rest, room) {
                0 if batch.request.is_empty() => whole_fields(rest, first_field(rest)),
                cut => cut,
            };
            if cut == 0 {
                return Some(batch);
            }
            batch.request.extend(rest.get(..cut).unwrap_or_default());
            self.start += cut;
        }
    }
}

/// How many bytes the fields have that fit into `room`, none of them cut.
fn whole_fields(message: &[u8], room: usize) -> usize {
    let mut fields = Fields::new(message);
    let mut end = 0;
    while let Some(Ok(_)) = fields.next() {
        let here = message.len() - fields.rest().len();
        if here > room {
            break;
        }
        end = here;
    }
    end
}

/// How many bytes the first field has.
fn first_field(message: &[u8]) -> usize {
    let mut fields = Fields::new(message);
    fields.next();
    message.len() - fields.rest().len()
}
