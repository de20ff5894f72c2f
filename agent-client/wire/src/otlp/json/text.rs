//! JSON text, value by value.

use std::fmt::{self, Write as _};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// Text under construction; knows where commas belong.
#[derive(Debug, Default)]
pub(crate) struct Text {
    out: String,
}

impl Text {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self {
            out: String::with_capacity(bytes),
        }
    }

    pub(crate) fn finish(self) -> String {
        self.out
    }

    /// Opens an object or list with `{` or `[`.
    pub(crate) fn open(&mut self, bracket: char) {
        self.out.push(bracket);
    }

    /// Closes it with `}` or `]`.
    pub(crate) fn close(&mut self, bracket: char) {
        self.out.push(bracket);
    }

    /// Separates the next key or element from the one before. A value never ends in an opening
    /// bracket: strings end in a quote.
    pub(crate) fn separate(&mut self) {
        if !self.out.ends_with(['{', '[']) {
            self.out.push(',');
        }
    }

    /// Writes a key that needs no escaping.
    pub(crate) fn key(&mut self, key: &str) {
        self.separate();
        self.out.push('"');
        self.out.push_str(key);
        self.out.push_str("\":");
    }

    /// Writes the colon behind a key that was written as a string.
    pub(crate) fn colon(&mut self) {
        self.out.push(':');
    }

    /// Bytes so far.
    pub(crate) fn len(&self) -> usize {
        self.out.len()
    }

    pub(crate) fn plain(&mut self, value: impl fmt::Display) {
        write!(self.out, "{value}").expect("a String takes any text");
    }

    /// Writes a value that contains nothing to escape between quotes.
    pub(crate) fn quoted(&mut self, value: impl fmt::Display) {
        write!(self.out, "\"{value}\"").expect("a String takes any text");
    }

    pub(crate) fn hex(&mut self, bytes: &[u8]) {
        self.quoted(const_hex::display(bytes));
    }

    pub(crate) fn base64(&mut self, bytes: &[u8]) {
        self.out.push('"');
        BASE64_STANDARD.encode_string(bytes, &mut self.out);
        self.out.push('"');
    }

    /// Writes the shortest digits that read back as `value`, or one of the three words.
    pub(crate) fn double(&mut self, value: f64) {
        if value.is_nan() {
            self.out.push_str("\"NaN\"");
        } else if value.is_infinite() {
            let word = if value > 0.0 {
                "\"Infinity\""
            } else {
                "\"-Infinity\""
            };
            self.out.push_str(word);
        } else {
            write!(self.out, "{value:?}").expect("a String takes any text");
        }
    }

    /// Writes text with what JSON requires escaped, so that it stays on one line.
    pub(crate) fn string(&mut self, value: &str) {
        self.out.push('"');
        let mut rest = value;
        while let Some(at) = rest.find(|c: char| c < ' ' || c == '"' || c == '\\') {
            let (plain, tail) = rest.split_at(at);
            self.out.push_str(plain);
            let mut tail = tail.chars();
            match tail.next() {
                Some('\n') => self.out.push_str("\\n"),
                Some('\r') => self.out.push_str("\\r"),
                Some('\t') => self.out.push_str("\\t"),
                Some(c) if c < ' ' => {
                    write!(self.out, "\\u{:04x}", u32::from(c)).expect("a String takes any text");
                }
                Some(c) => self.out.extend(['\\', c]),
                None => {}
            }
            rest = tail.as_str();
        }
        self.out.push_str(rest);
        self.out.push('"');
    }
}
