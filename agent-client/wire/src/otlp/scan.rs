//! One walk over an export request that checks its framing and counts what it holds.
//!
//! The walk enters resources, scopes and items (spans, metrics, log records), and no attribute
//! value: about 3 ns per field, and no allocation. What it accepts is safe to join, to split between items and
//! to [view](super::view); whether every string is UTF-8 and every nested value well formed is
//! left to whoever looks inside.

use super::Signal;
use crate::protobuf::{Field, Fields, Value, WireError};

/// Upper bounds on what one request may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Spans, data points or log records per request; and as many resources, scopes and metrics,
    /// each counted by itself.
    pub max_items: u64,
    /// Attributes, events or links of one span; attributes of one log record, data point, resource
    /// or scope.
    pub max_children: u64,
}

impl Default for Limits {
    /// 20,000 items and 1,024 children: far beyond what a library sends in one request, and few
    /// enough that a small request cannot unfold into a large structure.
    fn default() -> Self {
        Self {
            max_items: 20_000,
            max_children: 1_024,
        }
    }
}

/// What a request holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// `resource_spans`, `resource_metrics` or `resource_logs` entries.
    pub resources: u64,
    /// Spans, data points or log records.
    pub items: u64,
    /// Spans among them without a trace id of 16 bytes or a span id of 8, or whose ids are all zero:
    /// no trace can hold them ([`identified`](super::identified) takes them out).
    pub unidentified: u64,
}

/// Why a request was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// More attributes, events or links on one item, resource or scope than
    /// [`Limits::max_children`].
    #[error("an item, resource or scope has more than {0} attributes, events or links")]
    TooManyChildren(u64),
    /// More resources, scopes or metrics than [`Limits::max_items`]: with nothing in them, two bytes
    /// each.
    #[error("more than {0} resources, scopes or metrics in one request")]
    TooManyGroups(u64),
    /// More items than [`Limits::max_items`].
    #[error("more than {0} items in one request")]
    TooManyItems(u64),
    /// A field that must hold a message or text has another wire type.
    #[error("field {0} has the wrong wire type")]
    WireType(u32),
    /// Not the protobuf wire format.
    #[error("malformed protobuf: {0}")]
    Wire(#[from] WireError),
}

/// Checks the framing of an export request of `signal` and counts what it holds.
///
/// # Errors
///
/// The first thing found wrong; nothing of the request is then to be used.
pub fn scan(signal: Signal, request: &[u8], limits: &Limits) -> Result<Counts, ScanError> {
    let mut scanner = Scanner {
        signal,
        limits,
        counts: Counts::default(),
        scopes: 0,
        metrics: 0,
    };
    scanner.request(request)?;
    Ok(scanner.counts)
}

struct Scanner<'l> {
    signal: Signal,
    limits: &'l Limits,
    counts: Counts,
    scopes: u64,
    metrics: u64,
}

impl Scanner<'_> {
    fn request(&mut self, request: &[u8]) -> Result<(), ScanError> {
        for field in Fields::new(request) {
            let field = field?;
            if field.number == 1 {
                self.resource(message(field)?)?;
                group(&mut self.counts.resources, self.limits)?;
            }
        }
        Ok(())
    }

    fn resource(&mut self, resource: &[u8]) -> Result<(), ScanError> {
        for field in Fields::new(resource) {
            let field = field?;
            match field.number {
                1 => self.attributes(message(field)?, 1)?,
                2 => {
                    self.scope(message(field)?)?;
                    group(&mut self.scopes, self.limits)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn scope(&mut self, scope: &[u8]) -> Result<(), ScanError> {
        for field in Fields::new(scope) {
            let field = field?;
            match field.number {
                1 => self.attributes(message(field)?, 3)?,
                2 => self.item(message(field)?)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn item(&mut self, item: &[u8]) -> Result<(), ScanError> {
        match self.signal {
            Signal::Traces => {
                self.span(item)?;
                self.count(1)
            }
            Signal::Logs => {
                self.attributes(item, 6)?;
                self.count(1)
            }
            Signal::Metrics => {
                self.metric(item)?;
                group(&mut self.metrics, self.limits)
            }
        }
    }

    /// Looks at the ids of one span and counts its attributes, events and links, each by itself.
    fn span(&mut self, span: &[u8]) -> Result<(), ScanError> {
        let (mut trace_id, mut span_id) = (false, false);
        let (mut attributes, mut events, mut links) = (0, 0, 0);
        for field in Fields::new(span) {
            let field = field?;
            let children = match field.number {
                1 => {
                    trace_id = is_id(field, 16);
                    continue;
                }
                2 => {
                    span_id = is_id(field, 8);
                    continue;
                }
                9 => &mut attributes,
                11 => &mut events,
                13 => &mut links,
                _ => continue,
            };
            self.child(field, children)?;
        }
        self.counts.unidentified += u64::from(!(trace_id && span_id));
        Ok(())
    }

    /// Counts the attributes of `part`, which are in field `number`.
    fn attributes(&self, part: &[u8], number: u32) -> Result<(), ScanError> {
        let mut attributes = 0;
        for field in Fields::new(part) {
            let field = field?;
            if field.number == number {
                self.child(field, &mut attributes)?;
            }
        }
        Ok(())
    }

    fn child(&self, field: Field<'_>, count: &mut u64) -> Result<(), ScanError> {
        message(field)?;
        *count += 1;
        if *count > self.limits.max_children {
            return Err(ScanError::TooManyChildren(self.limits.max_children));
        }
        Ok(())
    }

    /// A metric counts by its data points: field 1 of whichever kind of data it holds.
    fn metric(&mut self, metric: &[u8]) -> Result<(), ScanError> {
        for field in Fields::new(metric) {
            let field = field?;
            let attributes = match field.number {
                5 | 7 | 11 => 7,
                9 => 9,
                10 => 1,
                _ => continue,
            };
            for field in Fields::new(message(field)?) {
                let field = field?;
                if field.number == 1 {
                    self.attributes(message(field)?, attributes)?;
                    self.count(1)?;
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, items: u64) -> Result<(), ScanError> {
        self.counts.items += items;
        if self.counts.items > self.limits.max_items {
            return Err(ScanError::TooManyItems(self.limits.max_items));
        }
        Ok(())
    }
}

/// Counts one resource, scope or metric.
fn group(count: &mut u64, limits: &Limits) -> Result<(), ScanError> {
    *count += 1;
    if *count > limits.max_items {
        return Err(ScanError::TooManyGroups(limits.max_items));
    }
    Ok(())
}

/// Whether the field holds an id of `length` bytes that are not all zero.
pub(super) fn is_id(field: Field<'_>, length: usize) -> bool {
    match field.value {
        Value::Bytes(id) => id.len() == length && id.iter().any(|byte| *byte != 0),
        _ => false,
    }
}

fn message(field: Field<'_>) -> Result<&[u8], ScanError> {
    match field.value {
        Value::Bytes(bytes) => Ok(bytes),
        _ => Err(ScanError::WireType(field.number)),
    }
}
