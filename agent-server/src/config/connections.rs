//! Connectors: the exporters of some pipelines and the receivers of others.

use std::collections::{BTreeMap, BTreeSet};

use campanile_wire::otlp::Signal;

use super::declared::Sections;
use super::model::Pipeline;
use super::{Place, Problem, Report, suggest};
use crate::component::ComponentId;

/// Where pipelines mention connectors.
#[derive(Debug, Default)]
pub(super) struct Mentions(BTreeMap<ComponentId, Roles>);

#[derive(Debug, Default)]
struct Roles {
    exporter_of: Vec<Mention>,
    receiver_of: Vec<Mention>,
}

#[derive(Debug)]
struct Mention {
    pipeline: String,
    signal: Signal,
    place: Place,
}

impl Mentions {
    /// Notes that `pipeline` mentions connector `id` at `place`.
    pub(super) fn add(
        &mut self,
        id: &ComponentId,
        as_exporter: bool,
        (pipeline, signal): (&str, Signal),
        place: &Place,
    ) {
        let roles = self.0.entry(id.clone()).or_default();
        let mentions = match as_exporter {
            true => &mut roles.exporter_of,
            false => &mut roles.receiver_of,
        };
        mentions.push(Mention {
            pipeline: pipeline.to_owned(),
            signal,
            place: place.clone(),
        });
    }

    /// Reports connectors that lead nowhere, cannot make of one signal what is wanted, or go in a
    /// circle.
    pub(super) fn check(&self, sections: &Sections, pipelines: &[Pipeline], report: &mut Report) {
        for (id, roles) in &self.0 {
            roles.used_at_both_ends(id, report);
            let pairs = sections.connectors.connects(id);
            roles.signals_fit(id, pairs, report);
        }
        self.circles(pipelines, report);
    }

    /// Reports the first mention of every connector through which a payload comes back.
    fn circles(&self, pipelines: &[Pipeline], report: &mut Report) {
        for (id, roles) in &self.0 {
            let mut reached = BTreeSet::new();
            let mut next = vec![id];
            while let Some(from) = next.pop() {
                let fed = pipelines.iter().filter(|p| p.receivers.contains(from));
                for exporter in fed.flat_map(|pipeline| &pipeline.exporters) {
                    if self.0.contains_key(exporter) && reached.insert(exporter) {
                        next.push(exporter);
                    }
                }
            }
            if let (true, Some(mention)) = (reached.contains(id), roles.exporter_of.first()) {
                let message = format!("connector `{id}` leads back to itself");
                let help =
                    "a pipeline behind a connector cannot export to it, nor to one before it";
                report.push(Problem::error(&mention.place, message).help(help.to_owned()));
            }
        }
    }
}

impl Roles {
    fn used_at_both_ends(&self, id: &ComponentId, report: &mut Report) {
        let (first, is, is_not) = match (self.exporter_of.first(), self.receiver_of.first()) {
            (Some(first), None) => (first, "an exporter", "a receiver"),
            (None, Some(first)) => (first, "a receiver", "an exporter"),
            _ => return,
        };
        let pipeline = &first.pipeline;
        let message =
            format!("connector `{id}` is {is} of pipeline `{pipeline}`, and {is_not} of none");
        let help = match is_not {
            "a receiver" => format!("add `{id}` to the `receivers` of the pipeline that goes on"),
            _ => format!("add `{id}` to the `exporters` of the pipeline that it continues"),
        };
        report.push(Problem::error(&first.place, message).help(help));
    }

    fn signals_fit(&self, id: &ComponentId, pairs: &[(Signal, Signal)], report: &mut Report) {
        let both = !self.exporter_of.is_empty() && !self.receiver_of.is_empty();
        if !both || pairs.is_empty() {
            return;
        }
        let fits = |from: Signal, to: Signal| pairs.contains(&(from, to));
        for mention in &self.exporter_of {
            let mut fed = self.receiver_of.iter();
            if !fed.any(|other| fits(mention.signal, other.signal)) {
                report.push(unfit(id, mention, "takes", "passes on", pairs));
            }
        }
        for mention in &self.receiver_of {
            let mut feeding = self.exporter_of.iter();
            if !feeding.any(|other| fits(other.signal, mention.signal)) {
                report.push(unfit(id, mention, "feeds", "gets", pairs));
            }
        }
    }
}

fn unfit(
    id: &ComponentId,
    mention: &Mention,
    what: &str,
    nothing: &str,
    pairs: &[(Signal, Signal)],
) -> Problem {
    let Mention {
        pipeline,
        signal,
        place,
    } = mention;
    let message =
        format!("connector `{id}` {what} {signal} of pipeline `{pipeline}`, and {nothing} nothing");
    let pairs: Vec<String> = pairs.iter().map(|(a, b)| format!("{a} to {b}")).collect();
    let pairs: Vec<&str> = pairs.iter().map(String::as_str).collect();
    let help = format!("it connects {}", suggest::list(&pairs));
    Problem::error(place, message).help(help)
}
