//! From configuration to rows.

use campanile_wire::otlp::Signal;

use super::config::{Action, Config, On, Row as Written};
use crate::component::Invalid;
use crate::ottl::{Condition, Context};

/// The most rows of one table.
const MAX_ROWS: usize = 1_000;

/// One row of the table.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) context: Context,
    pub(super) condition: Condition,
    pub(super) pipelines: Vec<String>,
    pub(super) action: Action,
}

impl Row {
    /// Whether it says anything of `signal`.
    pub(super) fn is_for(&self, signal: Signal) -> bool {
        Context::of_signal(signal).contains(&self.context)
            && self
                .pipelines
                .iter()
                .any(|name| of_signal(name) == Some(signal))
    }
}

/// The signal of the pipeline `name`: `traces/slow`.
pub(super) fn of_signal(name: &str) -> Option<Signal> {
    Signal::from_name(name.split_once('/').map_or(name, |(signal, _)| signal))
}

/// Every row of a configuration, or every mistake in one.
pub(super) fn rows(config: &Config) -> Result<Vec<Row>, Vec<Invalid>> {
    let mut wrong = Vec::new();
    check_names(
        "default_pipelines",
        &config.default_pipelines,
        None,
        &mut wrong,
    );
    if config.table.len() > MAX_ROWS {
        wrong.push(Invalid::new("table", format!("more than {MAX_ROWS} rows")));
    }
    let mut rows = Vec::new();
    for (index, written) in config.table.iter().enumerate() {
        rows.extend(row(&format!("table[{index}]"), written, &mut wrong));
    }
    if wrong.is_empty() {
        Ok(rows)
    } else {
        Err(wrong)
    }
}

fn row(key: &str, written: &Written, wrong: &mut Vec<Invalid>) -> Option<Row> {
    let Some(context) = context(written.context) else {
        let message = "routing by what the sender's request says is not supported yet";
        let mut invalid = Invalid::new(format!("{key}.context"), message);
        invalid.help = Some("use `resource`, `scope`, `span`, `metric`, `datapoint`, `log`".into());
        wrong.push(invalid);
        return None;
    };
    if written.pipelines.is_empty() {
        let message = "a row leads to at least one pipeline";
        wrong.push(Invalid::new(format!("{key}.pipelines"), message));
    }
    check_names(
        &format!("{key}.pipelines"),
        &written.pipelines,
        Some(context),
        wrong,
    );
    let condition = match (written.condition.as_str(), written.statement.as_str()) {
        ("", "") => {
            let message = "a row has a `condition`, or a `statement` such as `route()`";
            wrong.push(Invalid::new(key, message));
            return None;
        }
        (text, "") => Condition::parse(context, text).map_err(|error| (error, "condition")),
        ("", text) => Condition::parse_route(context, text).map_err(|error| (error, "statement")),
        _ => {
            let message = "a row has a `condition` or a `statement`, not both";
            wrong.push(Invalid::new(key, message));
            return None;
        }
    };
    let condition =
        condition.map_err(|(error, part)| wrong.push(error.at(format!("{key}.{part}"))));
    Some(Row {
        context,
        condition: condition.ok()?,
        pipelines: written.pipelines.clone(),
        action: written.action,
    })
}

fn context(on: On) -> Option<Context> {
    Some(match on {
        On::DataPoint => Context::DataPoint,
        On::Log => Context::Log,
        On::Metric => Context::Metric,
        On::Request => return None,
        On::Resource => Context::Resource,
        On::Scope => Context::Scope,
        On::Span => Context::Span,
    })
}

/// Refuses names that are no pipelines, and pipelines whose signal has no such context.
fn check_names(key: &str, names: &[String], on: Option<Context>, wrong: &mut Vec<Invalid>) {
    for (index, name) in names.iter().enumerate() {
        let key = format!("{key}[{index}]");
        let Some(signal) = of_signal(name) else {
            let message = format!("`{name}` is no pipeline: its name begins with a signal");
            wrong.push(Invalid::new(key, message));
            continue;
        };
        if let Some(context) = on.filter(|on| !Context::of_signal(signal).contains(on)) {
            let message = format!(
                "{signal} have no `{}`, and nothing goes there",
                context.name()
            );
            wrong.push(Invalid::new(key, message));
        }
    }
}
