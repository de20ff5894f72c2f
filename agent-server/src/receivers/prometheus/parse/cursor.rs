//! A place in a line.

/// The rest of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'t> {
    rest: &'t str,
}

impl<'t> Cursor<'t> {
    /// The beginning of `line`.
    pub(super) fn new(line: &'t str) -> Self {
        Self { rest: line }
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'t str {
        self.rest
    }

    /// Whether nothing is left.
    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Goes over `prefix`, and says whether it was there.
    pub(super) fn eat(&mut self, prefix: &str) -> bool {
        match self.rest.strip_prefix(prefix) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Goes over spaces and tabs.
    pub(super) fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    /// Takes ASCII as long as `belongs` says so.
    pub(super) fn take_while(&mut self, belongs: impl Fn(u8) -> bool) -> &'t str {
        let mut bytes = self.rest.bytes();
        let end = bytes.position(|byte| !byte.is_ascii() || !belongs(byte));
        let (taken, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        taken
    }

    /// Takes everything up to the next blank.
    pub(super) fn token(&mut self) -> &'t str {
        let end = self.rest.find([' ', '\t']).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// Takes what stands before the next quote that is not escaped, and goes over the quote.
    /// `None` when there is none. The opening quote has been taken.
    pub(super) fn quoted(&mut self) -> Option<&'t str> {
        let mut escaped = false;
        for (index, byte) in self.rest.bytes().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    let (taken, rest) = self.rest.split_at(index);
                    self.rest = rest.strip_prefix('"').unwrap_or(rest);
                    return Some(taken);
                }
                _ => {}
            }
        }
        None
    }
}
