//! A sample is put to its point.

use std::borrow::Cow;

use super::catalog::{About, Part, Place};
use super::collect::Naming;
use super::names;
use super::points::{Metric, Points, Value};
use crate::receivers::prometheus::labels::Labels;
use crate::receivers::prometheus::parse::{Exemplar, Kind};

/// The metric by which a target says who it is.
const TARGET_INFO: &str = "target_info";
/// What the labels of a scope begin with.
const SCOPE: &str = "otel_scope_";

/// A sample without its name.
#[derive(Debug)]
pub(super) struct Gathered<'t> {
    pub(super) value: f64,
    pub(super) time: Option<i64>,
    pub(super) exemplar: Option<Exemplar<'t>>,
    pub(super) labels: Labels<'t>,
}

/// Puts the sample `name` to its point. Says whether it was the first of its series and time.
pub(super) fn gather<'t>(
    name: &str,
    place: &Place<'_>,
    about: &About<'t>,
    sample: Gathered<'t>,
    naming: Naming,
    points: &mut Points<'t>,
) -> bool {
    let mut labels = sample.labels;
    let job = labels.remove("job").unwrap_or_default();
    let instance = labels.remove("instance").unwrap_or_default();
    if name == TARGET_INFO {
        let key = (job.into_owned(), instance.into_owned());
        return points.infos.insert(key, labels).is_none();
    }
    let bound = match (place.kind, place.part) {
        (_, Part::Bucket) => number(labels.remove("le")),
        (Kind::Summary, Part::Quantile) => number(labels.remove("quantile")),
        _ => f64::NAN,
    };
    let scope = if labels.iter().any(|(name, _)| name.starts_with(SCOPE)) {
        labels.extract(|name| name.starts_with(SCOPE))
    } else {
        Labels::default()
    };
    let metric = Metric {
        job,
        instance,
        scope,
        name: names::metric(name, place, about.unit, naming).into(),
        unit: names::unit(about.unit),
        kind: place.kind,
        ..Metric::default()
    };
    let point = points.point_about(metric, about, labels, sample.time);
    point.samples += 1;
    point.exemplars.extend(sample.exemplar);
    put(
        place,
        bound,
        sample.value,
        &mut point.value,
        &mut point.created,
    )
}

/// Puts a value to its place in a point. Says whether it was empty.
fn put(
    place: &Place<'_>,
    bound: f64,
    value: f64,
    into: &mut Value,
    created: &mut Option<f64>,
) -> bool {
    if place.part == Part::Created {
        return put_first(created, value);
    }
    if place.part == Part::Value {
        let fresh = *into == Value::Stale;
        if fresh {
            *into = Value::Number(value);
        }
        return fresh;
    }
    if *into == Value::Stale {
        *into = Value::Parts {
            count: None,
            sum: None,
            list: Vec::new(),
        };
    }
    let Value::Parts { count, sum, list } = into else {
        return false;
    };
    match place.part {
        Part::Count => put_first(count, value),
        Part::Sum => put_first(sum, value),
        _ => {
            // Buckets come in order, so that one that comes twice comes twice in a row.
            let fresh = list.last().is_none_or(|(last, _)| *last != bound) && !bound.is_nan();
            if fresh {
                list.push((bound, value));
            }
            fresh
        }
    }
}

fn put_first(into: &mut Option<f64>, value: f64) -> bool {
    let fresh = into.is_none();
    into.get_or_insert(value);
    fresh
}

fn number(text: Option<Cow<'_, str>>) -> f64 {
    text.and_then(|text| text.parse().ok()).unwrap_or(f64::NAN)
}
