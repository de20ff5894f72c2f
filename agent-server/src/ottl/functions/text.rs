//! Converters of strings.

use super::super::error::EvalError;
use super::super::program::{Arguments, expected};
use super::super::record::Record;
use super::super::value::Value;
use super::super::wire;
use super::{Converter, Kind, Parameter};

type Result<'a> = std::result::Result<Value<'a>, EvalError>;

const ONE: &[Parameter] = &[Parameter::value("target")];

pub(super) const TABLE: &[Converter] = &[
    Converter::of(
        "Concat",
        &[Parameter::value("values"), Parameter::value("delimiter")],
        concat,
    ),
    Converter::of(
        "ConvertCase",
        &[
            Parameter::value("target"),
            Parameter::of(
                "toCase",
                Kind::Choice(&["camel", "lower", "snake", "upper"]),
            ),
        ],
        convert_case,
    ),
    Converter::of(
        "Split",
        &[Parameter::value("target"), Parameter::value("delimiter")],
        split,
    ),
    Converter::of(
        "Substring",
        &[
            Parameter::value("target"),
            Parameter::value("start"),
            Parameter::value("length"),
        ],
        substring,
    ),
    Converter::of("ToLowerCase", ONE, to_lower_case),
    Converter::of("ToUpperCase", ONE, to_upper_case),
];

/// Joins the items of a list; nil reads `<nil>`.
fn concat<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    let delimiter = arguments.string(1, record)?;
    let list = match arguments.value(0, record)? {
        Value::List(list) => list,
        other => return Err(expected("a list", &other)),
    };
    let mut joined = String::new();
    for (index, any) in wire::items(&list).enumerate() {
        if index > 0 {
            joined.push_str(&delimiter);
        }
        let item = Value::read(any);
        joined.push_str(item.to_text().as_deref().unwrap_or("<nil>"));
    }
    Ok(Value::owned(joined))
}

fn split<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    let (target, delimiter) = (arguments.string(0, record)?, arguments.string(1, record)?);
    let parts: Vec<Value<'_>> = if delimiter.is_empty() {
        let characters = target.char_indices();
        let ends = characters.map(|(start, c)| (start, start + c.len_utf8()));
        ends.filter_map(|(start, end)| target.get(start..end))
            .map(Value::text)
            .collect()
    } else {
        target.split(&*delimiter).map(Value::text).collect()
    };
    Value::list(&parts)
}

/// Start and length are in bytes.
fn substring<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    let target = arguments.string(0, record)?;
    let (start, length) = (arguments.int(1, record)?, arguments.int(2, record)?);
    let range = usize::try_from(start)
        .ok()
        .zip(usize::try_from(length).ok());
    let range = range.and_then(|(start, length)| Some(start..start.checked_add(length)?));
    let cut = range.and_then(|range| target.get(range));
    let cut = cut.map(|cut| Value::owned(cut.to_owned()));
    cut.ok_or_else(|| {
        let message = format!("{length} bytes from {start} are not within the string");
        EvalError::new(message)
    })
}

fn to_lower_case<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    Ok(Value::owned(arguments.string(0, record)?.to_lowercase()))
}

fn to_upper_case<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    Ok(Value::owned(arguments.string(0, record)?.to_uppercase()))
}

fn convert_case<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    let target = arguments.string(0, record)?;
    Ok(Value::owned(match arguments.text(1) {
        "camel" => words(&target)
            .iter()
            .map(|word| capitalized(word))
            .collect(),
        "lower" => target.to_lowercase(),
        "snake" => words(&target).join("_"),
        _ => target.to_uppercase(),
    }))
}

/// The words of an identifier, in lower case: `HTTPServer-name` is `http`, `server`, `name`.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    let mut before: Option<char> = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if !character.is_alphanumeric() {
            open = false;
            before = None;
            continue;
        }
        let after_lower = before.is_some_and(|before| !before.is_uppercase());
        let before_lower = characters.peek().is_some_and(|next| next.is_lowercase());
        if character.is_uppercase() && (after_lower || (before.is_some() && before_lower)) {
            open = false;
        }
        if !open {
            words.push(String::new());
            open = true;
        }
        if let Some(word) = words.last_mut() {
            word.extend(character.to_lowercase());
        }
        before = Some(character);
    }
    words
}

fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next();
    first
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(characters)
        .collect()
}
