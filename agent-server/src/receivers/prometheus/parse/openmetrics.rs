//! The lines of OpenMetrics 1.0.

use super::cursor::Cursor;
use super::entry::{Entry, Exemplar, Kind, Sample};
use super::error::{ParseError, Wrong};
use super::family::Families;
use super::labels::{Style, labels, series, unescape};
use super::metadata::{Metadata, name};
use super::{Limits, number};

/// Characters that the labels of an exemplar may have.
const MAX_EXEMPLAR: usize = 128;

/// Reads `text`.
pub(super) fn parse<'t>(
    text: &'t str,
    limits: &Limits,
    each: &mut dyn FnMut(Entry<'t>),
) -> Result<(), ParseError> {
    let mut families = Families::new(limits.max_samples);
    let mut rest = text;
    let mut number = 0;
    loop {
        number += 1;
        let at = |wrong| ParseError {
            line: number,
            wrong,
        };
        if rest.is_empty() {
            return Err(at(Wrong::NoEof));
        }
        let (content, behind) = rest.split_once('\n').unwrap_or((rest, ""));
        if content == "# EOF" {
            families.end().map_err(at)?;
            let tail = (!behind.is_empty()).then_some(Wrong::Tail);
            return tail.map_or(Ok(()), |wrong| Err(at(wrong)));
        }
        each(line(content, limits, &mut families).map_err(at)?);
        rest = behind;
    }
}

fn line<'t>(
    content: &'t str,
    limits: &Limits,
    families: &mut Families<'t>,
) -> Result<Entry<'t>, Wrong> {
    if content.len() > limits.max_line {
        return Err(Wrong::LongLine(limits.max_line));
    }
    if content.is_empty() {
        return Err(Wrong::Blank);
    }
    if content.starts_with('#') {
        let metadata = metadata(content)?;
        families.describe(&metadata)?;
        return described(&metadata);
    }
    let sample = sample(content, limits)?;
    families.sample(&sample)?;
    Ok(Entry::Sample(sample))
}

/// Takes `# KEYWORD name text` apart; exactly one space stands between its parts.
fn metadata(content: &str) -> Result<Metadata<'_>, Wrong> {
    let mut at = Cursor::new(content);
    if !at.eat("# ") {
        return Err(Wrong::Descriptor);
    }
    let keyword = at.token();
    if !at.eat(" ") {
        return Err(Wrong::Descriptor);
    }
    let name = name(&mut at)?;
    if !at.eat(" ") {
        return Err(Wrong::Descriptor);
    }
    let text = at.rest();
    Ok(Metadata {
        keyword,
        name,
        text,
    })
}

fn described<'t>(metadata: &Metadata<'t>) -> Result<Entry<'t>, Wrong> {
    let name = metadata.name.clone();
    match metadata.keyword {
        "HELP" => Ok(Entry::Help {
            name,
            text: unescape(metadata.text, true),
        }),
        "TYPE" => Ok(Entry::Kind {
            name,
            kind: Kind::from_openmetrics(metadata.text).ok_or(Wrong::Type)?,
        }),
        "UNIT" => Ok(Entry::Unit {
            name,
            unit: metadata.text,
        }),
        _ => Err(Wrong::Descriptor),
    }
}

/// Reads `name{labels} value[ time][ # {labels} value[ time]]`.
fn sample<'t>(content: &'t str, limits: &Limits) -> Result<Sample<'t>, Wrong> {
    let style = Style {
        loose: false,
        max_labels: limits.max_labels,
    };
    let mut at = Cursor::new(content);
    let (name, labels) = series(&mut at, style)?;
    if !at.eat(" ") {
        return Err(Wrong::Value);
    }
    let value = number::value(at.token()).ok_or(Wrong::Value)?;
    let mut sample = Sample {
        name,
        labels,
        value,
        time: None,
        exemplar: None,
    };
    if at.eat(" # {") {
        sample.exemplar = Some(exemplar(&mut at, style)?);
    } else if at.eat(" ") {
        sample.time = Some(number::seconds(at.token()).ok_or(Wrong::Time)?);
        if at.eat(" # {") {
            sample.exemplar = Some(exemplar(&mut at, style)?);
        }
    }
    if at.is_empty() {
        Ok(sample)
    } else {
        Err(Wrong::Value)
    }
}

/// Reads an exemplar behind its opening brace.
fn exemplar<'t>(at: &mut Cursor<'t>, style: Style) -> Result<Exemplar<'t>, Wrong> {
    let labels = labels(at, style)?;
    let characters = labels
        .iter()
        .map(|label| label.name.chars().count() + label.value.chars().count());
    if characters.sum::<usize>() > MAX_EXEMPLAR || !at.eat(" ") {
        return Err(Wrong::Exemplar);
    }
    let value = number::value(at.token()).ok_or(Wrong::Exemplar)?;
    let time = match at.eat(" ") {
        true => Some(number::seconds(at.token()).ok_or(Wrong::Exemplar)?),
        false => None,
    };
    Ok(Exemplar {
        labels,
        value,
        time,
    })
}
