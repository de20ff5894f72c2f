//! Writing a page.

use std::fmt::Write as _;

use super::super::{
    Exemplar, Family, Kind, Labels, Point, Sample, is_label_name, is_metric_name, samples,
};
use super::TextFormat;
use super::escape;
use super::value::{bound, seconds, value};

/// A page that is being written.
#[derive(Debug)]
pub struct Page {
    out: String,
    format: TextFormat,
    timestamps: bool,
}

impl Page {
    /// An empty page; `timestamps` says whether samples have their times.
    #[must_use]
    pub fn new(format: TextFormat, timestamps: bool) -> Self {
        Self {
            out: String::new(),
            format,
            timestamps,
        }
    }

    /// Writes a family, all of whose points are given, with the labels to show them with.
    pub fn family<'p>(
        &mut self,
        family: &Family<'_>,
        points: impl Iterator<Item = (&'p Labels, &'p Point)>,
    ) {
        let kind = self.kind(family);
        let name = self.family_name(&family.name, kind);
        let mut shown = String::new();
        quoted(&mut shown, name, is_metric_name(name));
        if !family.help.is_empty() {
            let _ = write!(self.out, "# HELP {shown} ");
            let quotes = self.is_open();
            escape::text(&mut self.out, family.help, quotes);
            self.out.push('\n');
        }
        let _ = writeln!(self.out, "# TYPE {shown} {}", self.type_word(kind));
        let unit = &family.unit;
        if self.is_open() && !unit.is_empty() && name.ends_with(&format!("_{unit}")) {
            let _ = writeln!(self.out, "# UNIT {shown} {unit}");
        }
        for (labels, point) in points {
            self.point(name, kind, labels, point);
        }
    }

    /// The whole page.
    #[must_use]
    pub fn finish(mut self) -> String {
        if self.is_open() {
            self.out.push_str("# EOF\n");
        }
        self.out
    }

    fn is_open(&self) -> bool {
        self.format == TextFormat::OpenMetrics
    }

    /// What the family is on this page: OpenMetrics wants more of an info than Prometheus, and of a
    /// state set more than is known.
    fn kind(&self, family: &Family<'_>) -> Kind {
        match family.kind {
            Kind::Info if self.is_open() && family.name.ends_with("_info") => Kind::Info,
            Kind::Info | Kind::StateSet => Kind::Gauge,
            kind => kind,
        }
    }

    fn type_word(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Counter => "counter",
            Kind::Gauge | Kind::StateSet => "gauge",
            Kind::Histogram => "histogram",
            Kind::Info => "info",
            Kind::Summary => "summary",
            Kind::Unknown if self.is_open() => "unknown",
            Kind::Unknown => "untyped",
        }
    }

    /// The family's name: without the suffix of its samples in OpenMetrics.
    fn family_name<'n>(&self, name: &'n str, kind: Kind) -> &'n str {
        let suffix = match kind {
            Kind::Counter if self.is_open() => "_total",
            Kind::Info if self.is_open() => "_info",
            _ => return name,
        };
        name.strip_suffix(suffix).unwrap_or(name)
    }

    fn point(&mut self, name: &str, kind: Kind, labels: &Labels, point: &Point) {
        let samples = samples(point);
        let has_total = !self.is_open() || kind != Kind::Histogram || may_have_sum(&samples);
        for sample in &samples {
            let suffix = match (kind, sample.suffix) {
                (Kind::Counter, "") if self.is_open() => "_total",
                (Kind::Info, "") => "_info",
                (Kind::Histogram, "_sum" | "_count") if !has_total => continue,
                (Kind::Summary, "_sum") if self.is_open() && !counts(sample.value) => continue,
                (_, suffix) => suffix,
            };
            self.series(name, suffix, labels, sample);
            self.time(point);
            if self.is_open() && matches!(suffix, "_bucket" | "_total") {
                // The latest that came, for one sample has one exemplar.
                if let Some(exemplar) = sample.exemplars.last() {
                    self.exemplar(exemplar);
                }
            }
            self.out.push('\n');
        }
    }

    /// Writes name, labels and value.
    fn series(&mut self, name: &str, suffix: &str, labels: &Labels, sample: &Sample<'_>) {
        let is_plain = is_metric_name(name);
        if is_plain {
            let _ = write!(self.out, "{name}{suffix}");
        }
        let start = self.out.len();
        self.out.push('{');
        if !is_plain {
            quoted(&mut self.out, &format!("{name}{suffix}"), false);
            self.out.push(',');
        }
        self.labels(labels);
        if let Some((label, at)) = sample.label {
            let is_open = self.is_open();
            let _ = write!(self.out, "{label}=\"");
            bound(&mut self.out, at, is_open);
            self.out.push_str("\",");
        }
        self.close(start);
        self.out.push(' ');
        value(&mut self.out, sample.value);
    }

    fn time(&mut self, point: &Point) {
        if !self.timestamps {
            return;
        }
        self.out.push(' ');
        if self.is_open() {
            seconds(&mut self.out, point.time_unix_nano);
        } else {
            let _ = write!(self.out, "{}", point.time_unix_millis());
        }
    }

    fn exemplar(&mut self, exemplar: &Exemplar) {
        self.out.push_str(" # {");
        let start = self.out.len();
        self.labels(&exemplar.labels);
        if self.out.len() > start {
            self.out.pop();
        }
        self.out.push_str("} ");
        value(&mut self.out, exemplar.value);
        if exemplar.time_unix_nano > 0 {
            self.out.push(' ');
            seconds(&mut self.out, exemplar.time_unix_nano);
        }
    }

    /// Writes labels, each with a comma behind it.
    fn labels(&mut self, labels: &Labels) {
        for (name, value) in labels.iter() {
            quoted(&mut self.out, name, is_label_name(name));
            self.out.push_str("=\"");
            escape::text(&mut self.out, value, true);
            self.out.push_str("\",");
        }
    }

    /// Ends the braces that begin at `start`, or takes them away when there is nothing in them.
    fn close(&mut self, start: usize) {
        let last = self.out.pop();
        if last == Some(',') {
            self.out.push('}');
        } else {
            self.out.truncate(start);
        }
    }
}

