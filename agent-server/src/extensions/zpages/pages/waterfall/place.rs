//! Where on the axis things are, in percent.

use crate::store::model::{Span, Trace};

/// The axis: from the trace's earliest start to its latest end.
pub(super) struct Scale {
    start: u64,
    duration: f64,
}

/// The bar of a span.
pub(in super::super) struct Bar {
    /// Where it begins.
    pub(in super::super) from: String,
    /// How long it is: enough to be seen.
    pub(in super::super) width: String,
    /// Where its events are.
    pub(in super::super) ticks: Vec<String>,
}

/// The events that a bar shows.
const MAX_TICKS: usize = 50;

/// The narrowest bar.
const MIN_WIDTH: f64 = 0.3;

impl Scale {
    pub(super) fn new(trace: &Trace) -> Self {
        Self {
            start: trace.start_unix_nano,
            duration: trace.duration_nanos.max(1) as f64,
        }
    }

    pub(super) fn bar(&self, span: &Span) -> Bar {
        let width = span.duration_nanos as f64 / self.duration * 100.0;
        let width = width.clamp(MIN_WIDTH, 100.0);
        let from = self.percent(span.start_unix_nano).min(100.0 - width);
        let events = span.events.iter().take(MAX_TICKS);
        Bar {
            from: format!("{from:.3}"),
            width: format!("{width:.3}"),
            ticks: events
                .map(|event| format!("{:.3}", self.percent(event.time_unix_nano)))
                .collect(),
        }
    }

    fn percent(&self, time: u64) -> f64 {
        let offset = time.saturating_sub(self.start) as f64;
        (offset / self.duration * 100.0).clamp(0.0, 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{payload, span, store};

    #[test]
    fn bars_stay_on_the_axis_whatever_the_times() {
        let store = store();
        let mut odd = span(1, 3, "odd");
        (odd.start, odd.duration) = (u64::MAX, 0);
        let spans = [span(1, 1, "a").at(0, 100), span(1, 2, "b").at(50, 0), odd];
        store.insert(&payload("front", &spans)).expect("inserted");
        let list = store.traces(&crate::store::Query::default()).expect("read");
        let trace = store.trace(list[0].trace_id).expect("read").expect("kept");
        let scale = Scale::new(&trace);
        for span in &trace.spans {
            let bar = scale.bar(span);
            let number = |text: &str| text.parse::<f64>().expect("a number");
            let end = number(&bar.from) + number(&bar.width);
            assert!(number(&bar.from) >= 0.0 && end <= 100.001, "{end}");
        }
    }

    #[test]
    fn a_span_in_the_middle_is_drawn_in_the_middle() {
        let scale = Scale {
            start: 1_000,
            duration: 100.0,
        };
        assert!((scale.percent(1_050) - 50.0).abs() < 1e-9);
        assert!((scale.percent(0) - 0.0).abs() < 1e-9);
    }
}
