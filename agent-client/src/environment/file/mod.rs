//! `OTEL_CONFIG_FILE`: declarative configuration, as far as this client can do what it asks for.
//!
//! A file becomes a tree of values ([`tree`]), in which variables are substituted
//! ([`substitution`]). The readers take what they know out of its maps ([`section`]); what nobody
//! took is reported. To understand one more key is one line in the reader of its map.
//!
//! The documentation of the [environment](super) lists the keys.

mod exporter;
mod general;
mod providers;
mod sampler;
mod section;
mod substitution;
#[cfg(test)]
mod tests;
mod tree;

use std::io;
use std::path::Path;

use self::section::{Report, Section};
use self::tree::Mistake;
use super::Settings;
use super::reader::Reader;

const VARIABLE: &str = "OTEL_CONFIG_FILE";
/// The newest minor version of the schema that was looked at.
const MINOR: u32 = 1;

/// Settings of the file that `OTEL_CONFIG_FILE` names; `None` if there is none that can be used.
pub(super) fn read(
    reader: &mut Reader<'_>,
    files: &dyn Fn(&Path) -> io::Result<String>,
) -> Option<Settings> {
    let path = reader.text(VARIABLE)?;
    let used = "the other variables";
    let text = match files(Path::new(&path)) {
        Ok(text) => text,
        Err(error) => {
            let accepted = format!("a file that can be read ({error})");
            reader.warn(VARIABLE, path, accepted, used);
            return None;
        }
    };
    let report = Report::default();
    match settings(&text, reader, &report) {
        Ok(settings) => {
            report.warn(reader);
            Some(settings)
        }
        Err(mistake) => {
            let place = format!("{path}:{}:{}", mistake.line, mistake.column);
            reader.warn(VARIABLE, place, mistake.expected, used);
            None
        }
    }
}

fn settings(text: &str, reader: &Reader<'_>, report: &Report) -> Result<Settings, Mistake> {
    let tree = tree::parse(text, &|name| reader.raw(name))?;
    let (line, column) = tree::place_of(text, "file_format");
    let wrong = |expected: String| Mistake {
        line,
        column,
        expected,
    };
    let mut root = Section::root(tree, report)
        .ok_or_else(|| wrong("sections such as tracer_provider".to_owned()))?;
    let format = root.text("file_format").unwrap_or_default();
    match version(&format) {
        Some((1, minor)) if minor <= MINOR => {}
        Some((1, _)) => {
            let accepted = format!("1.0 to 1.{MINOR}");
            root.bad("file_format", &format, &accepted, "what is understood");
        }
        _ => return Err(wrong(format!("file_format \"1.0\", not {format:?}"))),
    }
    let mut settings = Settings::default();
    general::read(&mut root, &mut settings);
    providers::traces(&mut root, &mut settings);
    providers::metrics(&mut root, &mut settings);
    providers::logs(&mut root, &mut settings);
    Ok(settings)
}

/// Major and minor of a version such as `1.0` or `1.0-rc.2`.
fn version(format: &str) -> Option<(u32, u32)> {
    let (release, _) = format.split_once('-').unwrap_or((format, ""));
    let (major, minor) = release.split_once('.').unwrap_or((release, "0"));
    Some((major.parse().ok()?, minor.parse().ok()?))
}
