//! A reader of pages that forgives nothing, for tests.

use std::collections::{BTreeMap, BTreeSet};

/// Samples by name and labels as written, if the page is as the formats want it.
pub(super) fn read(page: &str) -> Result<BTreeMap<String, f64>, String> {
    let is_open = page.ends_with("# EOF\n");
    let body = page.strip_suffix("# EOF\n").unwrap_or(page);
    let mut reader = Reader {
        is_open,
        ..Reader::default()
    };
    if !body.is_empty() && !body.ends_with('\n') {
        return Err("the last line does not end".to_owned());
    }
    for line in body.lines() {
        reader
            .line(line)
            .map_err(|wrong| format!("{wrong}: {line}"))?;
    }
    reader.check_histograms()?;
    Ok(reader.samples)
}

#[derive(Default)]
struct Reader {
    is_open: bool,
    /// The family that is being read, and its type.
    family: (String, String),
    families: BTreeSet<String>,
    samples: BTreeMap<String, f64>,
    /// By family and labels without `le`: bounds and counts.
    buckets: BTreeMap<String, Vec<(f64, f64)>>,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), String> {
        if let Some(comment) = line.strip_prefix("# ") {
            return self.comment(comment);
        }
        let (name, labels, rest) = series(line)?;
        let (family, kind) = &self.family;
        let suffixes: &[&str] = match (kind.as_str(), self.is_open) {
            ("counter", true) => &["_total"],
            ("histogram", _) => &["_bucket", "_sum", "_count"],
            ("info", _) => &["_info"],
            ("summary", _) => &["", "_sum", "_count"],
            _ => &[""],
        };
        let suffix = name
            .strip_prefix(family.as_str())
            .ok_or("of another family")?;
        if !suffixes.contains(&suffix) {
            return Err(format!("a {kind} has no {suffix}"));
        }
        let value = self.value(rest, suffix)?;
        let key = format!("{name} {labels:?}");
        if self.samples.insert(key, value).is_some() {
            return Err("twice".to_owned());
        }
        if suffix == "_bucket" {
            let le = labels.get("le").ok_or("no le")?;
            let le = le.replace("Inf", "inf").parse().map_err(|_| "le")?;
            let others: Vec<_> = labels.iter().filter(|(name, _)| *name != "le").collect();
            let key = format!("{family} {others:?}");
            self.buckets.entry(key).or_default().push((le, value));
        }
        Ok(())
    }

    fn comment(&mut self, comment: &str) -> Result<(), String> {
        let (word, rest) = comment.split_once(' ').ok_or("no name")?;
        let (name, rest) = name(rest)?;
        let rest = rest.strip_prefix(' ').ok_or("no text")?;
        if name != self.family.0 && !self.families.insert(name.clone()) {
            return Err("the family was there before".to_owned());
        }
        if name != self.family.0 {
            self.family = (name, String::new());
        }
        match word {
            "TYPE" => rest.clone_into(&mut self.family.1),
            "HELP" => {}
            "UNIT" if self.family.0.ends_with(&format!("_{rest}")) => {}
            _ => return Err("a comment that is none".to_owned()),
        }
        Ok(())
    }

    fn value(&self, rest: &str, suffix: &str) -> Result<f64, String> {
        let (sample, exemplar) = match rest.split_once(" # {") {
            Some((sample, exemplar)) => (sample, Some(exemplar)),
            None => (rest, None),
        };
        if exemplar.is_some() && !(self.is_open && matches!(suffix, "_bucket" | "_total")) {
            return Err("no exemplar belongs here".to_owned());
        }
        if exemplar.is_some_and(|text| text.chars().count() > 300 || !text.contains("} ")) {
            return Err("an exemplar".to_owned());
        }
        let mut words = sample.split(' ');
        let value: f64 = number(words.next().unwrap_or_default())?;
        if let Some(time) = words.next() {
            let _: f64 = number(time)?;
            if time.contains('.') != self.is_open {
                return Err("a time of the other format".to_owned());
            }
        }
        if words.next().is_some() {
            return Err("words too many".to_owned());
        }
        let counts = matches!(suffix, "_bucket" | "_count" | "_total" | "_sum");
        if self.is_open && counts && (value.is_nan() || value < 0.0) {
            return Err("what counts is neither negative nor NaN".to_owned());
        }
        Ok(value)
    }

    fn check_histograms(&self) -> Result<(), String> {
        for (key, buckets) in &self.buckets {
            let rises =
                buckets.is_sorted_by(|(le, count), (next, more)| le < next && count <= more);
            if !rises || buckets.last().is_none_or(|(le, _)| *le != f64::INFINITY) {
                return Err(format!("buckets of {key}: {buckets:?}"));
            }
        }
        Ok(())
    }
}

