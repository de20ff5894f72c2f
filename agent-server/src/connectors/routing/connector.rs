//! What goes where.

use std::collections::BTreeMap;

use campanile_wire::otlp::Signal;

use super::config::{Action, Config};
use super::pick::Pick;
use super::rows::{Row, rows};
use crate::component::{BuildError, Connector, Context, Refusal};
use crate::config::closest;
use crate::ops::Counter;
use crate::ottl::{ErrorMode, Failures};
use crate::payload::Payload;

/// The connector.
pub(super) struct Routing {
    rows: Vec<Row>,
    default_pipelines: Vec<String>,
    error_mode: ErrorMode,
    failures: Failures,
    /// Items that no pipeline gets.
    unrouted: BTreeMap<Signal, Counter>,
}

impl Routing {
    /// The connector of a configuration that is valid.
    pub(super) fn new(config: Config, context: &Context) -> Result<Self, BuildError> {
        let rows = rows(&config).map_err(|wrong| {
            let first = wrong.into_iter().next();
            first.map_or_else(
                || BuildError::new("table", "a row is not valid"),
                |wrong| BuildError::new(wrong.key, wrong.message),
            )
        })?;
        let connector = context.id.to_string();
        let counter = |signal: Signal| {
            let labels = [("connector", connector.as_str()), ("signal", signal.name())];
            let help = "Items that no row of a routing table and no default pipeline took.";
            let metrics = &context.shared.metrics;
            let name = "campanile_connector_unrouted_items";
            (signal, metrics.counter(name, help, &labels))
        };
        Ok(Self {
            rows,
            default_pipelines: config.default_pipelines,
            error_mode: config.error_mode,
            failures: Failures::new(context.id.clone()),
            unrouted: Signal::ALL.into_iter().map(counter).collect(),
        })
    }

    /// What each row has taken, and what is left at the end.
    fn split<'s>(
        &'s self,
        payload: &Payload,
        mut take: impl FnMut(&'s [String], Payload),
    ) -> Result<Option<Payload>, Refusal> {
        let mut left = payload.clone();
        let signal = payload.signal();
        for row in self.rows.iter().filter(|row| row.is_for(signal)) {
            let mut pick = Pick::new(row, self.error_mode, &self.failures);
            let rest = left.clone().edited(&mut pick);
            pick.check()?;
            if rest.items() == left.items() {
                continue;
            }
            if rest.is_empty() {
                take(&row.pipelines, left.clone());
            } else {
                take(&row.pipelines, left.clone().edited(&mut pick.rest()));
            }
            if row.action == Action::Move {
                left = rest;
            }
            if left.is_empty() {
                return Ok(None);
            }
        }
        Ok(Some(left))
    }
}

impl Connector for Routing {
    fn connect(&self, pipelines: &[String]) -> Result<(), BuildError> {
        let default = (0..).zip(&self.default_pipelines);
        let default = default.map(|(index, name)| (format!("default_pipelines[{index}]"), name));
        let table = (0..).zip(&self.rows).flat_map(|(row, written)| {
            let names = (0..).zip(&written.pipelines);
            names.map(move |(index, name)| (format!("table[{row}].pipelines[{index}]"), name))
        });
        let mut named = default.chain(table);
        let Some((key, name)) = named.find(|(_, name)| !pipelines.contains(name)) else {
            return Ok(());
        };
        let known: Vec<&str> = pipelines.iter().map(String::as_str).collect();
        let help = match closest(name, &known) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "list the connector among its receivers".to_owned(),
        };
        let message = format!("the connector does not lead into a pipeline `{name}`: {help}");
        Err(BuildError::new(key, message))
    }

    fn route(
        &self,
        payload: &Payload,
        pipelines: &[String],
    ) -> Result<Vec<(usize, Payload)>, Refusal> {
        let mut parts: BTreeMap<usize, Vec<Payload>> = BTreeMap::new();
        let mut take = |names: &[String], part: Payload| {
            for (place, name) in pipelines.iter().enumerate() {
                if names.contains(name) {
                    parts.entry(place).or_default().push(part.clone());
                }
            }
        };
        if let Some(left) = self.split(payload, &mut take)? {
            take(&self.default_pipelines, left);
        }
        let joined = parts
            .into_iter()
            .filter_map(|(place, parts)| Some((place, Payload::join(parts)?)));
        Ok(joined.collect())
    }

    fn taken(&self, payload: &Payload) {
        let signal = payload.signal();
        let mut default = self.default_pipelines.iter();
        if default.any(|name| super::rows::of_signal(name) == Some(signal)) {
            return;
        }
        // Decided again, and counted once it is known that the payload was accepted.
        if let (Ok(Some(left)), Some(counter)) =
            (self.split(payload, |_, _| {}), self.unrouted.get(&signal))
        {
            counter.add(left.items());
        }
    }
}
