//! Log records: what they say of sampling, and how they are told.

use campanile_wire::otlp::edit::{AttributeEdit, AttributeEdits, Draft};
use campanile_wire::otlp::view::{AnyValue, Attributes};
use campanile_wire::otlp::write::Scalar;
use campanile_wire::protobuf::{Fields, Value};

use super::decision::{Item, Sampler, Source, Verdict, decide};
use super::threshold::{Randomness, Threshold};

/// The field of a log record that holds its attributes.
const ATTRIBUTES: u32 = 6;

/// The attribute that says which threshold a record has passed.
const THRESHOLD: &str = "sampling.threshold";

/// The attribute that says its randomness.
const RANDOMNESS: &str = "sampling.randomness";

/// What decides on log records.
#[derive(Debug)]
pub(super) struct RecordSampler {
    pub(super) sampler: Sampler,
    pub(super) fail_closed: bool,
    pub(super) precision: usize,
    /// Whether the trace id is hashed, where a hash is to decide.
    pub(super) by_trace_id: bool,
    /// The attribute that is hashed otherwise, if any.
    pub(super) from_attribute: Option<String>,
    /// The attribute that asks for another percentage, if any.
    pub(super) priority: Option<String>,
}

/// What a record says of sampling before.
#[derive(Clone, Copy)]
struct Said {
    randomness: Option<Randomness>,
    threshold: Option<Threshold>,
}

impl RecordSampler {
    /// Decides on one record; one that is kept is told so.
    pub(super) fn sample(&self, record: &mut Draft<'_>) -> Verdict {
        let attributes = record.attributes();
        let said = Said::read(attributes);
        let (randomness, relied_on) = self.randomness(record.bytes(), said);
        let asked = self.priority.as_ref().and_then(|key| attributes.find(key));
        let item = Item {
            randomness,
            arrived: relied_on.and_then(|said| said.threshold),
            faulty: relied_on.is_none(),
            priority: asked.and_then(|asked| self.asked(asked)),
        };
        let verdict = decide(&self.sampler, self.fail_closed, &item);
        if let (Some(threshold), Some(_)) = (verdict.kept, relied_on) {
            let hashed = matches!(randomness.1, Source::Attribute | Source::TraceIdHash);
            tell(record, hashed.then_some(randomness.0), threshold);
        }
        verdict
    }

    /// The randomness of a record, and what it says where that can be relied on.
    fn randomness(
        &self,
        record: &[u8],
        said: Option<Said>,
    ) -> ((Randomness, Source), Option<Said>) {
        let missing = (Randomness::MAX, Source::Missing);
        match &self.sampler {
            Sampler::Never => ((Randomness::MAX, Source::Priority), said),
            Sampler::Hashing { hash, seed, .. } => {
                let id = self.by_trace_id.then(|| trace_id(record)).flatten();
                let randomness = match id {
                    Some(id) => (hash.randomness(*seed, id), Source::TraceIdHash),
                    None => self.attribute(record).map_or(missing, |value| {
                        (hash.randomness(*seed, &value), Source::Attribute)
                    }),
                };
                let unused = |said: &Said| said.randomness.is_none() && said.threshold.is_none();
                (randomness, said.filter(unused))
            }
            Sampler::Equalizing(_) | Sampler::Proportional { .. } => {
                let explicit = said.and_then(|said| said.randomness);
                let randomness = match (explicit, trace_id(record)) {
                    (Some(explicit), _) => (explicit, Source::Explicit),
                    (None, Some(id)) => (Randomness::of_trace_id(id), Source::TraceIdW3c),
                    (None, None) => missing,
                };
                (randomness, said)
            }
        }
    }

    /// The bytes of the attribute to hash, unless there are none.
    fn attribute(&self, record: &[u8]) -> Option<Vec<u8>> {
        let key = self.from_attribute.as_ref()?;
        let value = match Attributes::new(record, ATTRIBUTES).find(key)? {
            AnyValue::Bytes(bytes) => bytes.to_vec(),
            value => value.to_string().into_bytes(),
        };
        (!value.is_empty()).then_some(value)
    }

    /// The threshold for the percentage that a record asks for.
    fn asked(&self, value: AnyValue<'_>) -> Option<Threshold> {
        let percentage = match value {
            AnyValue::Int(asked) => asked as f64,
            AnyValue::Double(asked) => asked,
            _ => return None,
        };
        match percentage {
            0.0 => Some(Threshold::NEVER),
            100.0.. => Some(Threshold::ALWAYS),
            _ => Threshold::of_probability(percentage / 100.0, self.precision),
        }
    }
}

impl Said {
    /// Reads what a record says; nothing where one of it is malformed.
    fn read(attributes: Attributes<'_>) -> Option<Self> {
        let text = |key| {
            let value = attributes.find(key).and_then(AnyValue::as_text);
            value.filter(|value| !value.is_empty())
        };
        let randomness = text(RANDOMNESS).map(|value| Randomness::parse(value).ok_or(()));
        let threshold = text(THRESHOLD).map(|value| Threshold::parse(value).ok_or(()));
        Some(Self {
            randomness: randomness.transpose().ok()?,
            threshold: threshold.transpose().ok()?,
        })
    }
}

fn trace_id(record: &[u8]) -> Option<&[u8; 16]> {
    let mut id = None;
    for field in Fields::new(record).map_while(Result::ok) {
        if let (9, Value::Bytes(bytes)) = (field.number, field.value) {
            id = bytes.try_into().ok();
        }
    }
    id.filter(|id| *id != &[0; 16])
}

/// Says in a record what is to be said of it now.
fn tell(record: &mut Draft<'_>, new: Option<Randomness>, threshold: Threshold) {
    let mut value = String::new();
    threshold.write(&mut value);
    let mut edits = vec![AttributeEdit::upsert(THRESHOLD, Scalar::Text(&value))];
    if let Some(randomness) = new {
        value.clear();
        randomness.write(&mut value);
        edits.push(AttributeEdit::upsert(RANDOMNESS, Scalar::Text(&value)));
    }
    record.edit_attributes(&AttributeEdits::new(edits));
}
