//! The text around a problem, without its values: they may be secrets of other keys.

use regex::Regex;

use super::Source;

/// Keys that hold secrets, for texts of which nobody knows the keys' meaning because they are not
/// even YAML: a key, and what follows it.
const SECRET_KEYS: &str = concat!(
    r#"(?i)[\w.-]*(?:password|passwd|secret|token|authorization|api[-_]?key|key_pem|credentials|cookie)"#,
    r#"[\w.-]*["']?\s*[:=]\s*["']?(?P<value>[^\s,}"'][^,}\n]*)"#
);

/// The source's text with dots in place of secrets; every line is as long as it was.
pub(super) fn discreet(source: &Source) -> String {
    let mut text = source.text.clone();
    let known = source.secrets.get().into_iter().flatten().cloned();
    let keys = Regex::new(SECRET_KEYS).expect("a valid expression");
    let guessed = keys.captures_iter(&source.text).filter_map(|found| {
        let value = found.name("value")?;
        let harmless = value.as_str().starts_with("${") || value.as_str().starts_with('/');
        (!harmless).then(|| value.range())
    });
    for range in known.chain(guessed) {
        if text.get(range.clone()).is_some() {
            let dots = ".".repeat(range.len());
            text.replace_range(range, &dots);
        }
    }
    text
}

/// `text` with dots in place of every value, but for the lines that the `length` bytes at `offset`
/// are in. Every line is as long as it was.
pub(super) fn quiet(text: &str, offset: usize, length: usize) -> String {
    // A place beyond the text is its end.
    let offset = offset.min(text.len().saturating_sub(1));
    let mut shown = String::with_capacity(text.len());
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        if start <= offset + length && offset < end {
            shown.push_str(line);
        } else {
            push_quiet(line, &mut shown);
        }
        start = end;
    }
    shown
}

/// Keeps indentation, key and comments, which say where one is.
fn push_quiet(line: &str, shown: &mut String) {
    let content = line.trim();
    let indent = line.len() - line.trim_start().len();
    let key = match content.find(": ") {
        _ if content.starts_with('#') || content.ends_with(':') => content.len(),
        Some(colon) => colon + 1,
        None => 0,
    };
    let (kept, rest) = line.split_at(indent + key);
    shown.push_str(kept);
    let value = rest.trim();
    if value.len() < DOTS.len() {
        shown.push_str(rest);
        return;
    }
    let gap = rest.len() - rest.trim_start().len();
    shown.extend(std::iter::repeat_n(' ', gap));
    shown.push_str(DOTS);
    shown.extend(std::iter::repeat_n(' ', value.len() - DOTS.len()));
    shown.push_str(&rest[gap + value.len()..]);
}

/// What stands for a value; shorter ones are no secrets.
const DOTS: &str = "...";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_line_in_question_shows_its_value() {
        let text = "\
exporters:
  otlp:
    endpoint: wrong
    headers: {authorization: Bearer geheim}
    n: 12
    tls:
      key_pem: |
        geheim
      # a comment
    list:
      - geheim
";
        let offset = text.find("wrong").expect("it is there");
        let quiet = quiet(text, offset, 5);
        let lines: Vec<_> = quiet.lines().map(str::trim_end).collect();
        let expected = [
            "exporters:",
            "  otlp:",
            "    endpoint: wrong",
            "    headers: ...",
            "    n: 12",
            "    tls:",
            "      key_pem: |",
            "        ...",
            "      # a comment",
            "    list:",
            "      ...",
        ];
        assert_eq!(lines, expected);
        assert_eq!(quiet.len(), text.len());
        assert_eq!(quiet.find("wrong"), Some(offset));
    }

    #[test]
    fn a_problem_at_the_end_or_beyond_it_is_no_panic() {
        assert_eq!(quiet("a: long", 7, 0), "a: long");
        assert_eq!(quiet("", 0, 1), "");
        assert_eq!(quiet("k: 私の秘密\n", 99, 1).len(), "k: 私の秘密\n".len());
    }
}
