//! `OTEL_TRACES_SAMPLER`.

use opentelemetry_sdk::trace::Sampler;

use super::reader::Reader;

/// Which traces are recorded. The ratios are between 0 and 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum TraceSampler {
    /// None.
    AlwaysOff,
    /// Every span, whatever its parent says.
    AlwaysOn,
    /// What the parent says; no new traces.
    ParentBasedAlwaysOff,
    /// What the parent says; every new trace.
    #[default]
    ParentBasedAlwaysOn,
    /// What the parent says; this ratio of new traces.
    ParentBasedTraceIdRatio(f64),
    /// This ratio of traces, whatever the parent says.
    TraceIdRatio(f64),
}

impl TraceSampler {
    pub(crate) fn to_sdk(self) -> Sampler {
        let root = match self {
            Self::AlwaysOff | Self::ParentBasedAlwaysOff => Sampler::AlwaysOff,
            Self::AlwaysOn | Self::ParentBasedAlwaysOn => Sampler::AlwaysOn,
            Self::ParentBasedTraceIdRatio(ratio) | Self::TraceIdRatio(ratio) => {
                Sampler::TraceIdRatioBased(ratio)
            }
        };
        match self {
            Self::AlwaysOff | Self::AlwaysOn | Self::TraceIdRatio(_) => root,
            Self::ParentBasedAlwaysOff
            | Self::ParentBasedAlwaysOn
            | Self::ParentBasedTraceIdRatio(_) => Sampler::ParentBased(Box::new(root)),
        }
    }
}

const NAMES: &str = "always_on, always_off, traceidratio, parentbased_always_on, \
                     parentbased_always_off or parentbased_traceidratio";

pub(super) fn read(reader: &mut Reader<'_>) -> TraceSampler {
    let default = TraceSampler::default();
    let parse = |value: &str| match value {
        "always_off" => Some(TraceSampler::AlwaysOff),
        "always_on" => Some(TraceSampler::AlwaysOn),
        "parentbased_always_off" => Some(TraceSampler::ParentBasedAlwaysOff),
        "parentbased_always_on" => Some(TraceSampler::ParentBasedAlwaysOn),
        "parentbased_traceidratio" => Some(TraceSampler::ParentBasedTraceIdRatio(1.0)),
        "traceidratio" => Some(TraceSampler::TraceIdRatio(1.0)),
        _ => None,
    };
    let used = "parentbased_always_on";
    match reader
        .name(&["OTEL_TRACES_SAMPLER"], NAMES, used, parse)
        .unwrap_or(default)
    {
        TraceSampler::ParentBasedTraceIdRatio(_) => {
            TraceSampler::ParentBasedTraceIdRatio(ratio(reader))
        }
        TraceSampler::TraceIdRatio(_) => TraceSampler::TraceIdRatio(ratio(reader)),
        other => other,
    }
}

fn ratio(reader: &mut Reader<'_>) -> f64 {
    let parse = |value: &str| {
        let ratio = value.parse::<f64>().ok()?;
        (0.0..=1.0).contains(&ratio).then_some(ratio)
    };
    let accepted = "a number from 0 to 1";
    reader
        .parse(&["OTEL_TRACES_SAMPLER_ARG"], accepted, "1", parse)
        .unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::TraceSampler;

    #[test]
    fn every_sampler_is_the_sdks_own() {
        let cases = [
            (TraceSampler::AlwaysOff, "AlwaysOff"),
            (TraceSampler::AlwaysOn, "AlwaysOn"),
            (TraceSampler::ParentBasedAlwaysOff, "ParentBased(AlwaysOff)"),
            (TraceSampler::ParentBasedAlwaysOn, "ParentBased(AlwaysOn)"),
            (
                TraceSampler::ParentBasedTraceIdRatio(0.5),
                "ParentBased(TraceIdRatioBased(0.5))",
            ),
            (TraceSampler::TraceIdRatio(0.5), "TraceIdRatioBased(0.5)"),
        ];
        for (sampler, sdk) in cases {
            assert_eq!(format!("{:?}", sampler.to_sdk()), sdk);
        }
    }
}
