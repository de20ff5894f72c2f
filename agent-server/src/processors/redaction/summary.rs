//! The attributes that say what was done, named as the Collector names them.

use campanile_wire::otlp::edit::{AttributeEdit, AttributeEdits, Draft};
use campanile_wire::otlp::write::Scalar;

use super::config::Summary;

/// The keys of one message, by what happened to them.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) allowed: Vec<String>,
    pub(super) ignored: u64,
    pub(super) masked: Vec<String>,
    pub(super) redacted: Vec<String>,
}

impl Done {
    /// Writes what is to be said into the message.
    pub(super) fn tell(mut self, summary: Summary, message: &mut Draft<'_>) {
        if summary == Summary::Silent {
            return;
        }
        let mut edits = Vec::new();
        let lists = [
            ("redacted", &mut self.redacted),
            ("masked", &mut self.masked),
            ("allowed", &mut self.allowed),
        ];
        for (what, keys) in lists {
            if keys.is_empty() {
                continue;
            }
            keys.sort();
            keys.dedup();
            if summary == Summary::Debug {
                let key = format!("redaction.{what}.keys");
                edits.push(AttributeEdit::upsert(&key, Scalar::Text(&keys.join(","))));
            }
            edits.push(count(what, keys.len() as u64));
        }
        if self.ignored > 0 {
            edits.push(count("ignored", self.ignored));
        }
        message.edit_attributes(&AttributeEdits::new(edits));
    }
}

fn count(what: &str, count: u64) -> AttributeEdit {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    AttributeEdit::upsert(&format!("redaction.{what}.count"), Scalar::Int(count))
}
