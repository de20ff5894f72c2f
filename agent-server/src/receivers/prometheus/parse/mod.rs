//! The two text formats that targets answer in: Prometheus text 0.0.4 and OpenMetrics 1.0.
//!
//! ```
//! use campanile_agent::receivers::prometheus::parse::{Entry, Format, Limits, parse};
//!
//! let text = "# TYPE requests counter\nrequests_total{code=\"200\"} 7\n# EOF\n";
//! let mut values = Vec::new();
//! parse(Format::OpenMetrics, text, &Limits::default(), &mut |entry| {
//!     if let Entry::Sample(sample) = entry {
//!         values.push((sample.name.into_owned(), sample.value));
//!     }
//! })?;
//! assert_eq!(values, [("requests_total".to_owned(), 7.0)]);
//! # Ok::<(), campanile_agent::receivers::prometheus::parse::ParseError>(())
//! ```
//!
//! OpenMetrics is read as strictly as its reference parser does: what a family may hold, in which
//! order, with which values. Text 0.0.4 is read as Prometheus reads it, which accepts more than its
//! description says: a family may come in pieces, and a repeated `# TYPE` counts from there on.
//! Quoted names (`{"my.metric","my.label"="x"} 1`) are read in both.
//!
//! Names and values are borrowed from the text unless they have escapes.
//!
//! | file | what |
//! |---|---|
//! | `cursor`, `number` | bytes and numbers |
//! | `labels` | names, and what stands between braces |
//! | `text`, `openmetrics` | the lines of each format |
//! | `family`, `histogram` | what OpenMetrics demands of a family |
//!
//! Specifications: <https://prometheus.io/docs/instrumenting/exposition_formats/>,
//! <https://prometheus.io/docs/specs/om/open_metrics_spec/>.
//!
//! # Limits
//!
//! [`Limits`]: bytes of a line, labels of a sample, samples.

mod cursor;
mod entry;
mod error;
mod family;
mod histogram;
mod labels;
mod metadata;
mod number;
mod openmetrics;
#[cfg(test)]
mod tests;
mod text;

pub use self::entry::{Entry, Exemplar, Kind, Label, Sample};
pub use self::error::{ParseError, Wrong};
pub use self::labels::{is_label_name, is_metric_name};

/// A text format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `application/openmetrics-text`, version 1.0 (and 0.0.1, which is a subset of it).
    OpenMetrics,
    /// `text/plain`, version 0.0.4 (and 1.0.0, which adds quoted names).
    Text,
}

/// Upper bounds on what one answer may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Labels of one sample or exemplar.
    pub max_labels: usize,
    /// Bytes of one line.
    pub max_line: usize,
    /// Samples.
    pub max_samples: usize,
}

impl Default for Limits {
    /// 256 labels, lines of 256 KiB, 500,000 samples.
    fn default() -> Self {
        Self {
            max_labels: 256,
            max_line: 256 << 10,
            max_samples: 500_000,
        }
    }
}

/// Reads `text`, and hands each entry to `each` in the order of the text.
///
/// # Errors
///
/// The first thing that is wrong; what was handed over until then is not to be used.
pub fn parse<'t>(
    format: Format,
    text: &'t str,
    limits: &Limits,
    each: &mut dyn FnMut(Entry<'t>),
) -> Result<(), ParseError> {
    match format {
        Format::OpenMetrics => openmetrics::parse(text, limits, each),
        Format::Text => text::parse(text, limits, each),
    }
}
