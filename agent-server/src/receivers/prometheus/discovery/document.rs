//! The document that lists targets: a list of groups, in JSON or YAML.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_saphyr::{DuplicateKeyPolicy, Options};

use crate::receivers::prometheus::parse::is_label_name;

/// The largest JSON document, and the largest answer of a URL.
pub(super) const MAX_JSON: usize = 16 << 20;
/// The largest YAML document: it takes more to read.
const MAX_YAML: usize = 2 << 20;
/// Targets of one document.
const MAX_TARGETS: usize = 100_000;
const MAX_NODES: usize = 500_000;
/// A list of maps that hold a list and a map.
const MAX_DEPTH: usize = 8;

/// The form of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
}

/// Targets with the same labels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Group {
    /// `host:port` each.
    pub targets: Vec<String>,
    /// The labels of all of them.
    pub labels: BTreeMap<String, String>,
}

/// Why a document is not taken.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// A label whose name is not one.
    #[error("it has a label whose name is not valid")]
    Label,
    /// Something else than a list of groups.
    #[error("it is not a list of targets and labels: {0}")]
    Syntax(String),
    /// Larger than is read.
    #[error("it is larger than {0} bytes")]
    TooLarge(usize),
    /// More targets than are taken.
    #[error("it has more than {MAX_TARGETS} targets")]
    TooManyTargets,
}

/// Reads a document.
///
/// # Errors
///
/// When it is too large, or not a list of groups.
pub fn read(document: Document, bytes: &[u8]) -> Result<Vec<Group>, DocumentError> {
    let limit = match document {
        Document::Json => MAX_JSON,
        Document::Yaml => MAX_YAML,
    };
    if bytes.len() > limit {
        return Err(DocumentError::TooLarge(limit));
    }
    let groups: Vec<Group> = match document {
        Document::Json => serde_json::from_slice(bytes)
            .map_err(|error| DocumentError::Syntax(error.to_string()))?,
        Document::Yaml => yaml(bytes)?,
    };
    if groups
        .iter()
        .map(|group| group.targets.len())
        .sum::<usize>()
        > MAX_TARGETS
    {
        return Err(DocumentError::TooManyTargets);
    }
    let mut names = groups.iter().flat_map(|group| group.labels.keys());
    if names.any(|name| !is_label_name(name)) {
        return Err(DocumentError::Label);
    }
    Ok(groups)
}

fn yaml(bytes: &[u8]) -> Result<Vec<Group>, DocumentError> {
    let text = str::from_utf8(bytes).map_err(|error| DocumentError::Syntax(error.to_string()))?;
    let groups = serde_saphyr::from_str_with_options::<Option<Vec<Group>>>(text, options());
    let groups = groups.map_err(|error| {
        let text = error.to_string();
        DocumentError::Syntax(text.lines().next().unwrap_or_default().to_owned())
    })?;
    Ok(groups.unwrap_or_default())
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: MAX_DEPTH, max_nodes: MAX_NODES },
        duplicate_keys: DuplicateKeyPolicy::Error,
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MAX_NODES },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(document: Document, text: &str) -> Result<Vec<String>, String> {
        let groups = read(document, text.as_bytes()).map_err(|error| error.to_string())?;
        let show = |group: &Group| {
            let labels = group
                .labels
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            format!(
                "{} {}",
                group.targets.join(","),
                labels.collect::<Vec<_>>().join(",")
            )
        };
        Ok(groups.iter().map(show).collect())
    }

    #[test]
    fn both_forms_say_the_same() {
        let json = r#"[{"targets": ["a:1", "b:2"], "labels": {"x": "y", "n": "1"}}, {}]"#;
        let yaml = "- targets: ['a:1', b:2]\n  labels:\n    x: y\n    n: '1'\n- targets: []\n";
        let expected = Ok(vec!["a:1,b:2 n=1,x=y".to_owned(), " ".to_owned()]);
        assert_eq!(shown(Document::Json, json), expected);
        assert_eq!(shown(Document::Yaml, yaml), expected);
        assert_eq!(shown(Document::Yaml, ""), Ok(vec![]));
    }

    #[test]
    fn what_is_no_list_of_targets_is_refused() {
        let many = format!("[{{\"targets\": [{}\"\"]}}]", "\"\",".repeat(MAX_TARGETS));
        let cases = [
            (Document::Json, "", "it is not a list"),
            (Document::Json, "{}", "it is not a list"),
            (Document::Json, r#"[{"target": []}]"#, "it is not a list"),
            (
                Document::Json,
                r#"[{"labels": {"a-b": "c"}}]"#,
                "it has a label",
            ),
            (Document::Json, &many, "it has more than 100000 targets"),
            (Document::Yaml, "a: b", "it is not a list"),
            (
                Document::Yaml,
                "- targets: [[[[[[[[[[]]]]]]]]]]",
                "it is not a list",
            ),
            (
                Document::Yaml,
                "- targets: []\n  targets: []",
                "it is not a list",
            ),
        ];
        for (document, text, expected) in cases {
            let error = shown(document, text).expect_err("refused");
            assert!(error.starts_with(expected), "{error}");
            assert!(!error.contains('\n'), "{error}");
        }
        let large = vec![b' '; MAX_YAML + 1];
        assert!(matches!(
            read(Document::Yaml, &large),
            Err(DocumentError::TooLarge(MAX_YAML))
        ));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "[-\\[{}\\],:&*a \"'\n]{0,60}|\\PC{0,40}") {
            for document in [Document::Json, Document::Yaml] {
                let _ = read(document, text.as_bytes());
            }
        }
    }
}
