//! What is made of the figures.

use super::case::{CPU, medians};
use super::cases::CASES;
use super::options::Options;
use super::{OURS, table};
use crate::findings::Finding;

#[test]
fn the_median_is_reported_with_the_least_and_the_most() {
    let round = |subject, cpu, peak| ("x", subject, vec![(CPU, cpu), ("peak_rss_mib", peak)]);
    let rounds = [
        round(OURS, 3.0, 30.0),
        round("rotel", 9.0, 90.0),
        round(OURS, 1.0, 10.0),
        round(OURS, 2.0, 20.0),
    ];
    let mut findings = Vec::new();
    medians(&rounds, &mut findings);
    let found: Vec<_> = findings
        .iter()
        .map(|finding| (finding.subject, finding.figure, finding.value))
        .collect();
    let expected = [
        (OURS, CPU, 2.0),
        (OURS, "cpu_s_least", 1.0),
        (OURS, "cpu_s_most", 3.0),
        (OURS, "peak_rss_mib", 20.0),
        ("rotel", CPU, 9.0),
        ("rotel", "cpu_s_least", 9.0),
        ("rotel", "cpu_s_most", 9.0),
        ("rotel", "peak_rss_mib", 90.0),
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_table_has_a_column_for_each_subject_and_what_is_known_of_others() {
    let finding = |subject, figure, value| Finding {
        case: "otlp-http to nop",
        subject,
        figure,
        value,
    };
    let findings = [
        finding(OURS, CPU, 0.15),
        finding(OURS, "cpu_s_least", 0.14),
        finding(OURS, "cpu_s_most", 0.2),
        finding(OURS, "peak_rss_mib", 10.25),
        finding("rotel", CPU, 3.26),
    ];
    let mut out = Vec::new();
    table::write(&mut out, &findings).expect("a vector takes everything");
    let text = String::from_utf8(out).expect("text");
    let expected = [
        "| case | figure | campanile | rotel | aim | published |",
        "|---|---|---|---|---|---|",
        "| otlp-http to nop | cpu_s_per_million_spans | 0.15 (0.14-0.20) | 3.26 | 0.20 | rotel \
         3.2-6.2; hyper and prost 1.3; hyper alone 0.085 |",
        "| otlp-http to nop | peak_rss_mib | 10.2 | - |  |  |",
    ];
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn only_cases_that_are_named_are_run() {
    let options = Options::parse(&["--case", "gzip", "--case", "idle"]).expect("they are known");
    let wanted = CASES.iter().map(|case| case.name);
    let wanted: Vec<_> = wanted.filter(|name| options.wants(name)).collect();
    assert_eq!(wanted, ["otlp-grpc to otlp-grpc, gzip", "idle"]);
    let none = Options::parse(&["--case"]).expect_err("what?");
    assert!(none.to_string().contains("--case"));
}

#[test]
fn no_two_cases_have_one_name() {
    let mut names: Vec<_> = CASES.iter().map(|case| case.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), CASES.len());
}