/// Writes a name, in quotes unless it is plain.
fn quoted(out: &mut String, name: &str, is_plain: bool) {
    if is_plain {
        return out.push_str(name);
    }
    out.push('"');
    escape::text(out, name, true);
    out.push('"');
}

/// Whether OpenMetrics lets a histogram have a sum, and then a count: not with negative buckets,
/// where sums may fall.
fn may_have_sum(samples: &[Sample<'_>]) -> bool {
    let is_negative = |sample: &Sample<'_>| sample.label.is_some_and(|(_, bound)| bound < 0.0);
    let sum = samples.iter().find(|sample| sample.suffix == "_sum");
    sum.is_some_and(|sum| counts(sum.value)) && !samples.iter().any(is_negative)
}

/// Whether OpenMetrics lets something that counts have this value.
fn counts(value: f64) -> bool {
    value >= 0.0
}

/// The names that a family takes on pages of either format: two families of a page may share none.
#[must_use]
pub fn claims(family: &Family<'_>) -> Vec<String> {
    let name = &family.name;
    let suffixes: &[&str] = match family.kind {
        Kind::Counter => &["_total", "_created"],
        Kind::Histogram => &["_bucket", "_count", "_created", "_sum"],
        Kind::Info => &["_info"],
        Kind::Summary => &["_count", "_created", "_sum"],
        Kind::Gauge | Kind::StateSet | Kind::Unknown => &[],
    };
    let base = match family.kind {
        Kind::Counter => name.strip_suffix("_total").unwrap_or(name),
        Kind::Info => name.strip_suffix("_info").unwrap_or(name),
        _ => name,
    };
    let mut claims: Vec<String> = suffixes
        .iter()
        .map(|suffix| format!("{base}{suffix}"))
        .collect();
    claims.push(base.to_owned());
    if base != name {
        claims.push(name.clone());
    }
    claims.sort();
    claims.dedup();
    claims
}
