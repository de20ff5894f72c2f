//! From a payload to the traces that have spans in it.

use campanile_wire::otlp::view::{ResourceSpans, ScopeSpans, resource_spans};
use campanile_wire::protobuf::{Fields, Value};

use super::summary::Summary;

/// The id of a trace; all zero for spans that have none.
pub(super) type TraceId = [u8; 16];

/// The id of spans without one.
pub(super) const NO_TRACE: TraceId = [0; 16];

/// Some bytes of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Piece {
    start: u32,
    length: u32,
}

/// Where a span is, and what it belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) span: Piece,
    /// The index of its [`Entry`].
    pub(super) entry: u32,
}

/// What the spans of one scope have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) resource: Piece,
    pub(super) scope: Piece,
}

/// The spans of one trace in one payload.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    pub(super) id: TraceId,
    pub(super) summary: Summary,
    /// Which of [`Split::members`] these are.
    first: usize,
    count: usize,
}

/// A request, taken apart by trace.
#[derive(Debug, Default)]
pub(super) struct Split {
    /// Where each span is, in the order of the request.
    pub(super) places: Box<[Place]>,
    pub(super) entries: Box<[Entry]>,
    pub(super) groups: Vec<Group>,
    /// The numbers of the spans, those of each group together.
    members: Box<[u32]>,
}

impl Piece {
    /// Where `part` of `whole` is.
    fn of(whole: &[u8], part: &[u8]) -> Self {
        if part.is_empty() {
            return Self::default();
        }
        let start = part.as_ptr().addr().wrapping_sub(whole.as_ptr().addr());
        Self {
            start: u32::try_from(start).unwrap_or(u32::MAX),
            length: u32::try_from(part.len()).unwrap_or(u32::MAX),
        }
    }

    /// The bytes; none where `whole` is not what this is a piece of.
    pub(super) fn read(self, whole: &[u8]) -> &[u8] {
        let start = self.start as usize;
        let end = start.saturating_add(self.length as usize);
        whole.get(start..end).unwrap_or_default()
    }
}

impl Split {
    /// Takes a trace request that was scanned apart.
    pub(super) fn new(request: &[u8]) -> Self {
        let mut spans = Spans {
            request,
            places: Vec::new(),
            entries: Vec::new(),
            read: Vec::new(),
        };
        for resource_spans in resource_spans(request) {
            spans.resource(resource_spans);
        }
        let Spans {
            places,
            entries,
            mut read,
            ..
        } = spans;
        // Stable, so that the spans of a trace stay in order.
        read.sort_by_key(|(id, _, _)| *id);
        let groups = read.chunk_by(|one, next| one.0 == next.0);
        let mut first = 0;
        let groups = groups.map(|spans| {
            let mut summary = Summary::default();
            for (_, _, span) in spans {
                summary.add(span);
            }
            first += spans.len();
            Group {
                id: spans.first().map_or(NO_TRACE, |(id, ..)| *id),
                summary,
                first: first - spans.len(),
                count: spans.len(),
            }
        });
        Self {
            groups: groups.collect(),
            places: places.into(),
            entries: entries.into(),
            members: read.iter().map(|(_, number, _)| *number).collect(),
        }
    }

    /// The numbers of the spans of `group`.
    pub(super) fn members(&self, group: &Group) -> &[u32] {
        let end = group.first + group.count;
        self.members.get(group.first..end).unwrap_or_default()
    }
}

/// The spans of a request while it is read.
struct Spans<'a> {
    request: &'a [u8],
    places: Vec<Place>,
    entries: Vec<Entry>,
    read: Vec<(TraceId, u32, Summary)>,
}

impl Spans<'_> {
    fn resource(&mut self, resource_spans: ResourceSpans<'_>) {
        let resource = Piece::of(self.request, resource_spans.resource().0);
        for scope_spans in resource_spans.scope_spans() {
            self.scope(resource, scope_spans);
        }
    }

    fn scope(&mut self, resource: Piece, scope_spans: ScopeSpans<'_>) {
        let entry = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        let scope = Piece::of(self.request, scope_spans.scope().0);
        self.entries.push(Entry { resource, scope });
        for field in Fields::new(scope_spans.0).map_while(Result::ok) {
            if let (2, Value::Bytes(span)) = (field.number, field.value) {
                let number = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
                let (id, summary) = Summary::of_span(span);
                self.read.push((id, number, summary));
                let span = Piece::of(self.request, span);
                self.places.push(Place { span, entry });
            }
        }
    }
}
