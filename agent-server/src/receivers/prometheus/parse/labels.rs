//! Names, and labels between braces.

use std::borrow::Cow;

use super::cursor::Cursor;
use super::entry::Label;
use super::error::Wrong;

/// How freely labels are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// Blanks between tokens, and a comma behind the last label (text 0.0.4).
    pub(super) loose: bool,
    /// Labels at most.
    pub(super) max_labels: usize,
}

/// The name and the labels at the beginning of a sample.
pub(super) type Series<'t> = (Cow<'t, str>, Vec<Label<'t>>);

/// Whether `name` needs no quotes as the name of a metric.
#[must_use]
pub fn is_metric_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    let first = bytes.next();
    first.is_some_and(|byte| is_name_byte(byte) && !byte.is_ascii_digit())
        && bytes.all(is_name_byte)
}

/// Whether `name` needs no quotes as the name of a label.
#[must_use]
pub fn is_label_name(name: &str) -> bool {
    is_metric_name(name) && !name.contains(':')
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':'
}

/// Reads `name{label="value"}`, or `{"name","label"="value"}`.
pub(super) fn series<'t>(at: &mut Cursor<'t>, style: Style) -> Result<Series<'t>, Wrong> {
    let bare = at.take_while(is_name_byte);
    let mut name = (!bare.is_empty()).then_some(Cow::Borrowed(bare));
    if name.as_deref().is_some_and(|name| !is_metric_name(name)) {
        return Err(Wrong::Name);
    }
    if style.loose {
        at.skip_blanks();
    }
    let mut labels = Vec::new();
    if at.eat("{") {
        between_braces(at, style, &mut labels, &mut name)?;
    }
    Ok((name.ok_or(Wrong::Name)?, sorted(labels)?))
}

/// Reads `{label="value"}` behind the opening brace.
pub(super) fn labels<'t>(at: &mut Cursor<'t>, style: Style) -> Result<Vec<Label<'t>>, Wrong> {
    let mut labels = Vec::new();
    // There is no name to find among the labels of an exemplar.
    let mut name = Some(Cow::Borrowed(""));
    between_braces(at, style, &mut labels, &mut name)?;
    sorted(labels)
}

fn between_braces<'t>(
    at: &mut Cursor<'t>,
    style: Style,
    labels: &mut Vec<Label<'t>>,
    name: &mut Option<Cow<'t, str>>,
) -> Result<(), Wrong> {
    let blanks = |at: &mut Cursor<'t>| {
        if style.loose {
            at.skip_blanks();
        }
    };
    blanks(at);
    if at.eat("}") {
        return Ok(());
    }
    loop {
        match item(at, style, name.is_none())? {
            Item::Name(found) => *name = Some(found),
            Item::Label(label) => labels.push(label),
        }
        if labels.len() > style.max_labels {
            return Err(Wrong::TooManyLabels(style.max_labels));
        }
        blanks(at);
        let comma = at.eat(",");
        blanks(at);
        match (comma, at.eat("}")) {
            (true, false) => {}
            (false, true) => return Ok(()),
            (true, true) if style.loose => return Ok(()),
            _ => return Err(Wrong::Labels),
        }
    }
}

enum Item<'t> {
    Label(Label<'t>),
    Name(Cow<'t, str>),
}

fn item<'t>(at: &mut Cursor<'t>, style: Style, nameless: bool) -> Result<Item<'t>, Wrong> {
    let is_quoted = at.eat("\"");
    let name = if is_quoted {
        unescape(at.quoted().ok_or(Wrong::Labels)?, true)
    } else {
        Cow::Borrowed(at.take_while(is_name_byte))
    };
    if style.loose {
        at.skip_blanks();
    }
    if !at.eat("=") {
        let is_name = is_quoted && nameless && !name.is_empty();
        return is_name.then_some(Item::Name(name)).ok_or(Wrong::Labels);
    }
    let valid = if is_quoted {
        !name.is_empty()
    } else {
        is_label_name(&name)
    };
    if !valid || name == "__name__" {
        return Err(Wrong::LabelName);
    }
    if style.loose {
        at.skip_blanks();
    }
    if !at.eat("\"") {
        return Err(Wrong::Labels);
    }
    let value = unescape(at.quoted().ok_or(Wrong::Labels)?, true);
    Ok(Item::Label(Label { name, value }))
}

fn sorted(mut labels: Vec<Label<'_>>) -> Result<Vec<Label<'_>>, Wrong> {
    labels.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    let twice = labels.windows(2).any(|pair| match pair {
        [a, b] => a.name == b.name,
        _ => false,
    });
    if twice {
        return Err(Wrong::DuplicateLabel);
    }
    Ok(labels)
}

/// Undoes `\\`, `\n` and, where `quotes` says so, `\"`. Any other escape stands for itself.
pub(super) fn unescape(text: &str, quotes: bool) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => out.push('\n'),
            Some('\\') => out.push('\\'),
            Some('"') if quotes => out.push('"'),
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
    }
    Cow::Owned(out)
}
