//! Files that list targets.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval};

use super::document::MAX_JSON;
use super::{Document, Group, read};
use crate::receivers::prometheus::config::FileDiscovery;
use crate::receivers::prometheus::scrape::Counters;

/// Files that one list of patterns may find.
const MAX_FILES: usize = 10_000;

/// Reads the files in every refresh interval, and sends what they list when that changes.
pub(in crate::receivers::prometheus) async fn watch_files(
    config: FileDiscovery,
    updates: mpsc::Sender<(usize, Vec<Group>)>,
    index: usize,
    counters: Counters,
) {
    let mut ticks = interval(config.refresh_interval.0);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut known = BTreeMap::new();
    loop {
        ticks.tick().await;
        let (files, before, counters) = (config.files.clone(), known.clone(), counters.clone());
        let reading = tokio::task::spawn_blocking(move || refresh(&files, before, &counters));
        let Ok(found) = reading.await else { continue };
        if found != known {
            let groups = found.values().flatten().cloned().collect();
            if updates.send((index, groups)).await.is_err() {
                return;
            }
        }
        known = found;
    }
}

/// Reads every file. One that cannot be read keeps what it had.
fn refresh(
    patterns: &[String],
    mut before: BTreeMap<PathBuf, Vec<Group>>,
    counters: &Counters,
) -> BTreeMap<PathBuf, Vec<Group>> {
    let mut found = BTreeMap::new();
    for path in patterns.iter().flat_map(|pattern| matching(pattern)) {
        if found.len() >= MAX_FILES {
            break;
        }
        let groups = groups(&path);
        counters.discovered(groups.is_ok());
        match groups {
            Ok(groups) => {
                found.insert(path, groups);
            }
            Err(error) => {
                if let Some(groups) = before.remove(&path) {
                    found.insert(path, groups);
                } else {
                    let path = path.display();
                    tracing::debug!(%path, %error, "a list of targets cannot be read");
                }
            }
        }
    }
    found
}

fn groups(path: &Path) -> io::Result<Vec<Group>> {
    if std::fs::metadata(path)?.len() > MAX_JSON as u64 {
        return Err(io::Error::other("the file is too large"));
    }
    let bytes = std::fs::read(path)?;
    let is_json = path
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("json"));
    let document = if is_json {
        Document::Json
    } else {
        Document::Yaml
    };
    let mut groups = read(document, &bytes).map_err(io::Error::other)?;
    for group in &mut groups {
        let path = path.display().to_string();
        group.labels.insert("__meta_filepath".to_owned(), path);
    }
    Ok(groups)
}

/// The files that a pattern stands for, in order.
fn matching(pattern: &str) -> Vec<PathBuf> {
    let path = Path::new(pattern);
    let name = path.file_name().and_then(|name| name.to_str());
    let Some(name) = name.filter(|name| name.contains('*')) else {
        return vec![path.to_owned()];
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<_> = entries
        .filter_map(|entry| {
            let file = entry.ok()?.file_name();
            matches(name, file.to_str()?).then(|| folder.join(&file))
        })
        .take(MAX_FILES)
        .collect();
    paths.sort();
    paths
}

/// Whether `name` is what `pattern` stands for; `*` stands for any characters.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut name) = name.strip_prefix(start) else {
        return false;
    };
    let mut parts: Vec<_> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        match name.split_once(part) {
            Some((_, behind)) => name = behind,
            None => return false,
        }
    }
    name.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        let cases = [
            ("a*.json", "a.json", true),
            ("a*.json", "ab.c.json", true),
            ("a*.json", "b.json", false),
            ("*_*.yml", "x_y.yml", true),
            ("*_*.yml", "x.yml", false),
            ("a*a.yml", "a.yml", false),
            ("a.yml", "a.yml", true),
            ("**.yml", ".yml", true),
        ];
        for (pattern, name, expected) in cases {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
