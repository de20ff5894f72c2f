//! The lines of text 0.0.4.

use super::cursor::Cursor;
use super::entry::{Entry, Kind, Sample};
use super::error::{ParseError, Wrong};
use super::labels::{Style, series, unescape};
use super::metadata::{Metadata, name};
use super::{Limits, number};

/// Reads `text`.
pub(super) fn parse<'t>(
    text: &'t str,
    limits: &Limits,
    each: &mut dyn FnMut(Entry<'t>),
) -> Result<(), ParseError> {
    let mut samples = 0;
    for (index, content) in text.split('\n').enumerate() {
        let wrong = |wrong| ParseError {
            line: index + 1,
            wrong,
        };
        let Some(entry) = line(content, limits).map_err(wrong)? else {
            continue;
        };
        if matches!(entry, Entry::Sample(_)) {
            samples += 1;
            if samples > limits.max_samples {
                return Err(wrong(Wrong::TooManySamples(limits.max_samples)));
            }
        }
        each(entry);
    }
    Ok(())
}

/// Reads one line, which may say nothing.
fn line<'t>(content: &'t str, limits: &Limits) -> Result<Option<Entry<'t>>, Wrong> {
    if content.len() > limits.max_line {
        return Err(Wrong::LongLine(limits.max_line));
    }
    let mut at = Cursor::new(content);
    at.skip_blanks();
    if at.is_empty() {
        return Ok(None);
    }
    if at.eat("#") {
        return match metadata(&mut at) {
            Some(read) => described(&read?),
            None => Ok(None),
        };
    }
    sample(at, limits).map(Some)
}

/// Reads what stands behind `#`, unless it is a comment.
fn metadata<'t>(at: &mut Cursor<'t>) -> Option<Result<Metadata<'t>, Wrong>> {
    at.skip_blanks();
    let keyword = at.token();
    if !matches!(keyword, "HELP" | "TYPE" | "UNIT") {
        return None;
    }
    at.skip_blanks();
    let name = match name(at) {
        Ok(name) => name,
        Err(wrong) => return Some(Err(wrong)),
    };
    at.skip_blanks();
    Some(Ok(Metadata {
        keyword,
        name,
        text: at.rest(),
    }))
}

fn described<'t>(metadata: &Metadata<'t>) -> Result<Option<Entry<'t>>, Wrong> {
    let name = metadata.name.clone();
    Ok(Some(match metadata.keyword {
        "HELP" => Entry::Help {
            name,
            text: unescape(metadata.text, false),
        },
        "TYPE" => Entry::Kind {
            name,
            kind: Kind::from_text(metadata.text.trim_end_matches([' ', '\t']))
                .ok_or(Wrong::Type)?,
        },
        // Not part of the format: some targets write it all the same.
        _ => return Ok(None),
    }))
}

fn sample<'t>(mut at: Cursor<'t>, limits: &Limits) -> Result<Entry<'t>, Wrong> {
    let style = Style {
        loose: true,
        max_labels: limits.max_labels,
    };
    let (name, labels) = series(&mut at, style)?;
    at.skip_blanks();
    let value = number::value(at.token()).ok_or(Wrong::Value)?;
    at.skip_blanks();
    let time = match at.token() {
        "" => None,
        token => Some(number::millis(token).ok_or(Wrong::Time)?),
    };
    at.skip_blanks();
    if !at.is_empty() {
        return Err(Wrong::Time);
    }
    Ok(Entry::Sample(Sample {
        name,
        labels,
        value,
        time,
        exemplar: None,
    }))
}
