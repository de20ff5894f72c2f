//! The attributes that say what was done, named as the Collector names them.

use campanile_wire::otlp::edit::{AttributeEdit, AttributeEdits, Draft};
use campanile_wire::otlp::view::Attributes;
use campanile_wire::otlp::write::Scalar;

use super::config::Summary;
use super::rules::Verdict;

/// Whether the attribute `key` was written by a step like this one, which another leaves alone.
pub(super) fn is_summary(key: &str) -> bool {
    let Some(rest) = key.strip_prefix("redaction.") else {
        return false;
    };
    let said = rest.strip_prefix("body.").unwrap_or(rest);
    match said.split_once('.') {
        Some(("allowed" | "masked" | "redacted", "count" | "keys")) => true,
        other => other == Some(("ignored", "count")),
    }
}

/// The keys of one message, by what happened to them.
#[derive(Debug)]
pub(super) struct Done {
    summary: Summary,
    allowed: Vec<String>,
    ignored: usize,
    masked: Vec<String>,
    redacted: Vec<String>,
}

impl Done {
    pub(super) fn new(summary: Summary) -> Self {
        Self {
            summary,
            allowed: Vec::new(),
            ignored: 0,
            masked: Vec::new(),
            redacted: Vec::new(),
        }
    }

    /// Notes what happened to `key`, if anything is to be said.
    pub(super) fn note(&mut self, key: &str, verdict: &Verdict) {
        if self.summary == Summary::Silent {
            return;
        }
        match verdict {
            Verdict::Allowed => self.allowed.push(key.to_owned()),
            Verdict::Ignored => self.ignored += 1,
            Verdict::Kept => {}
            Verdict::Masked(_) => self.masked.push(key.to_owned()),
            Verdict::Redacted => self.redacted.push(key.to_owned()),
        }
    }

    /// Writes what is to be said into the message, and what a step before has said with it.
    pub(super) fn tell(self, prefix: &str, message: &mut Draft<'_>) {
        if self.summary == Summary::Silent {
            return;
        }
        let mut edits = Vec::new();
        let said = message.attributes();
        for (what, mut keys) in [
            ("redacted", self.redacted),
            ("masked", self.masked),
            ("allowed", self.allowed),
        ] {
            let new = keys.len();
            if self.summary == Summary::Debug && new > 0 {
                let key = format!("{prefix}.{what}.keys");
                let before = said.find(&key).and_then(|value| value.as_text());
                let before = before.filter(|text| !text.is_empty());
                keys.extend(
                    before
                        .iter()
                        .flat_map(|text| text.split(','))
                        .map(str::to_owned),
                );
                keys.sort();
                edits.push(AttributeEdit::upsert(&key, Scalar::Text(&keys.join(","))));
            }
            edits.extend(count(&format!("{prefix}.{what}.count"), new, said));
        }
        edits.extend(count(
            &format!("{prefix}.ignored.count"),
            self.ignored,
            said,
        ));
        message.edit_attributes(&AttributeEdits::new(edits));
    }
}

/// The attribute `key` with `new` more than there are.
fn count(key: &str, new: usize, said: Attributes<'_>) -> Option<AttributeEdit> {
    let before = said.find(key).and_then(|value| value.as_int()).unwrap_or(0);
    let count = before.saturating_add(i64::try_from(new).unwrap_or(i64::MAX));
    (new > 0).then(|| AttributeEdit::upsert(key, Scalar::Int(count)))
}