fn number(word: &str) -> Result<f64, String> {
    let is_word = |c: char| c.is_ascii_digit() || "+-.eInfNa".contains(c);
    if !word.chars().all(is_word) {
        return Err(format!("not a number: {word}"));
    }
    let word = word.replace("Inf", "inf");
    word.parse().map_err(|_| format!("not a number: {word}"))
}

/// A name, plain or in quotes, and what follows.
fn name(text: &str) -> Result<(String, &str), String> {
    if let Some(rest) = text.strip_prefix('"') {
        return quoted(rest);
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return Err("not a name".to_owned());
    }
    Ok((name.to_owned(), rest))
}

/// What stands before the next quote, unescaped, and what follows.
fn quoted(text: &str) -> Result<(String, &str), String> {
    let mut out = String::new();
    let mut chars = text.char_indices();
    while let Some((place, c)) = chars.next() {
        match c {
            '"' => return Ok((out, &text[place + 1..])),
            '\\' => match chars.next() {
                Some((_, 'n')) => out.push('\n'),
                Some((_, c @ ('"' | '\\'))) => out.push(c),
                _ => return Err("an escape that is none".to_owned()),
            },
            c => out.push(c),
        }
    }
    Err("a quote that never ends".to_owned())
}

type Series<'t> = (String, BTreeMap<String, String>, &'t str);

fn series(line: &str) -> Result<Series<'_>, String> {
    let mut labels = BTreeMap::new();
    let (mut found, mut rest) = match line.strip_prefix('{') {
        Some(_) => (None, line),
        None => name(line).map(|(name, rest)| (Some(name), rest))?,
    };
    if let Some(inner) = rest.strip_prefix('{') {
        rest = inner;
        loop {
            let (name, after) = name(rest)?;
            if let Some(after) = after.strip_prefix("=\"") {
                let (value, after) = quoted(after)?;
                if labels.insert(name, value).is_some() {
                    return Err("a label twice".to_owned());
                }
                rest = after;
            } else if found.is_none() {
                found = Some(name);
                rest = after;
            } else {
                return Err("a label without a value".to_owned());
            }
            match rest.split_at_checked(1) {
                Some((",", after)) => rest = after,
                Some(("}", after)) => {
                    rest = after;
                    break;
                }
                _ => return Err("labels".to_owned()),
            }
        }
    }
    let rest = rest.strip_prefix(' ').ok_or("no value")?;
    Ok((found.ok_or("no name")?, labels, rest))
}

#[test]
fn the_strict_reader_refuses_what_it_should() {
    let wrong = [
        "# TYPE a gauge\na 1",
        "# TYPE a gauge\nb 1\n",
        "# TYPE a gauge\na 1\na 2\n",
        "# TYPE a gauge\na{x=\"1\",x=\"2\"} 1\n",
        "# TYPE a gauge\na{x=\"1} 1\n",
        "# TYPE a gauge\na one\n",
        "# TYPE a gauge\n# TYPE b gauge\n# TYPE a gauge\n",
        "# TYPE a counter\na 1\n# EOF\n",
        "# TYPE a counter\na_total -1\n# EOF\n",
        "# TYPE a histogram\na_bucket{le=\"1\"} 1\n",
        "# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\n",
    ];
    for page in wrong {
        assert!(read(page).is_err(), "{page}");
    }
}
