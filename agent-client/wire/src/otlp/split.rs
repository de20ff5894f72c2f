//! Splitting one request into several.

use super::sift::is_identified;
use super::view::messages;
use super::write::{begin, end};
use super::{Counts, Limits, Signal, scan};
use crate::protobuf::{Field, Fields, put_bytes};

/// One of the requests that a request was split into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The export request.
    pub request: Vec<u8>,
    /// What it holds.
    pub counts: Counts,
}

/// Splits an export request of `signal` into requests of at most `max_items` items each (at least
/// one), in order; see [`Counts::items`].
///
/// Each part repeats the resource and scope of its items, with all their other fields. Items are
/// copied as bytes. Metrics stay whole where they fit into one part; the data points of one that
/// does not are divided, each division repeating the metric. Resources and scopes without items are
/// kept, as are fields that this version of the protocol does not know.
///
/// A request that [`scan`] refuses comes back whole, as one part that counts nothing.
///
/// # Limits
///
/// The parts take the memory of the request and of one resource and scope more for each part: keep
/// `max_items` large where requests come from strangers, whose resources may be large.
#[must_use]
pub fn split(signal: Signal, request: &[u8], max_items: u64) -> Vec<Part> {
    const UNLIMITED: Limits = Limits {
        max_items: u64::MAX,
        max_children: u64::MAX,
    };
    let scanned = scan(signal, request, &UNLIMITED);
    let max_items = max_items.max(1);
    let whole = match scanned {
        Ok(counts) if counts.items > max_items => None,
        Ok(counts) => Some(counts),
        Err(_) => Some(Counts::default()),
    };
    if let Some(counts) = whole {
        let request = request.to_vec();
        return vec![Part { request, counts }];
    }
    let mut splitter = Splitter::new(max_items);
    splitter.request(signal, request);
    splitter.finish()
}

/// The field numbers of a metric that hold data points.
const METRIC_DATA: [u32; 5] = [5, 7, 9, 10, 11];

struct Splitter {
    max_items: u64,
    parts: Vec<Part>,
    current: Part,
    /// The fields of the resource entry at hand, except its scopes.
    resource: Vec<u8>,
    /// The fields of the scope entry at hand, except its items.
    scope: Vec<u8>,
    /// Where the bodies of the resource and scope entry start in the current part, while open.
    open_resource: Option<usize>,
    open_scope: Option<usize>,
}

impl Splitter {
    fn new(max_items: u64) -> Self {
        Self {
            max_items,
            parts: Vec::new(),
            current: empty(),
            resource: Vec::new(),
            scope: Vec::new(),
            open_resource: None,
            open_scope: None,
        }
    }

    fn finish(mut self) -> Vec<Part> {
        self.next_part();
        self.parts
    }

    fn request(&mut self, signal: Signal, request: &[u8]) {
        copy_without(request, 1, &mut self.current.request);
        for resource in messages(request, 1) {
            self.resource.clear();
            copy_without(resource, 2, &mut self.resource);
            let mut scopes = messages(resource, 2).peekable();
            if scopes.peek().is_none() {
                self.enter_resource();
            }
            for scope in scopes {
                self.scope(signal, scope);
            }
            self.leave_resource();
        }
    }

    /// Entries are opened by their first item, so that a full part gets no empty ones.
    fn scope(&mut self, signal: Signal, scope: &[u8]) {
        self.scope.clear();
        copy_without(scope, 2, &mut self.scope);
        let mut items = messages(scope, 2).peekable();
        if items.peek().is_none() {
            self.enter_scope();
        }
        for item in items {
            match signal {
                Signal::Logs => self.item(item, 1),
                Signal::Traces => {
                    self.item(item, 1);
                    self.current.counts.unidentified += u64::from(!is_identified(item));
                }
                Signal::Metrics => self.metric(item),
            }
        }
        self.leave_scope();
    }

    fn metric(&mut self, metric: &[u8]) {
        let points = points(metric).count() as u64;
        if points <= self.max_items {
            self.item(metric, points);
            return;
        }
        let mut head = Vec::new();
        for (_, raw) in raw_fields(metric).filter(|(f, _)| !METRIC_DATA.contains(&f.number)) {
            head.extend_from_slice(raw);
        }
        for number in METRIC_DATA {
            self.data_points(&head, number, metric);
        }
    }

    /// Divides the data points in field `number` of a metric whose other fields are `head`.
    fn data_points(&mut self, head: &[u8], number: u32, metric: &[u8]) {
        let mut data = Vec::new();
        for fields in messages(metric, number) {
            copy_without(fields, 1, &mut data);
        }
        let mut points = messages(metric, number)
            .flat_map(|data| messages(data, 1))
            .peekable();
        while points.peek().is_some() {
            let mut division = head.to_vec();
            let start = begin(&mut division, number);
            division.extend_from_slice(&data);
            let mut count = 0;
            while let Some(point) = points.next_if(|_| count < self.max_items) {
                put_bytes(&mut division, 1, point);
                count += 1;
            }
            end(&mut division, start);
            self.item(&division, count);
        }
    }

    /// Appends one item that counts `items`, in a new part if this one has no room.
    fn item(&mut self, item: &[u8], items: u64) {
        if self.current.counts.items > 0 && self.current.counts.items + items > self.max_items {
            self.next_part();
        }
        self.enter_scope();
        put_bytes(&mut self.current.request, 2, item);
        self.current.counts.items += items;
    }

    fn enter_resource(&mut self) {
        if self.open_resource.is_none() {
            self.open_resource = Some(begin(&mut self.current.request, 1));
            self.current.request.extend_from_slice(&self.resource);
            self.current.counts.resources += 1;
        }
    }

    fn enter_scope(&mut self) {
        self.enter_resource();
        if self.open_scope.is_none() {
            self.open_scope = Some(begin(&mut self.current.request, 2));
            self.current.request.extend_from_slice(&self.scope);
        }
    }

    fn leave_scope(&mut self) {
        if let Some(start) = self.open_scope.take() {
            end(&mut self.current.request, start);
        }
    }

    fn leave_resource(&mut self) {
        self.leave_scope();
        if let Some(start) = self.open_resource.take() {
            end(&mut self.current.request, start);
        }
    }

    fn next_part(&mut self) {
        self.leave_resource();
        self.parts
            .push(std::mem::replace(&mut self.current, empty()));
    }
}

fn empty() -> Part {
    Part {
        request: Vec::new(),
        counts: Counts::default(),
    }
}

/// The data points of a metric.
pub(super) fn points(metric: &[u8]) -> impl Iterator<Item = &[u8]> {
    let data = METRIC_DATA.iter();
    let data = data.flat_map(move |number| messages(metric, *number));
    data.flat_map(|data| messages(data, 1))
}

/// Appends every field of `message` except `number`, as it is.
pub(super) fn copy_without(message: &[u8], number: u32, out: &mut Vec<u8>) {
    for (_, raw) in raw_fields(message).filter(|(field, _)| field.number != number) {
        out.extend_from_slice(raw);
    }
}

/// The fields of a message that was scanned, each with the bytes it takes.
pub(super) fn raw_fields(message: &[u8]) -> impl Iterator<Item = (Field<'_>, &[u8])> {
    let mut fields = Fields::new(message);
    std::iter::from_fn(move || {
        let before = fields.rest();
        let field = fields.next()?.ok()?;
        Some((field, &before[..before.len() - fields.rest().len()]))
    })
}
