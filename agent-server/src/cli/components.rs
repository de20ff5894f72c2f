//! `campanile components`: every component that can be configured.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};

use super::{CliError, Format, write_json, write_lines, written};
use crate::component::Entry;
use crate::registries::Registries;

/// Arguments of `campanile components`.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Arguments {
    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Prints the components of the registries.
///
/// # Errors
///
/// When the output cannot be written.
pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<(), CliError> {
    let registries = Registries::builtin();
    let mut list = described("receivers", registries.receivers);
    list.extend(described("processors", registries.processors));
    list.extend(described("exporters", registries.exporters));
    list.extend(described("extensions", registries.extensions));
    written(match arguments.format {
        Format::Human => human(&list, out),
        Format::Json => {
            let mut sections: BTreeMap<_, Vec<_>> = BTreeMap::new();
            for described in &list {
                sections
                    .entry(described.section)
                    .or_default()
                    .push(described);
            }
            write_json(&sections, out)
        }
        Format::Ndjson => write_lines(&list, out),
    })
}

/// A component, as it is listed.
#[derive(Serialize)]
struct Described {
    section: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    about: &'static str,
    signals: Vec<&'static str>,
    default: Value,
}

fn described<C>(section: &'static str, entries: &[Entry<C>]) -> Vec<Described> {
    let entries = entries.iter().map(|entry| Described {
        section,
        kind: entry.kind,
        about: entry.about,
        signals: entry.signals.iter().map(|signal| signal.name()).collect(),
        default: entry.defaults(),
    });
    entries.collect()
}

/// As one would write them into a file.
fn human(list: &[Described], out: &mut dyn Write) -> io::Result<()> {
    let mut section = "";
    for described in list {
        if described.section != section {
            if !section.is_empty() {
                writeln!(out)?;
            }
            section = described.section;
            writeln!(out, "{section}:")?;
        }
        write!(out, "  # {}", described.about)?;
        if !described.signals.is_empty() {
            write!(out, " ({})", described.signals.join(", "))?;
        }
        writeln!(out)?;
        let one = json!({described.kind: described.default});
        let yaml = serde_saphyr::to_string(&one).map_err(io::Error::other)?;
        for line in yaml.lines() {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(())
}
