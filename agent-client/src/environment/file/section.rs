//! The walk over the tree: what is taken is understood, what is left is not.

use std::cell::RefCell;
use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use super::VARIABLE;
use super::tree::Node;
use crate::environment::Settings;
use crate::environment::reader::Reader;
use crate::limits::head;

/// So many keys that are not understood are named, the others counted.
const MAX_NAMED: usize = 20;
/// So many characters of a key or value are shown.
const MAX_SHOWN: usize = 100;

/// What was not understood.
#[derive(Default)]
pub(super) struct Report {
    bad: RefCell<Vec<Bad>>,
    unsupported: RefCell<Vec<String>>,
}

struct Bad {
    value: String,
    accepted: String,
    used: String,
}

impl Report {
    fn bad(&self, path: &str, value: &str, accepted: &str, used: &str) {
        self.bad.borrow_mut().push(Bad {
            value: format!("{path}: {}", head(value, MAX_SHOWN)),
            accepted: accepted.to_owned(),
            used: used.to_owned(),
        });
    }

    /// A warning for every bad value, and one that names the keys that nobody asked for.
    pub(super) fn warn(self, reader: &mut Reader<'_>) {
        for bad in self.bad.into_inner() {
            reader.warn(VARIABLE, bad.value, bad.accepted, bad.used);
        }
        let paths = self.unsupported.into_inner();
        let (named, others) = paths.split_at(paths.len().min(MAX_NAMED));
        if named.is_empty() {
            return;
        }
        let mut shown = named.join(", ");
        if !others.is_empty() {
            shown.push_str(&format!(" and {} more", others.len()));
        }
        let accepted = "only keys that the documentation of campanile-agent-client lists";
        reader.warn(VARIABLE, shown, accepted, "the rest of the file");
    }
}

/// A map of the file. When it is dropped, the keys that nobody took are reported.
pub(super) struct Section<'a> {
    report: &'a Report,
    path: String,
    fields: Vec<(String, Node)>,
}

impl<'a> Section<'a> {
    /// The outermost map; `None` if it is none.
    pub(super) fn root(node: Node, report: &'a Report) -> Option<Self> {
        let Node::Map(fields) = node else {
            return None;
        };
        let path = String::new();
        Some(Self {
            report,
            path,
            fields,
        })
    }

    fn take(&mut self, key: &str) -> Option<Node> {
        let at = self.fields.iter().position(|(name, _)| name == key)?;
        Some(self.fields.remove(at).1)
    }

    fn path(&self, key: &str) -> String {
        let key = head(key, MAX_SHOWN);
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// Reports a value that was understood as far as its key.
    pub(super) fn bad(&self, key: &str, value: &str, accepted: &str, used: &str) {
        self.report.bad(&self.path(key), value, accepted, used);
    }

    fn of(&self, path: String, node: Node) -> Option<Self> {
        let fields = match node {
            Node::Map(fields) => fields,
            Node::Null => Vec::new(),
            Node::List(_) | Node::Scalar(_) => {
                self.report.bad(&path, describe(&node), "a map", "nothing");
                return None;
            }
        };
        Some(Self {
            report: self.report,
            path,
            fields,
        })
    }

    /// The map of a key, empty where the file says nothing behind the key.
    pub(super) fn section(&mut self, key: &str) -> Option<Self> {
        let node = self.take(key)?;
        self.of(self.path(key), node)
    }

    /// Like [`section`](Self::section), empty where the key is missing.
    pub(super) fn section_or_empty(&mut self, key: &str) -> Self {
        self.section(key).unwrap_or_else(|| Self {
            report: self.report,
            path: self.path(key),
            fields: Vec::new(),
        })
    }

    /// The maps in the list of a key.
    pub(super) fn list(&mut self, key: &str) -> Vec<Self> {
        let path = self.path(key);
        let items = match self.take(key) {
            Some(Node::List(items)) => items,
            Some(Node::Null) | None => Vec::new(),
            Some(node) => {
                let report = self.report;
                report.bad(&path, describe(&node), "a list", "nothing");
                Vec::new()
            }
        };
        let items = items.into_iter().enumerate();
        items
            .filter_map(|(index, node)| self.of(format!("{path}[{index}]"), node))
            .collect()
    }

    /// The keys that were not taken yet.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(key, _)| key.as_str())
    }

    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        match self.take(key)? {
            Node::Scalar(text) => Some(text),
            Node::Null => None,
            node @ (Node::List(_) | Node::Map(_)) => {
                self.bad(key, describe(&node), "one value", "nothing");
                None
            }
        }
    }

    /// A value that `parse` understands.
    pub(super) fn parse<T>(
        &mut self,
        key: &str,
        accepted: &str,
        used: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(key)?;
        let parsed = parse(&text);
        if parsed.is_none() {
            self.bad(key, &text, accepted, used);
        }
        parsed
    }

    pub(super) fn boolean(&mut self, key: &str) -> bool {
        let parse = |value: &str| match value {
            "true" | "True" | "TRUE" => Some(true),
            "false" | "False" | "FALSE" => Some(false),
            _ => None,
        };
        let parsed = self.parse(key, "true or false", "false", parse);
        parsed.unwrap_or_default()
    }

    /// A whole number of at least `min`.
    pub(super) fn number<T>(&mut self, key: &str, min: T, default: Option<T>) -> Option<T>
    where
        T: Copy + Display + FromStr + PartialOrd,
    {
        let accepted = format!("a whole number of at least {min}");
        let used = default.map_or_else(|| "no limit".to_owned(), |default| default.to_string());
        let parse = |value: &str| whole(value).filter(|number| *number >= min);
        self.parse(key, &accepted, &used, parse).or(default)
    }

    /// A time in milliseconds, of at least `min` milliseconds.
    pub(super) fn millis(&mut self, key: &str, min: u32, default: Duration) -> Duration {
        let accepted = format!("milliseconds, a whole number of at least {min}");
        let used = default.as_millis().to_string();
        let parse = |value: &str| whole::<u32>(value).filter(|number| *number >= min);
        self.parse(key, &accepted, &used, parse)
            .map_or(default, |millis| Duration::from_millis(millis.into()))
    }

    /// Like [`millis`](Self::millis), for a time limit: zero is none.
    pub(super) fn timeout(&mut self, key: &str, default: Duration) -> Duration {
        match self.millis(key, 0, default) {
            Duration::ZERO => Settings::LONGEST,
            timeout => timeout,
        }
    }
}

impl Drop for Section<'_> {
    fn drop(&mut self) {
        let paths = self.fields.iter().map(|(key, _)| self.path(key));
        self.report.unsupported.borrow_mut().extend(paths);
    }
}

fn describe(node: &Node) -> &str {
    match node {
        Node::List(_) => "a list",
        Node::Map(_) => "a map",
        Node::Null => "nothing",
        Node::Scalar(text) => text,
    }
}

/// A number of YAML's core schema: decimal, `0o17` or `0x1F`.
fn whole<T: FromStr>(text: &str) -> Option<T> {
    let radix = |digits, radix| u64::from_str_radix(digits, radix).ok();
    let number = match (text.strip_prefix("0x"), text.strip_prefix("0o")) {
        (Some(digits), _) => radix(digits, 16)?,
        (_, Some(digits)) => radix(digits, 8)?,
        (None, None) => return text.parse().ok(),
    };
    number.to_string().parse().ok()
}
