//! `campanile traces`: lists kept traces, newest first.

use std::io::{self, Write};

use super::CliError;
use super::client::{self, Connection};
use super::format::{Format, write_json, write_lines, written};
use crate::config::HumanDuration;
use crate::ops::show::{duration, shortened, time};
use crate::store::model::{TraceList, TraceSummary};

/// The arguments of `campanile traces`.
#[derive(Clone, Debug, clap::Args)]
pub struct Arguments {
    /// How many traces to list, 1,000 at most
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub limit: usize,
    /// Only traces with a span of this service
    #[arg(long)]
    pub service: Option<String>,
    /// Only traces with a span of this name
    #[arg(long)]
    pub name: Option<String>,
    /// Only traces that took at least this long, such as 20ms
    #[arg(long, value_name = "DURATION")]
    pub min_duration: Option<HumanDuration>,
    /// Only traces with errors
    #[arg(long)]
    pub errors: bool,
    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Whom to ask
    #[command(flatten)]
    pub connection: Connection,
}

/// Asks the agent for its traces and prints them.
///
/// # Errors
///
/// When the agent cannot be asked, or `out` cannot be written to.
pub fn run(arguments: Arguments, out: &mut dyn Write) -> Result<(), CliError> {
    let Arguments {
        limit,
        service,
        name,
        min_duration,
        errors,
        format,
        connection,
    } = arguments;
    let mut query = vec![("limit", limit.to_string())];
    query.extend(service.map(|service| ("service", service)));
    query.extend(name.map(|name| ("name", name)));
    query.extend(min_duration.map(|least| ("min_duration", least.to_string())));
    query.extend(errors.then(|| ("errors", "true".to_owned())));
    let list: TraceList = client::get(&connection.endpoint, "/api/v1/traces", &query)?;
    written(match format {
        Format::Human => render_traces(&list.traces, out),
        Format::Json => write_json(&list, out),
        Format::Ndjson => write_lines(&list.traces, out),
    })
}

/// Writes traces as an aligned table; text of others is made [visible](crate::ops::show::visible).
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn render_traces(traces: &[TraceSummary], out: &mut dyn Write) -> io::Result<()> {
    if traces.is_empty() {
        return writeln!(out, "no trace to list");
    }
    let heads = [
        "TRACE ID", "START", "DURATION", "SPANS", "ERRORS", "SERVICE",
    ]
    .map(str::to_owned);
    let rows: Vec<[String; 6]> = traces.iter().map(cells).collect();
    let mut widths = [0; 6];
    for row in rows.iter().chain([&heads]) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let names = traces.iter().map(name);
    let rows = rows.into_iter().zip(names);
    for (row, name) in [(heads, "NAME".to_owned())].into_iter().chain(rows) {
        for (index, (cell, width)) in row.iter().zip(widths).enumerate() {
            // Numbers and durations stand to the right.
            match index {
                2..=4 => write!(out, "{cell:>width$}  ")?,
                _ => write!(out, "{cell:width$}  ")?,
            }
        }
        writeln!(out, "{name}")?;
    }
    Ok(())
}

fn cells(trace: &TraceSummary) -> [String; 6] {
    [
        trace.trace_id.to_string(),
        time(trace.start_unix_nano),
        duration(trace.duration_nanos),
        trace.spans.to_string(),
        trace.errors.to_string(),
        shortened(&trace.service, 30).into_owned(),
    ]
}

fn name(trace: &TraceSummary) -> String {
    let name = shortened(&trace.name, 80);
    if trace.complete {
        name.into_owned()
    } else {
        format!("{name} (no root yet)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Query;
    use crate::store::fixture::{payload, span, store};

    #[test]
    fn traces_stand_in_a_table_and_hostile_names_stay_in_their_line() {
        let store = store();
        let insert = |service, span| store.insert(&payload(service, &[span])).expect("inserted");
        insert("front", span(0xab, 1, "GET /").at(0, 1_500_000_000));
        insert("a\u{1b}[2J", span(0xac, 1, "x\nforged").parent(9).failed());
        let traces = store.traces(&Query::default()).expect("read");
        let mut out = Vec::new();
        render_traces(&traces, &mut out).expect("a vector takes everything");
        let expected = "\
TRACE ID                          START                     DURATION  SPANS  ERRORS  SERVICE     NAME
000000000000000000000000000000ac  2026-11-21T20:00:00.000Z    1.00ms      1       1  a\\u{1b}[2J  x\\nforged (no root yet)
000000000000000000000000000000ab  2026-11-21T20:00:00.000Z     1.50s      1       0  front       GET /
";
        assert_eq!(String::from_utf8(out).expect("text"), expected);
    }

    #[test]
    fn an_empty_list_says_so() {
        let mut out = Vec::new();
        render_traces(&[], &mut out).expect("a vector takes everything");
        assert_eq!(out, b"no trace to list\n");
    }
}
