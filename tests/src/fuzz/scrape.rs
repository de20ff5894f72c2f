//! What the `prometheus` receiver reads: the two text formats, and lists of targets.

use campanile_agent::receivers::prometheus::discovery::{Document, read};
use campanile_agent::receivers::prometheus::parse::{
    Entry, Format, Label, Limits, Sample, is_label_name, is_metric_name, parse,
};

/// Text 0.0.4.
pub(super) fn prometheus_text(bytes: &[u8]) {
    exposition(Format::Text, bytes);
}

/// OpenMetrics.
pub(super) fn prometheus_openmetrics(bytes: &[u8]) {
    exposition(Format::OpenMetrics, bytes);
}

/// What is read is sorted, within its limits, and means the same when it is written again.
fn exposition(format: Format, bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    let limits = Limits {
        max_labels: 8,
        max_line: 512,
        max_samples: 64,
    };
    let mut samples = Vec::new();
    let read = parse(format, text, &limits, &mut |entry| {
        if let Entry::Sample(sample) = entry {
            samples.push(sample);
        }
    });
    if let Err(error) = read {
        assert!(error.line <= text.split('\n').count() + 1, "{error}");
        return;
    }
    assert!(samples.len() <= limits.max_samples);
    for sample in &samples {
        is_sorted(&sample.labels, &limits);
        let written = write(format, sample);
        let mut again = Vec::new();
        let unlimited = Limits {
            max_line: usize::MAX,
            ..limits
        };
        let read = parse(format, &written, &unlimited, &mut |entry| again.push(entry));
        assert_eq!(read, Ok(()), "{written:?}");
        assert_eq!(again.len(), 1, "{written:?}");
        let same = matches!(&again[0], Entry::Sample(other) if is_same(sample, other));
        assert!(same, "{sample:?} became {again:?} by way of {written:?}");
    }
}

fn is_sorted(labels: &[Label<'_>], limits: &Limits) {
    assert!(labels.len() <= limits.max_labels);
    let names: Vec<_> = labels.iter().map(|label| &label.name).collect();
    assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
}

fn is_same(sample: &Sample<'_>, other: &Sample<'_>) -> bool {
    let is_nan = sample.value.is_nan() && other.value.is_nan();
    sample.name == other.name
        && sample.labels == other.labels
        && (is_nan || sample.value.to_bits() == other.value.to_bits())
}

/// The sample as a text of its own, of no type, so that no rule but those of lines applies.
fn write(format: Format, sample: &Sample<'_>) -> String {
    let quoted = |text: &str| {
        let text = text.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{}\"", text.replace('\n', "\\n"))
    };
    let mut between = Vec::new();
    let mut before = "";
    if is_metric_name(&sample.name) {
        before = &sample.name;
    } else {
        between.push(quoted(&sample.name));
    }
    for label in &sample.labels {
        let name = match is_label_name(&label.name) {
            true => label.name.clone().into_owned(),
            false => quoted(&label.name),
        };
        between.push(format!("{name}={}", quoted(&label.value)));
    }
    let end = match format {
        Format::OpenMetrics => "# EOF\n",
        Format::Text => "",
    };
    format!("{before}{{{}}} {}\n{end}", between.join(","), sample.value)
}

/// A list of targets: the first byte picks the form.
pub(super) fn prometheus_targets(bytes: &[u8]) {
    let Some((first, document)) = bytes.split_first() else {
        return;
    };
    let form = match first % 2 {
        0 => Document::Json,
        _ => Document::Yaml,
    };
    let Ok(groups) = read(form, document) else {
        return;
    };
    for name in groups.iter().flat_map(|group| group.labels.keys()) {
        assert!(is_label_name(name), "{name:?}");
    }
}
