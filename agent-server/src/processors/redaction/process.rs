//! The walk through a payload.

use campanile_wire::otlp::edit::{Change, Draft, Edit, Fate, Group, Kind, Within};
use campanile_wire::otlp::view::LogRecord;
use campanile_wire::otlp::write::{self, Scalar};

use super::body::Body;
use super::config::{Config, Summary};
use super::rules::{Rules, Verdict};
use super::summary::Done;
use crate::component::{BuildError, Processor, Refusal};
use crate::payload::Payload;

/// The field of a log record that holds its body.
const BODY: u32 = 5;

/// Redacts the attributes of everything that has some, and the bodies of log records.
pub(super) struct Redaction {
    rules: Rules,
    summary: Summary,
}

impl Redaction {
    pub(super) fn new(config: &Config) -> Result<Self, BuildError> {
        Ok(Self {
            rules: Rules::new(config)?,
            summary: config.summary,
        })
    }

    /// Redacts the attributes of one message.
    fn message(&self, message: &mut Draft<'_>) {
        let mut done = Done::new(self.summary);
        message.edit_each_attribute(|attribute, new| {
            let key = attribute.key();
            let verdict = self.rules.decide(key, attribute.value());
            done.note(key, &verdict);
            match verdict {
                Verdict::Allowed | Verdict::Ignored | Verdict::Kept => Change::Keep,
                Verdict::Redacted => Change::Remove,
                Verdict::Masked(text) => {
                    write::scalar(new, Scalar::Text(&text));
                    Change::Value
                }
            }
        });
        done.tell("redaction", message);
    }

    fn log_record(&self, record: &mut Draft<'_>) {
        self.message(record);
        let mut done = Done::new(self.summary);
        let body = LogRecord::new(record.bytes()).body();
        if let Some(body) = Body::new(&self.rules, &mut done).redacted(body) {
            record.set_bytes(BODY, &body);
        }
        done.tell("redaction.body", record);
    }

    fn span(&self, span: &mut Draft<'_>) {
        self.message(span);
        let part = |part: &mut Draft<'_>| {
            self.message(part);
            Fate::Keep
        };
        span.edit_events(part);
        span.edit_links(part);
    }
}

impl Processor for Redaction {
    fn process(&self, payload: Payload) -> Result<Option<Payload>, Refusal> {
        Ok(Some(payload.edited(&mut Walk(self))))
    }
}

struct Walk<'r>(&'r Redaction);

impl Edit for Walk<'_> {
    fn resource(&mut self, resource: &mut Draft<'_>) -> Group {
        self.0.message(resource);
        Group::Enter
    }

    fn scope(&mut self, scope: &mut Draft<'_>, _: &[u8]) -> Group {
        self.0.message(scope);
        Group::Enter
    }

    fn item(&mut self, item: &mut Draft<'_>, _: Within<'_>) -> Fate {
        match item.kind() {
            Kind::LogRecord => self.0.log_record(item),
            Kind::Metric => {
                item.edit_points(|point| {
                    self.0.message(point);
                    Fate::Keep
                });
            }
            _ => self.0.span(item),
        }
        Fate::Keep
    }
}
