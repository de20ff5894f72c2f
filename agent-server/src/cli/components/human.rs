//! For reading.

use std::io::{self, Write};

use super::described::{Described, default_of, type_of};
use crate::component::Key;

/// One line for each component.
pub(super) fn names(list: &[Described], out: &mut dyn Write) -> io::Result<()> {
    let width = list.iter().map(|described| described.kind.len()).max();
    let width = width.unwrap_or(0);
    let mut section = "";
    for described in list {
        if described.section != section {
            if !section.is_empty() {
                writeln!(out)?;
            }
            section = described.section;
            writeln!(out, "{section}:")?;
        }
        let about = described.about_and_signals();
        writeln!(out, "  {:width$}  {about}", described.kind)?;
    }
    Ok(())
}

/// Each component with a line for each of its keys.
pub(super) fn with_keys(list: &[Described], out: &mut dyn Write) -> io::Result<()> {
    for (index, described) in list.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let Described { section, kind, .. } = described;
        writeln!(out, "{section}/{kind}: {}", described.about_and_signals())?;
        let mut rows = vec![["KEY", "TYPE", "DEFAULT", "ABOUT"].map(str::to_owned)];
        rows.extend(described.keys.iter().map(row));
        if described.keys.is_empty() {
            writeln!(out, "  it has no keys")?;
        } else {
            table(&rows, out)?;
        }
    }
    Ok(())
}

fn row(key: &Key) -> [String; 4] {
    let (kind, default) = if key.supported {
        (type_of(key, "|"), default_of(key))
    } else {
        ("not supported".to_owned(), String::new())
    };
    [key.path.clone(), kind, default, key.about.clone()]
}

fn table(rows: &[[String; 4]], out: &mut dyn Write) -> io::Result<()> {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let (first, second, third) = (width(0), width(1), width(2));
    for [key, kind, default, about] in rows {
        writeln!(
            out,
            "  {key:first$}  {kind:second$}  {default:third$}  {about}"
        )?;
    }
    Ok(())
}
