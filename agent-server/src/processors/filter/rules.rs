//! From configuration to conditions.

use campanile_wire::otlp::Signal;

use super::config::{Config, Group};
use crate::component::Invalid;
use crate::ottl::{Condition, Context, ErrorMode, Listed, inferred};

/// The most conditions of one filter.
const MAX_CONDITIONS: usize = 1_000;

/// A condition and what it is on.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) signal: Signal,
    pub(super) context: Context,
    pub(super) condition: Condition,
    pub(super) error_mode: ErrorMode,
}

/// Every condition of a configuration, or every mistake in one.
pub(super) fn rules(config: &Config) -> Result<Vec<Rule>, Vec<Invalid>> {
    let mut reader = Reader {
        error_mode: config.error_mode,
        rules: Vec::new(),
        wrong: Vec::new(),
    };
    let (traces, metrics, logs) = (&config.traces, &config.metrics, &config.logs);
    use {Context as C, Signal as S};
    let plain: [(Signal, Context, &str, &[String]); 8] = [
        (S::Traces, C::Resource, "traces.resource", &traces.resource),
        (S::Traces, C::Span, "traces.span", &traces.span),
        (
            S::Traces,
            C::SpanEvent,
            "traces.spanevent",
            &traces.spanevent,
        ),
        (
            S::Metrics,
            C::Resource,
            "metrics.resource",
            &metrics.resource,
        ),
        (S::Metrics, C::Metric, "metrics.metric", &metrics.metric),
        (
            S::Metrics,
            C::DataPoint,
            "metrics.datapoint",
            &metrics.datapoint,
        ),
        (S::Logs, C::Resource, "logs.resource", &logs.resource),
        (S::Logs, C::Log, "logs.log_record", &logs.log_record),
    ];
    for (signal, context, key, texts) in plain {
        for (index, text) in texts.iter().enumerate() {
            let key = format!("{key}[{index}]");
            reader.condition(signal, context, config.error_mode, &key, text);
        }
    }
    reader.lists(Signal::Traces, "trace_conditions", &config.trace_conditions);
    reader.lists(
        Signal::Metrics,
        "metric_conditions",
        &config.metric_conditions,
    );
    reader.lists(Signal::Logs, "log_conditions", &config.log_conditions);
    if reader.rules.len() > MAX_CONDITIONS {
        let message = format!("more than {MAX_CONDITIONS} conditions in one filter");
        reader.wrong.push(Invalid::new("", message));
    }
    if reader.wrong.is_empty() {
        Ok(reader.rules)
    } else {
        Err(reader.wrong)
    }
}

struct Reader {
    error_mode: ErrorMode,
    rules: Vec<Rule>,
    wrong: Vec<Invalid>,
}

impl Reader {
    fn condition(
        &mut self,
        signal: Signal,
        context: Context,
        error_mode: ErrorMode,
        key: &str,
        text: &str,
    ) {
        match Condition::parse(context, text) {
            Ok(condition) => self.rules.push(Rule {
                signal,
                context,
                condition,
                error_mode,
            }),
            Err(error) => self.wrong.push(error.at(key)),
        }
    }

    /// Conditions that say by themselves, or by group, what they are on.
    fn lists(&mut self, signal: Signal, key: &str, list: &[Listed<Group>]) {
        for (index, listed) in list.iter().enumerate() {
            let key = format!("{key}[{index}]");
            match listed {
                Listed::Text(text) => match inferred(signal, &[(text, true)]) {
                    Ok(context) => self.condition(signal, context, self.error_mode, &key, text),
                    Err((_, error)) => self.wrong.push(error.at(key)),
                },
                Listed::Group(group) => self.group(signal, &key, group),
            }
        }
    }

    fn group(&mut self, signal: Signal, key: &str, group: &Group) {
        let Some(context) = self.context(signal, key, group) else {
            return;
        };
        let error_mode = group.error_mode.unwrap_or(self.error_mode);
        for (index, text) in group.conditions.iter().enumerate() {
            let key = format!("{key}.conditions[{index}]");
            self.condition(signal, context, error_mode, &key, text);
        }
    }

    /// What the conditions of a group are on, if that is sound.
    fn context(&mut self, signal: Signal, key: &str, group: &Group) -> Option<Context> {
        match group.context {
            Some(context) if Context::of_signal(signal).contains(&context) => Some(context),
            Some(context) => {
                let message = format!("{signal} have no `{}`", context.name());
                self.wrong
                    .push(Invalid::new(format!("{key}.context"), message));
                None
            }
            None => {
                let texts = group.conditions.iter().map(|text| (text.as_str(), true));
                match inferred(signal, &texts.collect::<Vec<_>>()) {
                    Ok(context) => Some(context),
                    Err((index, error)) => {
                        self.wrong
                            .push(error.at(format!("{key}.conditions[{index}]")));
                        None
                    }
                }
            }
        }
    }
}
