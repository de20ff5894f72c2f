//! From configuration to statements.

use campanile_wire::otlp::Signal;

use super::config::{Config, Group};
use crate::component::Invalid;
use crate::ottl::{Condition, Context, ErrorMode, Listed, Statement, inferred};

/// The most statements of one transform.
const MAX_STATEMENTS: usize = 1_000;

/// Statements on the same kind of message.
#[derive(Clone, Debug)]
pub(super) struct Section {
    pub(super) signal: Signal,
    pub(super) context: Context,
    pub(super) error_mode: ErrorMode,
    /// One of them must hold, if there are any.
    pub(super) conditions: Vec<Condition>,
    pub(super) statements: Vec<Statement>,
}

/// Every statement of a configuration, or every mistake in one.
pub(super) fn sections(config: &Config) -> Result<Vec<Section>, Vec<Invalid>> {
    let mut reader = Reader {
        error_mode: config.error_mode,
        sections: Vec::new(),
        wrong: Vec::new(),
        statements: 0,
    };
    reader.lists(Signal::Traces, "trace_statements", &config.trace_statements);
    reader.lists(
        Signal::Metrics,
        "metric_statements",
        &config.metric_statements,
    );
    reader.lists(Signal::Logs, "log_statements", &config.log_statements);
    if reader.statements > MAX_STATEMENTS {
        let message = format!("more than {MAX_STATEMENTS} statements in one transform");
        reader.wrong.push(Invalid::new("", message));
    }
    if reader.wrong.is_empty() {
        Ok(reader.sections)
    } else {
        Err(reader.wrong)
    }
}

struct Reader {
    error_mode: ErrorMode,
    sections: Vec<Section>,
    wrong: Vec<Invalid>,
    statements: usize,
}

impl Reader {
    fn lists(&mut self, signal: Signal, key: &str, list: &[Listed<Group>]) {
        let mut after_text = false;
        for (index, listed) in list.iter().enumerate() {
            let key = format!("{key}[{index}]");
            match listed {
                Listed::Text(text) => self.text(signal, &key, text, after_text),
                Listed::Group(group) => self.group(signal, &key, group),
            }
            after_text = matches!(listed, Listed::Text(_));
        }
    }

    /// A statement by itself. Those in a row share their cache, and so may share a section.
    fn text(&mut self, signal: Signal, key: &str, text: &str, after_text: bool) {
        let context = match inferred(signal, &[(text, false)]) {
            Ok(context) => context,
            Err((_, error)) => return self.wrong.push(error.at(key)),
        };
        let Some(statement) = self.statement(context, key, text) else {
            return;
        };
        let last = self.sections.last_mut().filter(|_| after_text);
        match last.filter(|last| last.context == context) {
            Some(section) => section.statements.push(statement),
            None => self.sections.push(Section {
                signal,
                context,
                error_mode: self.error_mode,
                conditions: Vec::new(),
                statements: vec![statement],
            }),
        }
    }

    fn statement(&mut self, context: Context, key: &str, text: &str) -> Option<Statement> {
        self.statements += 1;
        match Statement::parse(context, text) {
            Ok(statement) => Some(statement),
            Err(error) => {
                self.wrong.push(error.at(key));
                None
            }
        }
    }

    fn group(&mut self, signal: Signal, key: &str, group: &Group) {
        let Some(context) = self.context(signal, key, group) else {
            return;
        };
        let mut conditions = Vec::new();
        for (index, text) in group.conditions.iter().enumerate() {
            self.statements += 1;
            match Condition::parse(context, text) {
                Ok(condition) => conditions.push(condition),
                Err(error) => self
                    .wrong
                    .push(error.at(format!("{key}.conditions[{index}]"))),
            }
        }
        let mut statements = Vec::new();
        for (index, text) in group.statements.iter().enumerate() {
            let key = format!("{key}.statements[{index}]");
            statements.extend(self.statement(context, &key, text));
        }
        self.sections.push(Section {
            signal,
            context,
            error_mode: group.error_mode.unwrap_or(self.error_mode),
            conditions,
            statements,
        });
    }

    /// What the statements of a group are on, if that is sound.
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
                let conditions = group.conditions.iter().map(|text| (text.as_str(), true));
                let statements = group.statements.iter().map(|text| (text.as_str(), false));
                let texts: Vec<_> = conditions.chain(statements).collect();
                inferred(signal, &texts)
                    .map_err(|(index, error)| {
                        let place = match index.checked_sub(group.conditions.len()) {
                            Some(index) => format!("{key}.statements[{index}]"),
                            None => format!("{key}.conditions[{index}]"),
                        };
                        self.wrong.push(error.at(place));
                    })
                    .ok()
            }
        }
    }
}
