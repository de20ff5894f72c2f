//! The text of `x-amzn-trace-id`: fields in any order.
//!
//! `Root=1-<8 hex>-<24 hex>;Parent=<16 hex>;Sampled=1;Lineage=<loop>:<8 hex>:<request>`
//!
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>
//!
//! ```
//! use campanile_propagation::amzn_trace_id::{AmznTraceId, Decision};
//!
//! // What a load balancer sends: a trace id, and neither a parent nor a decision.
//! let text = b"Root=1-abcdef12-1234567890abcdef12345678";
//! let header = AmznTraceId::parse(text, &mut |_| {})?;
//! assert_eq!(header.trace_id().to_string(), "abcdef121234567890abcdef12345678");
//! assert_eq!((header.parent(), header.decision()), (None, Decision::Absent));
//! # Ok::<(), campanile_propagation::ExtractError>(())
//! ```
//!
//! Spaces around fields and empty fields mean nothing. `Self` and fields of unknown names are
//! not read and not sent on. Names and hex digits are compared as they are written above. A comma
//! means that several headers were joined, which are not believed.

use std::fmt;

use opentelemetry::trace::{SpanId, TraceId};

use crate::whitespace::trim;
use crate::{ExtractError, hex};

/// The longest header value that is read, in bytes.
///
/// The specified fields take about 110; the rest is room for custom ones.
pub const MAX_BYTES: usize = 1024;

/// What a valid `x-amzn-trace-id` says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AmznTraceId {
    pub(crate) trace_id: TraceId,
    pub(crate) parent: Option<SpanId>,
    pub(crate) decision: Decision,
    pub(crate) lineage: Option<Lineage>,
}

/// What the sender says about sampling.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Decision {
    /// Nothing: the receiver decides.
    Absent,
    /// `Sampled=0`.
    NotSampled,
    /// `Sampled=?`: the receiver decides.
    Requested,
    /// `Sampled=1`.
    Sampled,
}

/// A `Lineage` that follows its form: `<loop 0-32767>:<8 hex>:<request 0-255>`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Lineage(Box<str>);

impl AmznTraceId {
    /// Reads a header value. A malformed `Lineage` is reported to `on_rejection` and dropped.
    ///
    /// # Errors
    ///
    /// The first thing found wrong: any of the `Xray` variants of [`ExtractError`] but
    /// [`XrayInvalidLineage`](ExtractError::XrayInvalidLineage).
    pub fn parse(
        value: &[u8],
        on_rejection: &mut dyn FnMut(ExtractError),
    ) -> Result<Self, ExtractError> {
        if value.len() > MAX_BYTES {
            return Err(ExtractError::XrayTooLong);
        }
        // No field has a comma in it: here somebody joined several headers.
        if value.contains(&b',') {
            return Err(ExtractError::XrayDuplicate);
        }
        let fields = Fields::divide(value)?;
        let read = Self {
            trace_id: fields
                .root
                .and_then(trace_id)
                .ok_or(ExtractError::XrayInvalidRoot)?,
            parent: fields.parent.map(span_id).transpose()?,
            decision: fields.sampled.map_or(Ok(Decision::Absent), decision)?,
            lineage: fields.lineage.and_then(Lineage::parse),
        };
        if fields.lineage.is_some() && read.lineage.is_none() {
            on_rejection(ExtractError::XrayInvalidLineage);
        }
        Ok(read)
    }

    /// The trace id: both parts of `Root` together.
    #[must_use]
    pub fn trace_id(&self) -> TraceId {
        self.trace_id
    }

    /// The id of the span that sent the header; load balancers have none.
    #[must_use]
    pub fn parent(&self) -> Option<SpanId> {
        self.parent
    }

    /// The sampling decision, or who is to make it.
    #[must_use]
    pub fn decision(&self) -> Decision {
        self.decision
    }

    /// The `Lineage`, with which AWS Lambda detects loops.
    #[must_use]
    pub fn lineage(&self) -> Option<&str> {
        self.lineage.as_ref().map(|lineage| &*lineage.0)
    }
}

