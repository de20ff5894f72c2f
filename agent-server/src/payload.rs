//! What flows through the agent: one checked OTLP export request.

use std::net::IpAddr;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use campanile_wire::otlp::edit::{self, Draft, Edit, Fate, Kind, Within};
use campanile_wire::otlp::{
    CheckError, Counts, Limits, ScanError, Signal, group, scan, scan_deep, split,
};

use crate::origin::{Origin, Origins};

/// Chunks below this size are copied together when payloads are joined: a chunk costs more to send
/// than its bytes to copy.
const SMALL: usize = 16 << 10;

/// The size at which a chunk of copied payloads is full.
const FULL: usize = 64 << 10;

/// An OTLP export request as checked bytes, with what it holds counted.
///
/// Cheap to clone: the bytes are shared. A payload can only be made by a scan, so whoever holds one
/// may [view](campanile_wire::otlp::view), join or split it without checking again.
#[derive(Clone, Debug)]
pub struct Payload {
    signal: Signal,
    content: Content,
    counts: Counts,
    origins: Origins,
    /// Whether it has been refused before, for want of room.
    refused: bool,
}

/// The bytes of a request, in one piece or as they were joined.
#[derive(Clone, Debug)]
enum Content {
    One([Bytes; 1]),
    Several(Arc<Several>),
}

#[derive(Debug)]
struct Several {
    chunks: Vec<Bytes>,
    size: usize,
    /// The chunks in one piece, once somebody has asked for it.
    whole: OnceLock<Bytes>,
}

impl Content {
    fn of(mut chunks: Vec<Bytes>) -> Self {
        if chunks.len() <= 1 {
            return Self::One([chunks.pop().unwrap_or_default()]);
        }
        Self::Several(Arc::new(Several {
            size: chunks.iter().map(Bytes::len).sum(),
            chunks,
            whole: OnceLock::new(),
        }))
    }
}

impl Payload {
    /// Checks and counts `bytes` as an export request of `signal`.
    ///
    /// # Errors
    ///
    /// What the scan found wrong.
    pub fn parse(signal: Signal, bytes: Bytes, limits: &Limits) -> Result<Self, ScanError> {
        let counts = scan(signal, &bytes, limits)?;
        Ok(Self::counted(signal, bytes, counts))
    }

    /// Checks every field of `bytes` as well: what passes decodes.
    ///
    /// # Errors
    ///
    /// What was found wrong.
    pub fn parse_deep(signal: Signal, bytes: Bytes, limits: &Limits) -> Result<Self, CheckError> {
        let counts = scan_deep(signal, &bytes, limits)?;
        Ok(Self::counted(signal, bytes, counts))
    }

    fn counted(signal: Signal, bytes: Bytes, counts: Counts) -> Self {
        Self {
            signal,
            content: Content::One([bytes]),
            counts,
            origins: Origins::default(),
            refused: false,
        }
    }

    /// Joins payloads of one signal: requests concatenate, so nothing is decoded, and only small
    /// ones are copied. `None` when there are no parts.
    ///
    /// # Panics
    ///
    /// When the parts are of different signals: a lane carries one.
    #[must_use]
    pub fn join(parts: Vec<Self>) -> Option<Self> {
        let signal = parts.first()?.signal;
        assert!(
            parts.iter().all(|part| part.signal == signal),
            "a lane carries one signal"
        );
        if parts.len() == 1 {
            return parts.into_iter().next();
        }
        let mut counts = Counts::default();
        for part in &parts {
            counts.resources += part.counts.resources;
            counts.items += part.counts.items;
            counts.unidentified += part.counts.unidentified;
        }
        let origins = Origins::join(parts.iter().map(|part| (&part.origins, part.items())));
        Some(Self {
            signal,
            content: Content::of(gather(&parts)),
            counts,
            origins,
            refused: false,
        })
    }

    /// Splits the payload into parts of at most `max_items` items each (at least one), in order.
    /// Each part repeats the resource and scope of its items; a payload that is small enough stays
    /// as it is.
    #[must_use]
    pub fn split(self, max_items: u64) -> Vec<Self> {
        if self.items() <= max_items.max(1) {
            return vec![self];
        }
        let mut skip = 0;
        split(self.signal, self.bytes(), max_items)
            .into_iter()
            .map(|part| {
                let request = part.request.into();
                let mut part = Self::counted(self.signal, request, part.counts);
                part.origins = self.origins.slice(skip, part.items());
                skip += part.items();
                part
            })
            .collect()
    }

