//! `tracer_provider.sampler`.

use super::section::Section;
use crate::environment::TraceSampler;

/// The sampler whose name is the one key of the section; `None` if it is not supported.
pub(super) fn read(section: &mut Section<'_>) -> Option<TraceSampler> {
    if let Some(mut parent) = section.section("parent_based") {
        return Some(parent_based(&mut parent));
    }
    root(section)
}

/// A sampler that does not ask what the parent says.
fn root(section: &mut Section<'_>) -> Option<TraceSampler> {
    if section.section("always_on").is_some() {
        return Some(TraceSampler::AlwaysOn);
    }
    if section.section("always_off").is_some() {
        return Some(TraceSampler::AlwaysOff);
    }
    let mut section = section.section("trace_id_ratio_based")?;
    let parse = |value: &str| {
        let ratio = value.parse::<f64>().ok()?;
        (0.0..=1.0).contains(&ratio).then_some(ratio)
    };
    let ratio = section.parse("ratio", "a number from 0 to 1", "1", parse);
    Some(TraceSampler::TraceIdRatio(ratio.unwrap_or(1.0)))
}

/// Whoever has a parent does what that one does; no other answer can be given.
fn parent_based(section: &mut Section<'_>) -> TraceSampler {
    for (key, answer) in [
        ("local_parent_not_sampled", "always_off"),
        ("local_parent_sampled", "always_on"),
        ("remote_parent_not_sampled", "always_off"),
        ("remote_parent_sampled", "always_on"),
    ] {
        if let Some(mut sampler) = section.section(key) {
            let _ = sampler.section(answer);
        }
    }
    let root = section
        .section("root")
        .and_then(|mut section| root(&mut section));
    match root {
        Some(TraceSampler::AlwaysOff) => TraceSampler::ParentBasedAlwaysOff,
        Some(TraceSampler::TraceIdRatio(ratio)) => TraceSampler::ParentBasedTraceIdRatio(ratio),
        _ => TraceSampler::ParentBasedAlwaysOn,
    }
}
