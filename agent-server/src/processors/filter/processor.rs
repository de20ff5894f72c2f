//! The step in the pipeline.

use campanile_wire::otlp::Signal;

use super::config::Config;
use super::pass::Pass;
use super::rules::{Rule, rules};
use crate::component::{BuildError, ComponentId, Processor, Refusal};
use crate::ottl::Failures;
use crate::payload::Payload;

/// Drops what its conditions hold for.
#[derive(Debug)]
pub(super) struct Filter {
    traces: Vec<Rule>,
    metrics: Vec<Rule>,
    logs: Vec<Rule>,
    failures: Failures,
}

impl Filter {
    /// The filter of a configuration that is valid.
    pub(super) fn new(config: &Config, id: ComponentId) -> Result<Self, BuildError> {
        let rules = rules(config).map_err(|wrong| {
            let first = wrong.into_iter().next();
            first.map_or_else(
                || BuildError::new("", "a condition is not valid"),
                |wrong| BuildError::new(wrong.key, wrong.message),
            )
        })?;
        let of = |signal| {
            let rules = rules.iter().filter(move |rule| rule.signal == signal);
            rules.cloned().collect()
        };
        Ok(Self {
            traces: of(Signal::Traces),
            metrics: of(Signal::Metrics),
            logs: of(Signal::Logs),
            failures: Failures::new(id),
        })
    }

    fn rules(&self, signal: Signal) -> &[Rule] {
        match signal {
            Signal::Logs => &self.logs,
            Signal::Metrics => &self.metrics,
            Signal::Traces => &self.traces,
        }
    }
}

impl Processor for Filter {
    fn process(&self, payload: Payload) -> Result<Option<Payload>, Refusal> {
        let rules = self.rules(payload.signal());
        if rules.is_empty() || payload.is_empty() {
            return Ok(Some(payload));
        }
        let mut pass = Pass::new(rules, &self.failures);
        let left = payload.edited(&mut pass);
        pass.finish()?;
        Ok((!left.is_empty()).then_some(left))
    }
}
