//! The annotations that tell what a side did.

use super::{Sides, keep};
use crate::zipkin::v1::{Annotation, Span};
use crate::zipkin::{Kind, ReadError};

/// One of each: two letters, and an endpoint.
#[derive(Default)]
pub(super) struct Core<'a> {
    /// The client sent the request.
    pub(super) cs: Option<Annotation<'a>>,
    /// The client received the response.
    pub(super) cr: Option<Annotation<'a>>,
    /// The server received the request.
    pub(super) sr: Option<Annotation<'a>>,
    /// The server sent the response.
    pub(super) ss: Option<Annotation<'a>>,
    /// The producer sent the message.
    pub(super) ms: Option<Annotation<'a>>,
    /// The consumer received the message.
    pub(super) mr: Option<Annotation<'a>>,
    /// It left for the wire.
    pub(super) ws: Option<Annotation<'a>>,
    /// It came from the wire.
    pub(super) wr: Option<Annotation<'a>>,
}

impl<'a> Core<'a> {
    /// Picks them out of `source`; the other annotations are kept as such.
    pub(super) fn of(source: &Span<'a>, sides: &mut Sides<'_, 'a>) -> Result<Self, ReadError> {
        let mut core = Self::default();
        for annotation in &source.annotations {
            let kind = match core.place(annotation) {
                Some((place, kind)) if place.is_none() => {
                    *place = Some(annotation.clone());
                    kind
                }
                _ => {
                    keep(sides.at(annotation)?, annotation);
                    continue;
                }
            };
            if kind.is_some() {
                sides.at(annotation)?.kind = kind;
            }
        }
        core.assume_starts(source);
        Ok(core)
    }

    /// Where an annotation belongs, and what it says of its span.
    fn place(
        &mut self,
        annotation: &Annotation<'a>,
    ) -> Option<(&mut Option<Annotation<'a>>, Option<Kind>)> {
        annotation.endpoint.as_ref()?;
        Some(match annotation.value.as_ref() {
            "cs" => (&mut self.cs, Some(Kind::Client)),
            "cr" => (&mut self.cr, Some(Kind::Client)),
            "sr" => (&mut self.sr, Some(Kind::Server)),
            "ss" => (&mut self.ss, Some(Kind::Server)),
            "ms" => (&mut self.ms, Some(Kind::Producer)),
            "mr" => (&mut self.mr, Some(Kind::Consumer)),
            "ws" => (&mut self.ws, None),
            "wr" => (&mut self.wr, None),
            _ => return None,
        })
    }

    /// A span that ends when its last annotation says began when it says itself.
    fn assume_starts(&mut self, source: &Span<'a>) {
        let start = |missing: &'static str, end: &Option<Annotation<'a>>| {
            let end = end.as_ref()?;
            let told = source.timestamp != 0 && source.duration != 0;
            let ends = source.timestamp.saturating_add(source.duration);
            (told && ends == end.timestamp).then(|| Annotation {
                timestamp: source.timestamp,
                value: missing.into(),
                endpoint: end.endpoint.clone(),
            })
        };
        if self.cs.is_none() {
            self.cs = start("cs", &self.cr);
        }
        if self.sr.is_none() {
            self.sr = start("sr", &self.ss);
        }
    }
}
