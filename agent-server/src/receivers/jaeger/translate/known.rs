//! Tags that may become a field.

use campanile_wire::jaeger::{Tag, Value};

/// A tag that has a meaning of its own.
#[derive(Clone, Copy, Debug)]
pub(super) enum Key {
    DroppedAttributes,
    DroppedEvents,
    DroppedLinks,
    Error,
    Flags,
    HttpCode,
    HttpMessage,
    Kind,
    LibraryName,
    LibraryVersion,
    ScopeName,
    ScopeVersion,
    StatusCode,
    StatusDescription,
    TraceState,
}

const COUNT: usize = Key::TraceState as usize + 1;

impl Key {
    fn of(text: &str) -> Option<Self> {
        Some(match text {
            "error" => Self::Error,
            "http.status_code" => Self::HttpCode,
            "http.status_message" => Self::HttpMessage,
            "otel.dropped_attributes_count" => Self::DroppedAttributes,
            "otel.dropped_events_count" => Self::DroppedEvents,
            "otel.dropped_links_count" => Self::DroppedLinks,
            "otel.flags" => Self::Flags,
            "otel.library.name" => Self::LibraryName,
            "otel.library.version" => Self::LibraryVersion,
            "otel.scope.name" => Self::ScopeName,
            "otel.scope.version" => Self::ScopeVersion,
            "otel.status_code" => Self::StatusCode,
            "otel.status_description" => Self::StatusDescription,
            "span.kind" => Self::Kind,
            "w3c.tracestate" => Self::TraceState,
            _ => return None,
        })
    }
}

/// The tags of a span, and which of them have become a field.
#[derive(Debug)]
pub(super) struct Known<'s, 'a> {
    tags: &'s [Tag<'a>],
    at: [Option<usize>; COUNT],
    taken: [bool; COUNT],
}

impl<'s, 'a> Known<'s, 'a> {
    /// Looks through `tags`.
    pub(super) fn of(tags: &'s [Tag<'a>]) -> Self {
        let mut at = [None; COUNT];
        for (index, tag) in tags.iter().enumerate() {
            if let Some(key) = Key::of(&tag.key) {
                at[key as usize] = Some(index);
            }
        }
        Self {
            tags,
            at,
            taken: [false; COUNT],
        }
    }

    /// The value of a tag.
    pub(super) fn value(&self, key: Key) -> Option<&'s Value<'a>> {
        let tag = self.tags.get(self.at[key as usize]?)?;
        Some(&tag.value)
    }

    /// The value of a tag, if it is text.
    pub(super) fn text(&self, key: Key) -> Option<&'s str> {
        self.value(key)?.as_text()
    }

    /// Notes that a tag has become a field.
    pub(super) fn take(&mut self, key: Key) {
        self.taken[key as usize] = true;
    }

    /// The text of a tag that becomes a field.
    pub(super) fn take_text(&mut self, key: Key) -> Option<&'s str> {
        let text = self.text(key)?;
        self.take(key);
        Some(text)
    }

    /// The number of a tag that becomes a field, if 32 bits hold it.
    pub(super) fn take_u32(&mut self, key: Key) -> Option<u32> {
        let Some(Value::Long(number)) = self.value(key) else {
            return None;
        };
        let number = u32::try_from(*number).ok()?;
        self.take(key);
        Some(number)
    }

    /// The tags that have become no field.
    pub(super) fn rest(&self) -> impl Iterator<Item = &'s Tag<'a>> {
        let taken = self.at.iter().zip(self.taken);
        let taken = taken.filter_map(|(at, taken)| at.filter(|_| taken));
        let mut indices: Vec<usize> = taken.collect();
        indices.sort_unstable();
        let tags = self.tags.iter().enumerate();
        tags.filter_map(move |(index, tag)| indices.binary_search(&index).is_err().then_some(tag))
    }
}
