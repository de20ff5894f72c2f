//! From a payload to series.

use std::collections::BTreeMap;

use campanile_wire::prometheus::text::claims;
use campanile_wire::prometheus::{
    Family, Kind, Labels, Loss, Point, PointValue, Settings, Sink, translate,
};

use crate::exporters::losses::Tally;

/// Names that are those of another metric of the payload, of another type.
const CONFLICT: &str = "conflicting_type";

/// A delta: remote write knows only sums since a start.
const DELTA: &str = "not_cumulative";

/// An exponential histogram that is coarser than any native one.
const COARSE: &str = "too_coarse";

/// Every reason for which points are not written.
pub(super) fn reasons() -> impl Iterator<Item = &'static str> {
    let own = [CONFLICT, DELTA, COARSE];
    Loss::ALL.map(Loss::reason).into_iter().chain(own)
}

/// The series of a payload, and what it lost.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) families: Vec<OwnedFamily>,
    /// The points of each series in the order of their times, by family and labels.
    pub(super) series: BTreeMap<(usize, Labels), Vec<Point>>,
    pub(super) tally: Tally,
    /// Which family has which name, of metrics or of their samples.
    claimed: BTreeMap<String, usize>,
}

/// A family that outlives its payload.
#[derive(Debug)]
pub(super) struct OwnedFamily {
    name: String,
    kind: Kind,
    help: String,
    unit: String,
}

impl OwnedFamily {
    pub(super) fn family(&self) -> Family<'_> {
        Family {
            name: self.name.clone(),
            kind: self.kind,
            help: &self.help,
            unit: self.unit.clone(),
        }
    }
}

/// Translates `request` and sorts its points by series; those without a time are of `now`, in
/// nanoseconds since the Unix epoch.
pub(super) fn gather(request: &[u8], settings: &Settings, now: u64) -> Gathered {
    let mut gathered = Gathered::default();
    translate(request, settings, now, &mut gathered);
    for points in gathered.series.values_mut() {
        points.sort_by_key(|point| point.time_unix_nano);
    }
    gathered
}

impl Sink for Gathered {
    fn take(&mut self, family: &Family<'_>, mut point: Point) {
        if point.is_delta {
            return self.tally.add(DELTA, 1);
        }
        if let PointValue::Exponential(histogram) = &point.value
            && histogram.is_too_coarse()
            && !point.is_stale
        {
            return self.tally.add(COARSE, 1);
        }
        let Some(place) = self.place(family) else {
            return self.tally.add(CONFLICT, 1);
        };
        // The labels are kept once, as the key.
        let key = (place, std::mem::take(&mut point.labels));
        self.series.entry(key).or_default().push(point);
    }

    fn lose(&mut self, loss: Loss, points: u64) {
        self.tally.add(loss.reason(), points);
    }
}

impl Gathered {
    /// Where the family is among all; `None` when its names are those of another.
    fn place(&mut self, family: &Family<'_>) -> Option<usize> {
        if let Some(place) = self.claimed.get(&family.name) {
            let found = self.families.get(*place)?;
            let is_same = found.name == family.name && found.kind == family.kind;
            return is_same.then_some(*place);
        }
        let claims = claims(family);
        if claims.iter().any(|name| self.claimed.contains_key(name)) {
            return None;
        }
        let place = self.families.len();
        self.claimed
            .extend(claims.into_iter().map(|name| (name, place)));
        self.families.push(OwnedFamily {
            name: family.name.clone(),
            kind: family.kind,
            help: family.help.to_owned(),
            unit: family.unit.clone(),
        });
        Some(place)
    }
}
