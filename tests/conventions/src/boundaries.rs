//! Bucket boundaries, which the model does not have: the pages about metrics do.

use std::fs;
use std::path::Path;

/// The pages that describe our metrics.
const PAGES: [&str; 2] = ["docs/http/http-metrics.md", "docs/rpc/rpc-metrics.md"];

/// The boundaries that a page advises for `metric`; none when it advises none.
pub(crate) fn of(checkout: &Path, metric: &str) -> Result<Vec<String>, String> {
    for page in PAGES {
        let path = checkout.join(page);
        let text = fs::read_to_string(&path).map_err(|error| format!("{page}: {error}"))?;
        if let Some(section) = section(&text, metric) {
            return Ok(listed(section));
        }
    }
    Err(format!("no page has a section about {metric}"))
}

/// The text between the heading of `metric` and the next.
fn section<'a>(page: &'a str, metric: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(&format!("### Metric: `{metric}`\n"))?;
    Some(rest.split("\n### ").next().unwrap_or(rest))
}

/// The numbers in the first brackets behind `ExplicitBucketBoundaries`, as Rust writes floats.
fn listed(section: &str) -> Vec<String> {
    let numbers = section
        .split_once("ExplicitBucketBoundaries")
        .and_then(|(_, rest)| rest.split_once("`[ "))
        .and_then(|(_, rest)| rest.split_once(" ]`"))
        .map_or("", |(numbers, _)| numbers);
    let parsed = numbers.split(", ").filter_map(|number| number.parse().ok());
    parsed.map(|number: f64| format!("{number:?}")).collect()
}
