//! Where we differ from the published propagators: each row of the documentation, asserted.

mod b3;
mod vendors;
mod w3c;

use crate::published::published;
use crate::words::{Headers, Peer};

const DOCS: &str = include_str!("../../../src/docs/differences.md");

/// A row of the documentation's tables.
struct Row {
    id: &'static str,
    act: Act,
    headers: &'static [(&'static str, &'static str)],
    here: &'static str,
    there: &'static str,
}

enum Act {
    /// What is found in the headers.
    Extract,
    /// What is sent on of the headers, when nobody changed anything.
    Resend,
}

use Act::{Extract, Resend};

/// The rows of each format, in the order of the documentation.
const ROWS: &[(&str, &[Row])] = &[
    ("tracecontext", w3c::TRACE_CONTEXT),
    ("baggage", w3c::BAGGAGE),
    ("b3", b3::SINGLE),
    ("b3multi", b3::MULTI),
    ("jaeger", vendors::JAEGER),
    ("xray", vendors::XRAY),
    ("datadog", vendors::DATADOG),
];

#[test]
fn each_published_propagator_differs_as_documented() {
    for (format, rows) in ROWS {
        let (ours, theirs) = (Peer::ours(format), published(format));
        for row in *rows {
            let headers = Headers::new(row.headers);
            let of = |peer: &Peer| match row.act {
                Extract => peer.extract(&headers),
                Resend => peer.resend(&headers).shown(),
            };
            assert_eq!(of(&ours), row.here, "{}, here", row.id);
            assert_eq!(of(&theirs), row.there, "{}, there", row.id);
            assert_ne!(row.here, row.there, "{} is no difference", row.id);
        }
    }
}

#[test]
fn every_documented_difference_is_asserted_and_every_asserted_one_documented() {
    let asserted = ROWS.iter().flat_map(|(_, rows)| rows.iter());
    let asserted: Vec<&str> = asserted.map(|row| row.id).collect();
    let rows = DOCS.lines().filter_map(|line| line.strip_prefix("| "));
    let documented: Vec<&str> = rows
        .filter_map(|row| row.split(" | ").next())
        .filter(|id| id.ends_with(|last: char| last.is_ascii_digit()))
        .collect();
    assert_eq!(documented, asserted);
}