    /// What `edit` makes of it, which may add no items. Counts and origins follow; what does not
    /// change is not copied.
    #[must_use]
    pub fn edited(mut self, edit: &mut impl Edit) -> Self {
        let mut chunks = Vec::with_capacity(self.chunks().len());
        let mut changed = false;
        let mut gone: Vec<Range<u64>> = Vec::new();
        let (mut resources, mut unidentified) = (0, 0);
        for (index, chunk) in self.chunks().iter().enumerate() {
            let edited = edit::edited(self.signal, chunk, edit);
            if edited.removed.count() > 0 {
                let before = self.items_before(index);
                let moved = |run: Range<u64>| run.start + before..run.end + before;
                gone.extend(edited.removed.items.into_iter().map(moved));
            }
            resources += edited.removed.resources;
            unidentified += edited.unidentified;
            changed |= edited.request.is_some();
            let chunk = edited.request.map_or_else(|| chunk.clone(), Bytes::from);
            chunks.push(chunk);
        }
        if changed {
            chunks.retain(|chunk| !chunk.is_empty());
            self.content = Content::of(chunks);
        }
        self.counts.resources -= resources;
        if !gone.is_empty() {
            self.counts.items -= gone.iter().map(|run| run.end - run.start).sum::<u64>();
            self.origins = self.origins.without(&gone);
        }
        self.counts.unidentified = self.counts.unidentified.saturating_add_signed(unidentified);
        self
    }

    /// What is left of it without the spans, data points and log records that `stays` says no to.
    #[must_use]
    pub fn sifted(self, stays: impl FnMut(Kind, &[u8]) -> bool) -> Self {
        self.edited(&mut Sieve(stays))
    }

    /// Its items by node: those of equal resources under one, see [`group`]. Origins follow;
    /// what has nothing to join is not copied.
    #[must_use]
    pub fn grouped(mut self, keys: &[String]) -> Self {
        if self.counts.resources == 0 {
            return self;
        }
        if let Some(grouped) = group(self.signal, self.bytes(), keys) {
            self.content = Content::One([grouped.request.into()]);
            self.counts.resources = grouped.resources;
            self.origins = self.origins.reordered(&grouped.order);
        }
        self
    }

    /// Items in the chunks before this one.
    fn items_before(&self, index: usize) -> u64 {
        let chunks = &self.chunks()[..index];
        let scanned = chunks
            .iter()
            .map(|chunk| scan(self.signal, chunk, &UNLIMITED));
        scanned.flatten().map(|counts| counts.items).sum()
    }

    /// Says where all of it came from.
    #[must_use]
    pub fn with_origin(mut self, origin: Origin) -> Self {
        self.origins = Origins::one(origin, self.items());
        self
    }

    /// Says that it has been refused for want of room, and comes again: that is counted once.
    #[must_use]
    pub fn refused_before(mut self) -> Self {
        self.refused = true;
        self
    }

    /// Whether it has been refused before.
    pub(crate) fn was_refused(&self) -> bool {
        self.refused
    }

    /// The peer that all of it came from, if it came from one.
    pub(crate) fn peer(&self) -> Option<IpAddr> {
        self.origins.peer()
    }

    /// Where each item came from, in the order of the items.
    pub(crate) fn origins(&self) -> &Origins {
        &self.origins
    }

    /// The signal.
    #[must_use]
    pub fn signal(&self) -> Signal {
        self.signal
    }

