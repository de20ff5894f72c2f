//! The JSON of `GET /api/v1/queue` and of what is asked for by POST.

use serde::{Deserialize, Serialize};

/// What waits and what died.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Queues {
    /// What waits, by pipeline and exporter.
    pub waiting: Vec<Waiting>,
    /// What was refused for good, by pipeline, exporter and reason.
    pub dead_letters: Vec<Dead>,
}

/// What waits for one exporter of one pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Waiting {
    /// The pipeline's id.
    pub pipeline: String,
    /// The exporter's id.
    pub exporter: String,
    /// What an acknowledgement means: `memory`, `written` or `synced`; nothing where that is not
    /// known, because no agent runs.
    pub level: Option<String>,
    /// Payloads.
    pub payloads: u64,
    /// Items in them.
    pub items: u64,
    /// Milliseconds since 1970 at which the oldest arrived, if that is known.
    pub oldest_unix_ms: Option<u64>,
}

/// What one exporter of one pipeline refused for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Dead {
    /// The pipeline's id.
    pub pipeline: String,
    /// The exporter's id.
    pub exporter: String,
    /// The reason; nothing where it was not looked for, because no agent runs.
    pub reason: Option<String>,
    /// Payloads.
    pub payloads: u64,
    /// Items in them.
    pub items: u64,
    /// Milliseconds since 1970 at which the oldest arrived, if that is known.
    pub oldest_unix_ms: Option<u64>,
}

/// Which of it is meant. Without a pipeline or an exporter, all of them are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Selection {
    /// What waits, or what died. What is replayed died.
    pub subject: Subject,
    /// Only of this pipeline.
    pub pipeline: Option<String>,
    /// Only of this exporter.
    pub exporter: Option<String>,
}

impl Selection {
    /// Whether what belongs to `exporter` of `pipeline` is meant.
    #[must_use]
    pub fn meets(&self, pipeline: &str, exporter: &str) -> bool {
        let meets = |wanted: &Option<String>, id| wanted.as_deref().is_none_or(|other| other == id);
        meets(&self.pipeline, pipeline) && meets(&self.exporter, exporter)
    }
}

/// What waits, or what died.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// What was refused for good.
    #[default]
    DeadLetters,
    /// What waits.
    Waiting,
}

/// What was replayed or dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Moved {
    /// Payloads.
    pub payloads: u64,
    /// Items in them.
    pub items: u64,
    /// Payloads that are left because the queues have no room for them yet.
    pub left: u64,
}

impl Moved {
    /// The sum.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            payloads: self.payloads + other.payloads,
            items: self.items + other.items,
            left: self.left + other.left,
        }
    }
}