/// The header value, which [`AmznTraceId::parse`] reads as the same.
impl fmt::Display for AmznTraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.trace_id.to_string();
        let (epoch, random) = digits.split_at(8);
        write!(f, "Root=1-{epoch}-{random}")?;
        if let Some(parent) = self.parent {
            write!(f, ";Parent={parent}")?;
        }
        f.write_str(match self.decision {
            Decision::Absent => "",
            Decision::NotSampled => ";Sampled=0",
            Decision::Requested => ";Sampled=?",
            Decision::Sampled => ";Sampled=1",
        })?;
        match &self.lineage {
            Some(Lineage(lineage)) => write!(f, ";Lineage={lineage}"),
            None => Ok(()),
        }
    }
}

/// The fields that are read, divided but not yet believed.
#[derive(Default)]
struct Fields<'a> {
    root: Option<&'a [u8]>,
    parent: Option<&'a [u8]>,
    sampled: Option<&'a [u8]>,
    lineage: Option<&'a [u8]>,
}

impl<'a> Fields<'a> {
    fn divide(value: &'a [u8]) -> Result<Self, ExtractError> {
        let mut fields = Self::default();
        for field in value.split(|byte| *byte == b';').map(trim) {
            if !field.is_empty() {
                fields.take(field)?;
            }
        }
        Ok(fields)
    }

    fn take(&mut self, field: &'a [u8]) -> Result<(), ExtractError> {
        let equals = field.iter().position(|byte| *byte == b'=');
        let (key, value) = equals
            .and_then(|at| Some((field.get(..at)?, field.get(at + 1..)?)))
            .ok_or(ExtractError::XrayMalformed)?;
        let slot = match key {
            b"Root" => &mut self.root,
            b"Parent" => &mut self.parent,
            b"Sampled" => &mut self.sampled,
            b"Lineage" => &mut self.lineage,
            _ => return Ok(()),
        };
        match slot.replace(value) {
            Some(_) => Err(ExtractError::XrayDuplicate),
            None => Ok(()),
        }
    }
}

/// `1-<8 hex>-<24 hex>`. The first part is a time in ids made by AWS, and anything in others.
fn trace_id(root: &[u8]) -> Option<TraceId> {
    let [b'1', b'-', digits @ ..] = root else {
        return None;
    };
    let (epoch, rest) = digits.split_first_chunk::<8>()?;
    let (dash, rest) = rest.split_first()?;
    let (high, rest) = rest.split_first_chunk::<8>()?;
    let low: &[u8; 16] = rest.try_into().ok()?;
    let high = u64::from(hex::decode_u32(*epoch)?) << 32 | u64::from(hex::decode_u32(*high)?);
    let id = u128::from(high) << 64 | u128::from(hex::decode_u64(*low)?);
    (*dash == b'-' && id != 0).then(|| TraceId::from(id))
}

fn span_id(parent: &[u8]) -> Result<SpanId, ExtractError> {
    let digits: Option<&[u8; 16]> = parent.try_into().ok();
    match digits.and_then(|digits| hex::decode_u64(*digits)) {
        None | Some(0) => Err(ExtractError::XrayInvalidParent),
        Some(id) => Ok(SpanId::from(id)),
    }
}

fn decision(value: &[u8]) -> Result<Decision, ExtractError> {
    match value {
        b"0" => Ok(Decision::NotSampled),
        b"1" => Ok(Decision::Sampled),
        b"?" => Ok(Decision::Requested),
        _ => Err(ExtractError::XrayInvalidSampled),
    }
}

impl Lineage {
    fn parse(value: &[u8]) -> Option<Self> {
        let mut parts = value.split(|byte| *byte == b':');
        let (loops, hash, requests) = (parts.next()?, parts.next()?, parts.next()?);
        let hash: &[u8; 8] = hash.try_into().ok()?;
        hex::decode_u32(*hash)?;
        let valid = parts.next().is_none() && is_up_to(loops, 32767) && is_up_to(requests, 255);
        let text = str::from_utf8(value).ok()?;
        valid.then(|| Self(text.into()))
    }
}

/// Whether these are decimal digits, no more than `most` has, of a number no greater.
fn is_up_to(digits: &[u8], most: u16) -> bool {
    (1..=most.ilog10() as usize + 1).contains(&digits.len())
        && digits.iter().all(u8::is_ascii_digit)
        && str::from_utf8(digits)
            .is_ok_and(|text| text.parse::<u32>().is_ok_and(|n| n <= most.into()))
}