    /// The bytes of the export request in one piece. A joined payload is copied together the first
    /// time; who can do with pieces asks for [`chunks`](Self::chunks).
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        match &self.content {
            Content::One([bytes]) => bytes,
            Content::Several(several) => {
                several.whole.get_or_init(|| several.chunks.concat().into())
            }
        }
    }

    /// The bytes of the export request, in order; each is a request of its own.
    #[must_use]
    pub fn chunks(&self) -> &[Bytes] {
        match &self.content {
            Content::One(bytes) => bytes,
            Content::Several(several) => &several.chunks,
        }
    }

    /// Spans, data points or log records.
    #[must_use]
    pub fn items(&self) -> u64 {
        self.counts.items
    }

    /// Spans without valid ids among the items.
    #[must_use]
    pub fn unidentified(&self) -> u64 {
        self.counts.unidentified
    }

    /// Size in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        match &self.content {
            Content::One([bytes]) => bytes.len(),
            Content::Several(several) => several.size,
        }
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.items == 0
    }
}

impl PartialEq for Payload {
    fn eq(&self, other: &Self) -> bool {
        let parts = |payload: &Self| (payload.signal, payload.counts);
        parts(self) == parts(other) && self.bytes() == other.bytes()
    }
}

impl Eq for Payload {}

/// Limits that nothing exceeds: for what has been scanned before.
const UNLIMITED: Limits = Limits {
    max_items: u64::MAX,
    max_children: u64::MAX,
};

/// Drops the items that the function says no to.
struct Sieve<F>(F);

impl<F: FnMut(Kind, &[u8]) -> bool> Sieve<F> {
    fn fate(&mut self, item: &Draft<'_>) -> Fate {
        if (self.0)(item.kind(), item.bytes()) {
            Fate::Keep
        } else {
            Fate::Drop
        }
    }
}

impl<F: FnMut(Kind, &[u8]) -> bool> Edit for Sieve<F> {
    fn item(&mut self, item: &mut Draft<'_>, _: Within<'_>) -> Fate {
        if item.kind() != Kind::Metric {
            return self.fate(item);
        }
        item.edit_points(|point| self.fate(point));
        Fate::Keep
    }
}

/// The chunks of all `parts` in order, small neighbours copied together.
fn gather(parts: &[Payload]) -> Vec<Bytes> {
    let mut chunks = Vec::new();
    let mut small = Vec::new();
    for chunk in parts.iter().flat_map(Payload::chunks) {
        let large = chunk.len() >= SMALL;
        if !small.is_empty() && (large || small.len() + chunk.len() > FULL) {
            chunks.push(std::mem::take(&mut small).into());
        }
        if large {
            chunks.push(chunk.clone());
        } else {
            small.extend_from_slice(chunk);
        }
    }
    if !small.is_empty() {
        chunks.push(small.into());
    }
    chunks
}

/// Payloads for tests.
#[cfg(test)]
pub(crate) mod testing {
    use bytes::Bytes;
    use campanile_wire::otlp::view::{Span, resource_spans};
    use campanile_wire::otlp::write::{self, Scalar};
    use campanile_wire::otlp::{Limits, Signal};

    use super::Payload;

