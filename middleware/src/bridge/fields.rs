//! The fields of an event as the attributes of an event, within bounds.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Write as _};

use opentelemetry::{Array, Key, KeyValue, StringValue, Value};
use opentelemetry_semantic_conventions::attribute::{
    CODE_FILE_PATH, CODE_LINE_NUMBER, EXCEPTION_MESSAGE,
};
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata};

/// Of more fields than these the rest is left out.
pub(super) const MAX_FIELDS: usize = 32;
/// Of a longer text the rest is left out, in bytes.
pub(super) const MAX_TEXT: usize = 4096;
/// Of a longer chain of causes the rest is left out.
const MAX_CAUSES: usize = 8;

/// What an event says.
#[derive(Debug, Default)]
pub(super) struct Fields {
    message: Option<String>,
    /// Where a record of the crate `log` comes from.
    target: Option<String>,
    attributes: Vec<KeyValue>,
}

impl Fields {
    pub(super) fn of(event: &Event<'_>) -> Self {
        let mut fields = Self::default();
        event.record(&mut fields);
        fields
    }

    /// Name and attributes, as tracing-opentelemetry has them.
    pub(super) fn into_event(
        self,
        metadata: &'static Metadata<'static>,
        location: bool,
    ) -> (Cow<'static, str>, Vec<KeyValue>) {
        let name = self.message.map_or(metadata.name().into(), Cow::Owned);
        let target = self
            .target
            .map_or(Value::from(metadata.target()), Value::from);
        let mut attributes = self.attributes;
        attributes.push(KeyValue::new("level", metadata.level().as_str()));
        attributes.push(KeyValue::new("target", target));
        if let Some(file) = metadata.file().filter(|_| location) {
            attributes.push(KeyValue::new(CODE_FILE_PATH, file));
        }
        if let Some(line) = metadata.line().filter(|_| location) {
            attributes.push(KeyValue::new(CODE_LINE_NUMBER, i64::from(line)));
        }
        (name, attributes)
    }

    /// Keeps an attribute, but not what `log` says about a record beside it.
    fn push(&mut self, key: impl Into<Key>, value: impl Into<Value>) {
        let key = key.into();
        if self.attributes.len() < MAX_FIELDS && !key.as_str().starts_with("log.") {
            self.attributes.push(KeyValue::new(key, value));
        }
    }

    fn push_text(&mut self, field: &Field, text: String) {
        match field.name() {
            "message" => self.message = Some(text),
            "log.target" => self.target = Some(text),
            name => self.push(name, text),
        }
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.push(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.push(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        match i64::try_from(value) {
            Ok(value) => self.record_i64(field, value),
            Err(_) => self.push_text(field, value.to_string()),
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.push(field.name(), value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.push_text(field, written(format_args!("{value}")));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let message = written(format_args!("{value}"));
        let causes = causes(value);
        self.push(EXCEPTION_MESSAGE, message.clone());
        self.push(field.name(), message);
        if !causes.is_empty() {
            let chain = Value::Array(Array::String(causes));
            self.push(format!("{}.chain", field.name()), chain);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.push_text(field, written(format_args!("{value:?}")));
    }
}

/// What `error` says about its causes, the nearest first.
fn causes(error: &(dyn Error + 'static)) -> Vec<StringValue> {
    std::iter::successors(error.source(), |&cause| cause.source())
        .take(MAX_CAUSES)
        .map(|cause| written(format_args!("{cause}")).into())
        .collect()
}

/// `value` written, as far as there is room. Its author is stopped where the room ends.
fn written(value: fmt::Arguments<'_>) -> String {
    let mut bounded = Bounded(String::new());
    // Fails at the bound, or where the value itself does: what is there by then is kept.
    let _ = bounded.write_fmt(value);
    bounded.0
}

/// Takes text until there are [`MAX_TEXT`] bytes.
struct Bounded(String);

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = MAX_TEXT - self.0.len();
        if text.len() <= room {
            self.0.push_str(text);
            return Ok(());
        }
        let cut = (0..=room).rev().find_map(|end| text.get(..end));
        self.0.push_str(cut.unwrap_or_default());
        Err(fmt::Error)
    }
}
