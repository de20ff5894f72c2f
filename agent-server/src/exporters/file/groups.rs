//! A file for each group of resources.

use std::collections::BTreeMap;
use std::path::PathBuf;

use campanile_wire::otlp::view::{AnyValue, ResourceSpans};
use campanile_wire::protobuf::{Fields, Value, put_bytes};

use super::config::Config;
use super::log::Log;

/// The group of resources without the attribute.
const MISSING: &str = "MISSING";
/// The longest name of a file or directory, in bytes; file systems take 255.
const MAX_NAME: usize = 200;
/// The longest group: deeper directories are of no use to anybody.
const MAX_GROUP: usize = 1_000;

/// Splits an export request into one for each group, in the order of their names. The resources of a
/// group keep their order.
pub(super) fn split(attribute: &str, request: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut groups: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for field in Fields::new(request).map_while(Result::ok) {
        // Resources are field 1 of each signal's request, and field 1 of theirs says what they are.
        if let (1, Value::Bytes(resource)) = (field.number, field.value) {
            let attributes = ResourceSpans(resource).resource().attributes();
            let group = group(attributes.find(attribute));
            put_bytes(groups.entry(group).or_default(), 1, resource);
        }
    }
    groups
}

/// The part of a path that a value stands for. It never leads out of the directory that it is in.
fn group(value: Option<AnyValue<'_>>) -> String {
    let value = match value {
        Some(AnyValue::Text(text)) => text.to_owned(),
        Some(value) => value.to_string(),
        None => String::new(),
    };
    let names = value
        .split(['/', '\\'])
        .map(name)
        .filter(|name| !name.is_empty());
    let mut group = names.collect::<Vec<_>>().join("/");
    group.truncate(group.floor_char_boundary(MAX_GROUP));
    if group.is_empty() {
        MISSING.to_owned()
    } else {
        group
    }
}

/// A name without what no file system takes; nothing of `.` and `..`.
fn name(text: &str) -> String {
    let mut name: String = text
        .chars()
        .filter(|c| !c.is_control() && *c != ':')
        .collect();
    name.truncate(name.floor_char_boundary(MAX_NAME));
    if name.chars().all(|c| c == '.') {
        String::new()
    } else {
        name
    }
}

/// The files of the groups, the last used of them open.
#[derive(Debug)]
pub(super) struct Groups {
    config: Config,
    open: BTreeMap<String, (u64, Log)>,
    uses: u64,
}

impl Groups {
    /// No file yet.
    pub(super) fn new(config: Config) -> Self {
        Self {
            config,
            open: BTreeMap::new(),
            uses: 0,
        }
    }

    /// The file of a group. For it another one may be closed.
    pub(super) fn file(&mut self, group: &str) -> &mut Log {
        self.uses += 1;
        if !self.open.contains_key(group) {
            while self.open.len() >= self.config.group_by.max_open_files {
                self.close_one();
            }
        }
        let (config, uses) = (&self.config, self.uses);
        let (used, log) = self.open.entry(group.to_owned()).or_insert_with(|| {
            let (before, after) = config.around_group();
            let path = PathBuf::from(format!("{before}{group}{after}"));
            (uses, Log::of_group(config, path))
        });
        *used = uses;
        log
    }

    fn close_one(&mut self) {
        let oldest = self.open.iter().min_by_key(|(_, (used, _))| *used);
        if let Some(group) = oldest.map(|(group, _)| group.clone()) {
            self.open.remove(&group);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_never_leads_out_of_its_directory() {
        let table = [
            ("shop", "shop"),
            ("team/shop", "team/shop"),
            ("../../etc/passwd", "etc/passwd"),
            ("/etc//passwd", "etc/passwd"),
            ("a/./../b", "a/b"),
            ("..\\windows\\c:", "windows/c"),
            ("a\0b\nc", "abc"),
            ("", MISSING),
            ("..", MISSING),
            ("//", MISSING),
        ];
        for (value, expected) in table {
            assert_eq!(group(Some(AnyValue::Text(value))), expected, "{value:?}");
        }
        assert_eq!(group(None), MISSING);
        assert_eq!(group(Some(AnyValue::Int(7))), "7");
        let long = group(Some(AnyValue::Text(&"\u{e9}".repeat(5_000))));
        assert!(long.len() <= MAX_NAME, "{}", long.len());
        let deep = group(Some(AnyValue::Text(&"a/".repeat(5_000))));
        assert!(deep.len() <= MAX_GROUP, "{}", deep.len());
    }
}