    /// A request with one resource and a span for every name.
    pub(crate) fn spans<'n>(names: impl IntoIterator<Item = &'n str>) -> Payload {
        let mut request = Vec::new();
        write::nested(&mut request, 1, |resource_spans| {
            write::nested(resource_spans, 1, |resource| {
                write::attribute(resource, 1, "service.name", Scalar::Text("shop"));
            });
            write::nested(resource_spans, 2, |scope_spans| {
                for name in names {
                    write::nested(scope_spans, 2, |span| {
                        write::bytes(span, 1, &[0xa1; 16]);
                        write::bytes(span, 2, &[0xb2; 8]);
                        write::text(span, 5, name);
                    });
                }
            });
        });
        Payload::parse(Signal::Traces, Bytes::from(request), &Limits::default())
            .expect("what is written here is well formed")
    }

    /// The names of the spans in an export request.
    pub(crate) fn names(request: &[u8]) -> Vec<String> {
        resource_spans(request)
            .flat_map(|resource| resource.scope_spans())
            .flat_map(|scope| scope.spans().map(|span: Span<'_>| span.name.to_owned()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{names, spans};
    use super::*;

    #[test]
    fn joined_payloads_hold_the_spans_of_all_in_order() {
        let joined = Payload::join(vec![spans(["a", "b"]), spans(["c"])]).expect("two parts");
        assert_eq!(names(joined.bytes()), ["a", "b", "c"]);
        let again = Payload::parse(joined.signal(), joined.bytes().clone(), &Limits::default());
        assert_eq!(again, Ok(joined));
        assert_eq!(Payload::join(Vec::new()), None);
    }

    #[test]
    fn joining_copies_small_payloads_together_and_leaves_large_ones_where_they_are() {
        let large = "x".repeat(SMALL);
        let parts = [
            spans(["a"]),
            spans(["b"]),
            spans([large.as_str()]),
            spans(["c"]),
        ];
        let joined = Payload::join(parts.to_vec()).expect("four parts");
        let [small, uncopied, last] = joined.chunks() else {
            panic!("{} chunks", joined.chunks().len());
        };
        assert_eq!(names(small), ["a", "b"]);
        assert_eq!(uncopied.as_ptr(), parts[2].bytes().as_ptr());
        assert_eq!(names(last), ["c"]);
        assert_eq!(joined.size(), joined.bytes().len());
        let mut many = vec![spans(["d"]); 2 * FULL / spans(["d"]).size()];
        many.push(joined.clone());
        let again = Payload::join(many).expect("many parts");
        assert!(again.chunks().iter().all(|chunk| chunk.len() <= FULL));
        assert!(again.bytes().ends_with(joined.bytes()));
    }

    #[test]
    fn origins_stay_with_their_spans_when_payloads_are_joined_and_split() {
        let of = |receiver: &str, names: &[&str]| {
            spans(names.iter().copied()).with_origin(Origin::new(receiver, "grpc"))
        };
        let whole = Payload::join(vec![of("x", &["a"]), spans(["b"]), of("y", &["c", "d"])]);
        let parts = whole.expect("three parts").split(3);
        let shown = |part: &Payload| {
            let origins = part.origins().each();
            let shown = origins.map(|origin| origin.map(ToString::to_string).unwrap_or_default());
            shown.collect::<Vec<_>>()
        };
        assert_eq!(shown(&parts[0]), ["x over grpc", "", "y over grpc"]);
        assert_eq!(shown(&parts[1]), ["y over grpc"]);
    }

    #[test]
    fn counts_and_origins_follow_what_is_sifted_out() {
        let of = |receiver: &str, names: &[&str]| {
            spans(names.iter().copied()).with_origin(Origin::new(receiver, "grpc"))
        };
        let large = "x".repeat(SMALL);
        let parts = vec![
            of("x", &["a", &large]),
            of("y", &[&large]),
            of("z", &["a", "b"]),
        ];
        let whole = Payload::join(parts).expect("three parts");
        assert_eq!(whole.chunks().len(), 3);
        let is = |wanted: &'static str| {
            move |kind: Kind, item: &[u8]| {
                assert_eq!(kind, Kind::Span);
                campanile_wire::otlp::view::Span::new(item).name == wanted
            }
        };
        let sifted = whole.clone().sifted(is("a"));
        assert_eq!(names(sifted.bytes()), ["a", "a"]);
        let origins = sifted.origins().each().flatten().map(ToString::to_string);
        assert_eq!(origins.collect::<Vec<_>>(), ["x over grpc", "z over grpc"]);
        let again = Payload::parse(sifted.signal(), sifted.bytes().clone(), &Limits::default());
        assert_eq!(again, Ok(sifted));
        let none = whole.clone().sifted(is("none"));
        assert!(none.is_empty() && none.bytes().is_empty());
        let all = whole.clone().sifted(|_, _| true);
        assert_eq!(all.chunks()[0].as_ptr(), whole.chunks()[0].as_ptr());
    }

    #[test]
    fn parts_hold_the_spans_in_order_and_no_more_than_asked() {
        let whole = Payload::join(vec![spans(["a", "b"]), spans(["c", "d", "e"])]).expect("two");
        let parts = whole.clone().split(2);
        let held: Vec<_> = parts
            .iter()
            .map(|part| names(part.bytes()).join(" "))
            .collect();
        assert_eq!(held, ["a b", "c d", "e"]);
        for part in parts {
            let again = Payload::parse(part.signal(), part.bytes().clone(), &Limits::default());
            assert_eq!(again, Ok(part));
        }
        assert_eq!(whole.clone().split(5), [whole]);
    }
}
