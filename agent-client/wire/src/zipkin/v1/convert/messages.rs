//! Messages: a producer, a consumer, or both.

use super::core::Core;
use super::{Sides, keep};
use crate::zipkin::v1::Annotation;
use crate::zipkin::{Kind, ReadError};

impl<'a> Core<'a> {
    /// Sets the times of producers and consumers.
    pub(super) fn messages(&self, sides: &mut Sides<'_, 'a>) -> Result<(), ReadError> {
        let (ws, wr) = (self.ws.as_ref(), self.wr.as_ref());
        match (&self.ms, &self.mr) {
            (Some(ms), Some(mr)) => {
                let consumer = sides.other_side((ms, Kind::Producer), (mr, Kind::Consumer))?;
                consumer.timestamp = wr.unwrap_or(mr).timestamp;
                consumer.duration = mr.timestamp.saturating_sub(consumer.timestamp);
                let producer = sides.at(ms)?;
                producer.timestamp = ms.timestamp;
                producer.duration = ws.map_or(0, |ws| ws.timestamp.saturating_sub(ms.timestamp));
                Ok(())
            }
            (Some(ms), None) => {
                sides.times(ms, ws)?;
                kept(sides, wr)
            }
            (None, Some(mr)) => {
                match wr {
                    Some(wr) => sides.times(wr, Some(mr))?,
                    None => sides.times(mr, None)?,
                }
                kept(sides, ws)
            }
            (None, None) => {
                kept(sides, ws)?;
                kept(sides, wr)
            }
        }
    }
}

fn kept<'a>(
    sides: &mut Sides<'_, 'a>,
    annotation: Option<&Annotation<'a>>,
) -> Result<(), ReadError> {
    if let Some(annotation) = annotation {
        keep(sides.at(annotation)?, annotation);
    }
    Ok(())
}
