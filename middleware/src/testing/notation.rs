//! One line of a tree: how a span is written, and which spans an expected line means.

use std::fmt;

use opentelemetry::Value;
use opentelemetry::trace::{SpanKind, Status};
use opentelemetry_sdk::trace::SpanData;
use opentelemetry_semantic_conventions::attribute::{
    ERROR_TYPE, HTTP_RESPONSE_STATUS_CODE, RPC_RESPONSE_STATUS_CODE,
};

/// The spaces of one level.
const INDENTATION: usize = 2;

/// A span, or what is expected of one: `name [kind status error: type]`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) level: usize,
    name: String,
    end: End,
}

/// What stands in the brackets.
#[derive(Clone, Debug, PartialEq)]
struct End {
    kind: SpanKind,
    status: Option<String>,
    error: Option<Failure>,
}

/// That a span failed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Failure {
    /// With this `error.type`.
    Named(String),
    /// As its status says, or for no reason that it gives.
    Unnamed,
}

impl Line {
    /// How `span` is written at `level`.
    pub(super) fn of(span: &SpanData, level: usize) -> Self {
        let status =
            text(span, RPC_RESPONSE_STATUS_CODE).or_else(|| text(span, HTTP_RESPONSE_STATUS_CODE));
        let error = match text(span, ERROR_TYPE) {
            Some(name) => Some(Failure::new(name, status.as_deref())),
            None => matches!(span.status, Status::Error { .. }).then_some(Failure::Unnamed),
        };
        Self {
            level,
            // A name must not look like two lines.
            name: span.name.replace('\n', "\\n"),
            end: End {
                kind: span.span_kind.clone(),
                status,
                error,
            },
        }
    }

    /// Reads an expected line, without its indentation. Brackets that are no notation are part of
    /// the name.
    pub(super) fn parse(text: &str, level: usize) -> Self {
        let parsed = text.match_indices('[').find_map(|(place, _)| {
            let name = text.get(..place)?;
            let end = End::parse(text.get(place + 1..)?.strip_suffix(']')?)?;
            let name = name.strip_suffix(' ').or(name.is_empty().then_some(name))?;
            Some((name, end))
        });
        let (name, end) = parsed.unwrap_or((text, End::internal()));
        Self {
            level,
            name: name.to_owned(),
            end,
        }
    }

    /// Whether `span` is what this line expects: what the line does not say may be anything.
    pub(super) fn means(&self, span: &Self) -> bool {
        self.level == span.level && self.name == span.name && self.end.means(&span.end)
    }
}

impl End {
    /// The end that plain names have.
    fn internal() -> Self {
        Self {
            kind: SpanKind::Internal,
            status: None,
            error: None,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(' ').unwrap_or((text, ""));
        let kind = parse_kind(kind)?;
        let (first, others) = rest.split_once(' ').unwrap_or((rest, ""));
        let (status, error) = match first {
            "" | "error" | "error:" => (None, rest),
            status if status.contains(['[', ']']) => return None,
            status => (Some(status), others),
        };
        let error = match error {
            "" => None,
            "error" => Some(Failure::Unnamed),
            named => Some(Failure::new(
                named.strip_prefix("error: ")?.to_owned(),
                status,
            )),
        };
        Some(Self {
            kind,
            status: status.map(str::to_owned),
            error,
        })
    }

    /// A kind alone leaves open how the span ended. A status says that there was no error unless
    /// one follows.
    fn means(&self, span: &Self) -> bool {
        let error = match (&self.error, &span.error) {
            (None, None) | (Some(Failure::Unnamed), Some(_)) => true,
            (None, Some(_)) => self.status.is_none(),
            (Some(expected), found) => found.as_ref() == Some(expected),
        };
        self.kind == span.kind && error && (self.status.is_none() || self.status == span.status)
    }
}

impl Failure {
    /// A failure with the type `name`, which says nothing that `status` has not said.
    fn new(name: String, status: Option<&str>) -> Self {
        if status == Some(name.as_str()) {
            Self::Unnamed
        } else {
            Self::Named(name)
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:1$}{2}", "", self.level * INDENTATION, self.name)?;
        if self.end == End::internal() {
            return Ok(());
        }
        write!(
            f,
            "{}[{}",
            if self.name.is_empty() { "" } else { " " },
            kind(&self.end.kind)
        )?;
        if let Some(status) = &self.end.status {
            write!(f, " {status}")?;
        }
        match &self.end.error {
            None => write!(f, "]"),
            Some(Failure::Named(name)) => write!(f, " error: {name}]"),
            Some(Failure::Unnamed) => write!(f, " error]"),
        }
    }
}

/// Reads an expected tree. Blank lines and what all lines are indented by mean nothing.
///
/// # Panics
///
/// When a line is indented by half a level.
#[track_caller]
pub(super) fn parse(tree: &str) -> Vec<Line> {
    let lines = tree.lines().filter(|line| !line.trim().is_empty());
    let indentation = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let margin = lines.clone().map(indentation).min().unwrap_or_default();
    let parse = |line: &str| {
        let spaces = indentation(line) - margin;
        assert!(
            spaces.is_multiple_of(INDENTATION),
            "a level of the tree is {INDENTATION} spaces, this line has {spaces}: {line:?}"
        );
        Line::parse(line.trim(), spaces / INDENTATION)
    };
    lines.map(parse).collect()
}

fn kind(kind: &SpanKind) -> &'static str {
    match kind {
        SpanKind::Client => "client",
        SpanKind::Consumer => "consumer",
        SpanKind::Internal => "internal",
        SpanKind::Producer => "producer",
        SpanKind::Server => "server",
    }
}

fn parse_kind(text: &str) -> Option<SpanKind> {
    let kinds = [
        SpanKind::Client,
        SpanKind::Consumer,
        SpanKind::Internal,
        SpanKind::Producer,
        SpanKind::Server,
    ];
    kinds.into_iter().find(|known| kind(known) == text)
}

/// The value of `key`, whatever its type is.
fn text(span: &SpanData, key: &str) -> Option<String> {
    let value = span.attributes.iter().find(|kv| kv.key.as_str() == key);
    value.map(|kv| Value::to_string(&kv.value))
}
