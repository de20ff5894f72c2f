//! The step in the pipeline.

use campanile_wire::otlp::Signal;

use super::config::Config;
use super::pass::Pass;
use super::sections::{Section, sections};
use crate::component::{BuildError, ComponentId, Processor, Refusal};
use crate::ottl::Failures;
use crate::payload::Payload;

/// Changes what comes by.
#[derive(Debug)]
pub(super) struct Transform {
    traces: Vec<Vec<Section>>,
    metrics: Vec<Vec<Section>>,
    logs: Vec<Vec<Section>>,
    failures: Failures,
}

impl Transform {
    /// The transform of a configuration that is valid.
    pub(super) fn new(config: &Config, id: ComponentId) -> Result<Self, BuildError> {
        let sections = sections(config).map_err(|wrong| {
            let first = wrong.into_iter().next();
            first.map_or_else(
                || BuildError::new("", "a statement is not valid"),
                |wrong| BuildError::new(wrong.key, wrong.message),
            )
        })?;
        let of = |signal| {
            let sections = sections
                .iter()
                .filter(move |section| section.signal == signal);
            passes(sections.cloned())
        };
        Ok(Self {
            traces: of(Signal::Traces),
            metrics: of(Signal::Metrics),
            logs: of(Signal::Logs),
            failures: Failures::new(id),
        })
    }
}

impl Processor for Transform {
    fn process(&self, payload: Payload) -> Result<Option<Payload>, Refusal> {
        let passes = match payload.signal() {
            Signal::Logs => &self.logs,
            Signal::Metrics => &self.metrics,
            Signal::Traces => &self.traces,
        };
        let mut payload = payload;
        for sections in passes {
            let mut pass = Pass::new(sections, &self.failures);
            payload = payload.edited(&mut pass);
            pass.finish()?;
        }
        Ok(Some(payload))
    }
}

/// Sections that one walk over a payload can run: each is on the same messages as the one before or
/// on what lies in them. That it runs before the walk goes on makes no difference then, since a
/// statement changes nothing but the message it is on.
fn passes(sections: impl Iterator<Item = Section>) -> Vec<Vec<Section>> {
    let mut passes: Vec<Vec<Section>> = Vec::new();
    for section in sections {
        let follows = |last: &Section| {
            section.context == last.context || section.context.is_within(last.context)
        };
        match passes.last_mut() {
            Some(pass) if pass.last().is_some_and(follows) => pass.push(section),
            _ => passes.push(vec![section]),
        }
    }
    passes
}
