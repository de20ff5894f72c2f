//! `campanile components`: every component that can be configured, with its keys.

mod described;
mod human;
mod markdown;
mod select;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::Write;

use clap::ValueEnum;

use self::described::{Described, describe};
use super::{CliError, write_json, write_lines, written};
use crate::registries::Registries;

/// Arguments of `campanile components`.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Arguments {
    /// Which to list, with their keys: a type (`otlp`), a section (`exporters`) or both
    /// (`exporters/otlp`)
    component: Option<String>,
    /// Show the keys of all that are listed
    #[arg(long)]
    keys: bool,
    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    format: ListFormat,
}

/// The form in which components are printed. JSON always has the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// For reading.
    #[default]
    Human,
    /// One JSON document.
    Json,
    /// The reference page.
    Markdown,
    /// One JSON document a line.
    Ndjson,
}

/// Prints the components of the registries.
///
/// # Errors
///
/// [`CliError::NotFound`] when there is no such component; when the output cannot be written.
pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<(), CliError> {
    let list = select::select(
        describe(&Registries::builtin()),
        arguments.component.as_deref(),
    )?;
    let shows_keys = arguments.keys || arguments.component.is_some();
    written(match arguments.format {
        ListFormat::Human if shows_keys => human::with_keys(&list, out),
        ListFormat::Human => human::names(&list, out),
        ListFormat::Json => write_json(&by_section(&list), out),
        ListFormat::Markdown => markdown::page(&list, out),
        ListFormat::Ndjson => write_lines(&list, out),
    })
}

fn by_section(list: &[Described]) -> BTreeMap<&str, Vec<&Described>> {
    let mut sections: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for described in list {
        let section = sections.entry(described.section).or_default();
        section.push(described);
    }
    sections
}
