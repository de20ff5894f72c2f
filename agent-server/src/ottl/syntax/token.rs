//! Tokens, read with winnow.

use std::ops::Range;

use winnow::combinator::{alt, opt, preceded, repeat};
use winnow::error::EmptyError;
use winnow::prelude::*;
use winnow::stream::{AsChar, Location as _};
use winnow::token::{any, one_of, take_while};
use winnow::{LocatingSlice, Result};

use super::super::error::Mistake;
use super::tree::{Arithmetic, Comparison};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Assign,
    Arithmetic(Arithmetic),
    Bytes(Vec<u8>),
    Close(char),
    Colon,
    Comma,
    Compare(Comparison),
    Dot,
    Double(f64),
    /// `where`, `span`, `IsMatch`, `STATUS_CODE_OK`.
    Identifier(String),
    /// A whole number; 2^63 is only of use behind a minus.
    Int(u64),
    Open(char),
    Text(String),
}

pub(super) type Spanned = (Token, Range<usize>);

type Input<'i> = LocatingSlice<&'i str>;
type Parsed<T> = Result<T, EmptyError>;

/// Every token of `text` with its place.
pub(super) fn tokens(text: &str) -> Result<Vec<Spanned>, Mistake> {
    let mut input = LocatingSlice::new(text);
    let mut found = Vec::new();
    loop {
        skip_space(&mut input);
        let start = input.current_token_start();
        if input.is_empty() {
            return Ok(found);
        }
        let read = if input.starts_with('"') {
            string(&mut input, start)?
        } else {
            let result = token.parse_next(&mut input);
            result.map_err(|EmptyError| unknown(text, start))?
        };
        found.push((read, start..input.current_token_start()));
    }
}

/// Says that no token starts at `start`.
fn unknown(text: &str, start: usize) -> Mistake {
    let rest = text.get(start..).unwrap_or_default();
    let at = start..start + 1;
    match rest.chars().next() {
        Some('\'') => Mistake::new(at, "a string has double quotes").help("write \"...\""),
        Some('&' | '|') => Mistake::new(at, "unexpected character").help("write `and`, `or`"),
        Some('!') => Mistake::new(at, "unexpected character").help("write `not` or `!=`"),
        Some(first) if first.is_ascii_digit() => {
            Mistake::new(at, "the number is malformed or too large")
        }
        _ => Mistake::new(at, "unexpected character"),
    }
}

fn skip_space(input: &mut Input<'_>) {
    let space: Parsed<()> = take_while(0.., char::is_whitespace)
        .void()
        .parse_next(input);
    debug_assert!(space.is_ok(), "no space is enough");
}

fn token(input: &mut Input<'_>) -> Parsed<Token> {
    alt((bytes, number, identifier, sign)).parse_next(input)
}

fn identifier(input: &mut Input<'_>) -> Parsed<Token> {
    let first = one_of(|c: char| c.is_ascii_alphabetic());
    let rest = take_while(0.., |c: char| c.is_ascii_alphanumeric() || c == '_');
    let name: &str = (first, rest).take().parse_next(input)?;
    Ok(Token::Identifier(name.to_owned()))
}

fn sign(input: &mut Input<'_>) -> Parsed<Token> {
    alt((
        "==".value(Token::Compare(Comparison::Equal)),
        "!=".value(Token::Compare(Comparison::NotEqual)),
        "<=".value(Token::Compare(Comparison::LessOrEqual)),
        ">=".value(Token::Compare(Comparison::GreaterOrEqual)),
        '<'.value(Token::Compare(Comparison::Less)),
        '>'.value(Token::Compare(Comparison::Greater)),
        alt((
            '='.value(Token::Assign),
            '+'.value(Token::Arithmetic(Arithmetic::Add)),
            '-'.value(Token::Arithmetic(Arithmetic::Subtract)),
            '*'.value(Token::Arithmetic(Arithmetic::Multiply)),
            '/'.value(Token::Arithmetic(Arithmetic::Divide)),
            ','.value(Token::Comma),
            ':'.value(Token::Colon),
            '.'.value(Token::Dot),
        )),
        one_of(['(', '[', '{']).map(Token::Open),
        one_of([')', ']', '}']).map(Token::Close),
    ))
    .parse_next(input)
}

/// `0x00ff`.
fn bytes(input: &mut Input<'_>) -> Parsed<Token> {
    let digits: &str = preceded("0x", take_while(0.., AsChar::is_hex_digit)).parse_next(input)?;
    let bytes = const_hex::decode(digits).map_err(|_| EmptyError)?;
    Ok(Token::Bytes(bytes))
}

/// `12`, `1.5`, `.5`, `1e9`.
fn number(input: &mut Input<'_>) -> Parsed<Token> {
    let digits = |least: usize| take_while(least.., AsChar::is_dec_digit);
    let exponent = (one_of(['e', 'E']), opt(one_of(['+', '-'])), digits(1));
    let whole = (digits(1), opt(('.', digits(0))));
    let fraction = ('.', digits(1));
    let written: &str = (alt((whole.void(), fraction.void())), opt(exponent))
        .take()
        .parse_next(input)?;
    if written.contains(['.', 'e', 'E']) {
        let number: f64 = written.parse().map_err(|_| EmptyError)?;
        return if number.is_finite() {
            Ok(Token::Double(number))
        } else {
            Err(EmptyError)
        };
    }
    written.parse().map(Token::Int).map_err(|_| EmptyError)
}

/// A string in double quotes; `start` is where it begins.
fn string(input: &mut Input<'_>, start: usize) -> Result<Token, Mistake> {
    let quote: Parsed<char> = '"'.parse_next(input);
    debug_assert!(quote.is_ok(), "who calls has seen it");
    let mut text = String::new();
    loop {
        let plain: Parsed<&str> =
            take_while(0.., |c| c != '"' && c != '\\' && c != '\n').parse_next(input);
        text.push_str(plain.unwrap_or_default());
        let at = input.current_token_start();
        let next: Parsed<char> = any.parse_next(input);
        match next {
            Ok('"') => return Ok(Token::Text(text)),
            Ok('\\') => {
                let read: Parsed<char> = escape.parse_next(input);
                let read = read.map_err(|EmptyError| {
                    Mistake::new(at..at + 2, "unknown escape in a string")
                        .help("write a backslash as \\\\, a quote as \\\"")
                })?;
                text.push(read);
            }
            _ => return Err(Mistake::new(start..at, "the string does not end").help("add a \"")),
        }
    }
}

/// What follows a backslash, as in Go.
fn escape(input: &mut Input<'_>) -> Parsed<char> {
    let letter: char = any.parse_next(input)?;
    Ok(match letter {
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '\\' | '"' => letter,
        'x' => code(input, 2)?,
        'u' => code(input, 4)?,
        'U' => code(input, 8)?,
        _ => return Err(EmptyError),
    })
}

/// The character with the code of `digits` hexadecimal digits.
fn code(input: &mut Input<'_>, digits: usize) -> Parsed<char> {
    let digit = one_of(AsChar::is_hex_digit);
    let written: &str = repeat::<_, _, (), _, _>(digits, digit)
        .take()
        .parse_next(input)?;
    let code = u32::from_str_radix(written, 16).map_err(|_| EmptyError)?;
    // `\xff` is a byte in Go; a character is meant by nobody.
    if digits == 2 && code > 0x7f {
        return Err(EmptyError);
    }
    char::from_u32(code).ok_or(EmptyError)
}
