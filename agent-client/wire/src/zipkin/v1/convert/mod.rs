//! One span of v1 becomes the spans of v2 that it tells of.

mod binary;
mod calls;
mod core;
mod messages;

use std::borrow::Cow;

use self::core::Core;
use super::{Annotation, Span};
use crate::zipkin::{self, Endpoint, Kind, ReadError, Tag};

/// Services that one span may speak of.
pub const MAX_SERVICES: usize = 16;

/// Shows to `take` each span of v2 that `source` tells of.
///
/// # Errors
///
/// When it speaks of more than [`MAX_SERVICES`] services; nothing has been shown then.
pub fn convert<'a>(
    source: &Span<'a>,
    mut take: impl FnMut(&zipkin::Span<'a>),
) -> Result<(), ReadError> {
    let mut sides = Sides::new(source);
    let core = Core::of(source, &mut sides)?;
    core.calls(&mut sides)?;
    core.messages(&mut sides)?;
    core.binary_annotations(&mut sides)?;
    for span in &mut sides.spans {
        span.settle();
        take(span);
    }
    Ok(())
}

/// The spans of v2 so far: one per service. The first is there from the beginning.
struct Sides<'s, 'a> {
    source: &'s Span<'a>,
    spans: Vec<zipkin::Span<'a>>,
}

impl<'s, 'a> Sides<'s, 'a> {
    fn new(source: &'s Span<'a>) -> Self {
        let mut sides = Self {
            source,
            spans: Vec::with_capacity(1),
        };
        sides.spans.push(sides.blank());
        sides
    }

    /// What the spans have in common.
    fn blank(&self) -> zipkin::Span<'a> {
        zipkin::Span {
            trace_id: self.source.trace_id,
            id: self.source.id,
            parent_id: self.source.parent_id,
            name: self.source.name.clone(),
            debug: self.source.debug,
            ..zipkin::Span::default()
        }
    }

    /// Which span is that of the service at `endpoint`; without an endpoint, the first.
    fn of(&mut self, endpoint: Option<&Endpoint<'a>>) -> Result<usize, ReadError> {
        let Some(endpoint) = endpoint else {
            return Ok(0);
        };
        let found = self.spans.iter().position(|span| {
            span.local.is_empty() || span.local.service_name == endpoint.service_name
        });
        let Some(index) = found else {
            return self.open(endpoint);
        };
        let span = &mut self.spans[index];
        if span.local.is_empty() {
            span.local = endpoint.clone();
        }
        Ok(index)
    }

    /// Opens another span for `endpoint`.
    fn open(&mut self, endpoint: &Endpoint<'a>) -> Result<usize, ReadError> {
        if self.spans.len() >= MAX_SERVICES {
            return Err(ReadError::TooManyServices(MAX_SERVICES));
        }
        let span = zipkin::Span {
            local: endpoint.clone(),
            ..self.blank()
        };
        self.spans.push(span);
        Ok(self.spans.len() - 1)
    }

    /// The span of the service that wrote `annotation`.
    fn at(&mut self, annotation: &Annotation<'a>) -> Result<&mut zipkin::Span<'a>, ReadError> {
        let index = self.of(annotation.endpoint.as_ref())?;
        Ok(&mut self.spans[index])
    }

    /// The second side of what began with `first`: another span, even where one service calls
    /// itself. It is shared.
    fn other_side(
        &mut self,
        first: (&Annotation<'a>, Kind),
        second: (&Annotation<'a>, Kind),
    ) -> Result<&mut zipkin::Span<'a>, ReadError> {
        let one = self.of(first.0.endpoint.as_ref())?;
        let mut other = self.of(second.0.endpoint.as_ref())?;
        if other == one {
            let endpoint = second.0.endpoint.clone();
            other = self.open(&endpoint.unwrap_or_default())?;
        }
        self.spans[one].kind = Some(first.1);
        let other = &mut self.spans[other];
        other.kind = Some(second.1);
        other.shared = true;
        Ok(other)
    }

    /// Start and duration of the side that began with `begin`: the span's own where it has both,
    /// else those between the annotations.
    fn times(
        &mut self,
        begin: &Annotation<'a>,
        end: Option<&Annotation<'a>>,
    ) -> Result<(), ReadError> {
        let (timestamp, duration) = (self.source.timestamp, self.source.duration);
        let span = self.at(begin)?;
        if timestamp == 0 || duration == 0 {
            span.timestamp = begin.timestamp;
            span.duration = end.map_or(0, |end| end.timestamp.saturating_sub(begin.timestamp));
            return Ok(());
        }
        (span.timestamp, span.duration) = (timestamp, duration);
        // Where the span's own times say something else, the annotations are kept.
        let told = [
            (Some(begin), timestamp),
            (end, timestamp.saturating_add(duration)),
        ];
        for (annotation, time) in told {
            if let Some(annotation) = annotation.filter(|found| found.timestamp != time) {
                keep(span, annotation);
            }
        }
        Ok(())
    }
}

/// Keeps an annotation as one.
fn keep<'a>(span: &mut zipkin::Span<'a>, annotation: &Annotation<'a>) {
    span.annotations.push(zipkin::Annotation {
        timestamp: annotation.timestamp,
        value: annotation.value.clone(),
    });
}

/// Keeps a value as a tag.
fn tag<'a>(span: &mut zipkin::Span<'a>, key: Cow<'a, str>, value: zipkin::Value<'a>) {
    span.tags.push(Tag { key, value });
}
