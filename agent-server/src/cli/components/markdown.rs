//! The reference page, `COMPONENTS.md`.

use std::io::{self, Write};

use super::described::{Described, default_of, type_of};
use crate::component::Key;

const HEAD: &str = "\
# Components

What can be configured: every component with its keys. A key with dots is a key in a block:
`tls.ca_file` is `ca_file` below `tls`; `[]` stands for each item of a list, `<name>` for any name.
`campanile components` prints the same of the agent at hand, and each component's folder has a
README that says more.

This page is written by `campanile components --format markdown`; change the documentation of the
configuration's fields instead.
";

/// Writes the page.
pub(super) fn page(list: &[Described], out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{HEAD}")?;
    let mut section = "";
    for described in list {
        if described.section != section {
            section = described.section;
            let (first, rest) = section.split_at(1);
            write!(out, "\n## {}{rest}\n", first.to_uppercase())?;
        }
        component(described, out)?;
    }
    Ok(())
}

fn component(described: &Described, out: &mut dyn Write) -> io::Result<()> {
    let Described { section, kind, .. } = described;
    let (about, signals) = (described.about, described.signals.join(", "));
    write!(out, "\n### [`{kind}`](src/{section}/{kind}/README.md)\n\n")?;
    match signals.as_str() {
        "" => writeln!(out, "It {about}.")?,
        signals => writeln!(out, "It {about}. Signals: {signals}.")?,
    }
    let (keys, refused): (Vec<_>, Vec<_>) = described.keys.iter().partition(|key| key.supported);
    if !keys.is_empty() {
        write!(out, "\n| key | type | default | |\n|---|---|---|---|\n")?;
        keys.into_iter().try_for_each(|key| row(key, out))?;
    }
    if !refused.is_empty() {
        let names = refused.iter().map(|key| format!("`{}`", key.path));
        let names = names.collect::<Vec<_>>().join(", ");
        write!(out, "\nKnown and refused: {names}.\n")?;
    }
    Ok(())
}

fn row(key: &Key, out: &mut dyn Write) -> io::Result<()> {
    let default = match default_of(key).as_str() {
        code if key.default.is_some() && !key.required => format!("`{code}`"),
        word => word.to_owned(),
    };
    let cells = [
        format!("`{}`", key.path),
        type_of(key, ", "),
        default,
        key.about.clone(),
    ];
    let cells = cells.map(|cell| cell.replace('|', "\\|"));
    writeln!(out, "| {} |", cells.join(" | "))
}
