//! A case: how the agent is set up, what it is sent, and what is known of others.

use campanile_tests::load::encode::Protocol;

use super::subject::Subject;
use crate::findings::Finding;
use crate::measure::Result;

/// A figure's name and value.
pub(super) type Figure = (&'static str, f64);

/// How a case is run once.
pub(super) type Run = fn(&Case, &Subject) -> Result<Vec<Figure>>;

/// One row.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) name: &'static str,
    /// One round, with the figures it gives.
    pub(super) run: Run,
    /// The agent's configuration, in which `LISTEN` and `SINK` are addresses and `FOLDER` is an
    /// empty folder. Other agents that read the same configuration are given it as it is.
    pub(super) config: &'static str,
    /// The arguments that set rotel up alike, with the same words in them; `None` if it cannot.
    pub(super) rotel: Option<&'static [&'static str]>,
    /// What it is sent.
    pub(super) load: Load,
    /// Where the spans go.
    pub(super) end: End,
    /// Components without which the case is left out: section and type.
    pub(super) needs: &'static [(&'static str, &'static str)],
    /// What of it is compared with an aim.
    pub(super) aims: &'static [Aim],
}

impl Case {
    /// Whether spans go through an agent, whose instructions can be counted.
    pub(super) fn is_counted(&self) -> bool {
        std::ptr::fn_addr_eq(self.run, super::round::run as Run)
    }
}

/// What the agent is sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    pub(super) protocol: Protocol,
    pub(super) per_request: u32,
    pub(super) spans: u64,
}

/// Where the spans go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Nowhere: the agent counts them.
    Nop,
    /// Nowhere, and some not even there: the agent counts those that it sampled out too.
    Sampled,
    /// To the sink.
    Sink,
}

/// What a figure is to be at the most, and what others have been measured to need.
#[derive(Clone, Copy, Debug)]
pub(super) struct Aim {
    pub(super) figure: &'static str,
    pub(super) most: f64,
    pub(super) published: &'static str,
}

/// What was found in each round: case, subject, figures.
pub(super) type Rounds = [(&'static str, &'static str, Vec<Figure>)];

/// The medians of all rounds, and of those with a [spread] also the least and the most.
pub(super) fn medians(rounds: &Rounds, findings: &mut Vec<Finding>) {
    let mut seen = Vec::new();
    for (case, subject, figures) in rounds {
        for (figure, _) in figures {
            if seen.contains(&(case, subject, figure)) {
                continue;
            }
            seen.push((case, subject, figure));
            let same = rounds
                .iter()
                .filter(|other| (other.0, other.1) == (*case, *subject));
            let values = same.flat_map(|(_, _, figures)| figures);
            let mut values: Vec<f64> = values
                .filter(|(other, _)| other == figure)
                .map(|(_, value)| *value)
                .collect();
            values.sort_by(f64::total_cmp);
            let mut add = |figure, value: Option<&f64>| {
                findings.push(Finding {
                    case,
                    subject,
                    figure,
                    value: value.copied().unwrap_or(f64::NAN),
                });
            };
            add(*figure, values.get(values.len() / 2));
            if let Some([least, most]) = spread(figure) {
                add(least, values.first());
                add(most, values.last());
            }
        }
    }
}

/// What the least and the most of a figure are called.
pub(super) fn spread(figure: &str) -> Option<[&'static str; 2]> {
    match figure {
        CPU => Some(["cpu_s_least", "cpu_s_most"]),
        READY => Some(["ready_ms_least", "ready_ms_most"]),
        _ => None,
    }
}

pub(super) const INSTRUCTIONS: &str = "instructions_per_span";
pub(super) const CPU: &str = "cpu_s_per_million_spans";
pub(super) const PEAK: &str = "peak_rss_mib";
pub(super) const SPEED: &str = "spans_per_s_per_core";
pub(super) const READY: &str = "ready_ms";
pub(super) const IDLE: &str = "idle_rss_mib";
