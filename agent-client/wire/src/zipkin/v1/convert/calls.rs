//! Calls: a client, a server, or both.

use super::core::Core;
use super::{Sides, keep};
use crate::zipkin::{Kind, ReadError};

impl<'a> Core<'a> {
    /// Sets the times of clients and servers, and what is shared.
    pub(super) fn calls(&self, sides: &mut Sides<'_, 'a>) -> Result<(), ReadError> {
        match (&self.cs, &self.cr, &self.sr, &self.ss) {
            (Some(cs), cr, Some(sr), ss) => {
                sides.times(cs, cr.as_ref())?;
                let server = sides.other_side((cs, Kind::Client), (sr, Kind::Server))?;
                server.timestamp = sr.timestamp;
                if let Some(ss) = ss {
                    server.duration = ss.timestamp.saturating_sub(sr.timestamp);
                }
            }
            (Some(cs), Some(cr), ..) => sides.times(cs, Some(cr))?,
            (_, _, Some(sr), Some(ss)) => sides.times(sr, Some(ss))?,
            _ => self.incomplete(sides),
        }
        // There was no flag for it: who did not start a span did not write its times.
        let source = sides.source;
        if let (None, Some(sr)) = (&self.cs, &self.sr) {
            let duration_is_missing = self.ss.is_some() && source.duration == 0;
            if source.timestamp == 0 || duration_is_missing {
                sides.at(sr)?.shared = true;
            }
        }
        Ok(())
    }

    /// A side of which only the begin or only the end is told.
    fn incomplete(&self, sides: &mut Sides<'_, 'a>) {
        for span in &mut sides.spans {
            let (begin, end) = match span.kind {
                Some(Kind::Client) => (&self.cs, &self.cr),
                Some(Kind::Server) => (&self.sr, &self.ss),
                Some(Kind::Consumer | Kind::Producer) | None => continue,
            };
            if let Some(begin) = begin {
                span.timestamp = begin.timestamp;
            }
            if let Some(end) = end {
                keep(span, end);
            }
        }
        let source = sides.source;
        if let Some(first) = sides.spans.first_mut().filter(|_| source.timestamp != 0) {
            let begin = [&self.cs, &self.sr].into_iter().flatten().next();
            let told = begin.filter(|begin| begin.timestamp == first.timestamp);
            if let Some(begin) = told.filter(|begin| begin.timestamp != source.timestamp) {
                keep(first, begin);
            }
            (first.timestamp, first.duration) = (source.timestamp, source.duration);
        }
    }
}
