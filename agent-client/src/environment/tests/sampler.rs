//! `OTEL_TRACES_SAMPLER` and its argument.

use super::{bad, bad_of, but, good};
use crate::environment::{Settings, TraceSampler};

const SAMPLER: &str = "OTEL_TRACES_SAMPLER";
const ARGUMENT: &str = "OTEL_TRACES_SAMPLER_ARG";

fn with(sampler: TraceSampler) -> Settings {
    but(|settings| settings.sampler = sampler)
}

#[test]
fn every_sampler_has_a_name_in_any_case() {
    for (value, sampler) in [
        ("always_on", TraceSampler::AlwaysOn),
        ("always_off", TraceSampler::AlwaysOff),
        ("traceidratio", TraceSampler::TraceIdRatio(1.0)),
        ("parentbased_always_on", TraceSampler::ParentBasedAlwaysOn),
        ("parentbased_always_off", TraceSampler::ParentBasedAlwaysOff),
        (
            "parentbased_traceidratio",
            TraceSampler::ParentBasedTraceIdRatio(1.0),
        ),
    ] {
        assert_eq!(good(&[(SAMPLER, value)]), with(sampler));
        let loud = value.to_ascii_uppercase();
        assert_eq!(good(&[(SAMPLER, &loud)]), with(sampler));
    }
}

#[test]
fn a_sampler_that_is_not_there_is_the_default() {
    for value in ["jaeger_remote", "parentbased_jaeger_remote", "xray"] {
        assert_eq!(bad(SAMPLER, value).used, "parentbased_always_on");
    }
}

#[test]
fn the_argument_is_a_ratio() {
    let ratio = |value| good(&[(SAMPLER, "traceidratio"), (ARGUMENT, value)]);
    for (value, expected) in [("0.25", 0.25), ("1", 1.0), ("0", 0.0), ("1e-3", 0.001)] {
        assert_eq!(ratio(value), with(TraceSampler::TraceIdRatio(expected)));
    }
    let pairs = [(SAMPLER, "parentbased_traceidratio"), (ARGUMENT, "0.5")];
    let expected = TraceSampler::ParentBasedTraceIdRatio(0.5);
    assert_eq!(good(&pairs), with(expected));
}

#[test]
fn a_ratio_that_is_none_counts_as_unset() {
    for value in ["2", "-1", "-0.1", "NaN", "inf", "half"] {
        let pairs = [(SAMPLER, "parentbased_traceidratio"), (ARGUMENT, value)];
        let (settings, warning) = bad_of(&pairs, ARGUMENT);
        assert_eq!(settings, with(TraceSampler::ParentBasedTraceIdRatio(1.0)));
        assert_eq!((&*warning.value, &*warning.used), (value, "1"));
    }
}

#[test]
fn the_argument_of_no_sampler_is_not_looked_at() {
    assert_eq!(good(&[(ARGUMENT, "what")]), Settings::default());
    let pairs = [(SAMPLER, "always_on"), (ARGUMENT, "what")];
    assert_eq!(good(&pairs), with(TraceSampler::AlwaysOn));
}
