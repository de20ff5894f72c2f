//! The series of the page.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use campanile_wire::prometheus::text::claims;
use campanile_wire::prometheus::{Family, Kind, Labels, Point, PointValue};
use tokio::time::Instant;

use super::accumulate::accumulate;

/// Bytes of a line beside name and labels: quotes, commas, the value, a time.
const LINE: usize = 64;

/// How often room is looked for among series that have expired.
const SWEEP: Duration = Duration::from_secs(1);

/// How much the page may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    /// Lines.
    pub(super) max_series: usize,
    /// About how many bytes they have.
    pub(super) max_bytes: usize,
    /// How long a series stays after its last point.
    pub(super) expiration: Duration,
}

/// Why a point is not on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// The name, or one that the samples would have, belongs to a family of another type.
    Conflict,
    /// A delta of something that goes up and down.
    Delta,
    /// There is no room.
    Full,
    /// The page has a later point.
    OutOfOrder,
}

impl Refused {
    pub(super) const ALL: [Self; 4] = [Self::Conflict, Self::Delta, Self::Full, Self::OutOfOrder];

    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::Conflict => "conflicting_type",
            Self::Delta => "delta_not_monotonic",
            Self::Full => "limit",
            Self::OutOfOrder => "out_of_order",
        }
    }
}

/// Families and the latest point of each of their series. Knows no clock: every call says what time
/// it is.
#[derive(Debug)]
pub(super) struct SeriesSet {
    bounds: Bounds,
    pub(super) families: BTreeMap<String, Kept>,
    /// Every name that a sample may have.
    claimed: BTreeSet<String>,
    total: Cost,
    swept: Option<Instant>,
}

/// One family.
#[derive(Debug)]
pub(super) struct Kept {
    kind: Kind,
    help: String,
    unit: String,
    pub(super) series: BTreeMap<Labels, Entry>,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) point: Point,
    seen: Instant,
    cost: Cost,
}

/// What a series takes of the bounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cost {
    lines: usize,
    bytes: usize,
}

impl Cost {
    fn of(family: &Family<'_>, labels: &Labels, point: &Point) -> Self {
        let lines = match &point.value {
            PointValue::Classic(histogram) => histogram.counts.len() + 2,
            // An exponential one is kept as the above.
            PointValue::Exponential(_) | PointValue::Number(_) => 1,
            PointValue::Summary(summary) => summary.quantiles.len() + 2,
        };
        let line = family.name.len() + labels.size() + LINE;
        let exemplars = point.exemplars.iter();
        let exemplars: usize = exemplars
            .map(|exemplar| exemplar.labels.size() + LINE)
            .sum();
        Self {
            lines,
            bytes: lines.saturating_mul(line).saturating_add(exemplars),
        }
    }

    /// What a family takes beside its series.
    fn of_family(family: &Family<'_>) -> Self {
        Self {
            lines: 0,
            bytes: 2 * family.name.len() + family.help.len() + LINE,
        }
    }

    fn take(&mut self, other: Self) {
        self.lines = self.lines.saturating_add(other.lines);
        self.bytes = self.bytes.saturating_add(other.bytes);
    }

    fn give_back(&mut self, other: Self) {
        self.lines = self.lines.saturating_sub(other.lines);
        self.bytes = self.bytes.saturating_sub(other.bytes);
    }
}

impl Kept {
    /// The family, under its own name or another.
    pub(super) fn family(&self, name: &str) -> Family<'_> {
        Family {
            name: name.to_owned(),
            kind: self.kind,
            help: &self.help,
            unit: self.unit.clone(),
        }
    }
}

impl SeriesSet {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            families: BTreeMap::new(),
            claimed: BTreeSet::new(),
            total: Cost::default(),
            swept: None,
        }
    }

    /// Lines on the page.
    pub(super) fn lines(&self) -> usize {
        self.total.lines
    }

    /// Whether the family has another help text here: the first one stays.
    pub(super) fn has_other_help(&self, family: &Family<'_>) -> bool {
        let kept = self.families.get(&family.name);
        kept.is_some_and(|kept| kept.kind == family.kind && kept.help != family.help)
    }

    /// Puts a point on the page. A stale one takes its series off.
    pub(super) fn take(
        &mut self,
        family: &Family<'_>,
        mut point: Point,
        now: Instant,
    ) -> Result<(), Refused> {
        let counts = matches!(family.kind, Kind::Counter | Kind::Histogram);
        if point.is_delta && !counts {
            return Err(Refused::Delta);
        }
        self.claim(family)?;
        // The labels are kept once, as the key.
        let labels = std::mem::take(&mut point.labels);
        if point.is_stale {
            self.remove(family, &labels);
            return Ok(());
        }
        if let PointValue::Exponential(histogram) = &point.value {
            point.value = PointValue::Classic(histogram.classic());
        }
        if let Some(entry) = self.entry(family, &labels) {
            point = accumulate(&entry.point, point).ok_or(Refused::OutOfOrder)?;
        }
        let cost = Cost::of(family, &labels, &point);
        if !self.fits(family, &labels, cost) {
            self.sweep(now);
            if !self.fits(family, &labels, cost) {
                return Err(Refused::Full);
            }
        }
        let entry = Entry {
            seen: now,
            cost,
            point,
        };
        self.put(family, labels, entry);
        Ok(())
    }

    /// Whether the names of the family are free, or its own.
    fn claim(&self, family: &Family<'_>) -> Result<(), Refused> {
        let is_free = match self.families.get(&family.name) {
            Some(kept) => kept.kind == family.kind,
            None => !claims(family)
                .iter()
                .any(|name| self.claimed.contains(name)),
        };
        is_free.then_some(()).ok_or(Refused::Conflict)
    }

    fn entry(&self, family: &Family<'_>, labels: &Labels) -> Option<&Entry> {
        self.families.get(&family.name)?.series.get(labels)
    }

    /// Whether there is room for a series of this cost, in place of what it is now.
    fn fits(&self, family: &Family<'_>, labels: &Labels, cost: Cost) -> bool {
        let mut total = self.total;
        if let Some(entry) = self.entry(family, labels) {
            total.give_back(entry.cost);
        }
        if !self.families.contains_key(&family.name) {
            total.take(Cost::of_family(family));
        }
        total.take(cost);
        total.lines <= self.bounds.max_series && total.bytes <= self.bounds.max_bytes
    }

    fn put(&mut self, family: &Family<'_>, labels: Labels, entry: Entry) {
        if !self.families.contains_key(&family.name) {
            self.claimed.extend(claims(family));
            let kept = Kept {
                kind: family.kind,
                help: family.help.to_owned(),
                unit: family.unit.clone(),
                series: BTreeMap::new(),
            };
            self.families.insert(family.name.clone(), kept);
            self.total.take(Cost::of_family(family));
        }
        let Some(kept) = self.families.get_mut(&family.name) else {
            return;
        };
        self.total.take(entry.cost);
        if let Some(before) = kept.series.insert(labels, entry) {
            self.total.give_back(before.cost);
        }
    }

    fn remove(&mut self, family: &Family<'_>, labels: &Labels) {
        let Some(kept) = self.families.get_mut(&family.name) else {
            return;
        };
        if let Some(entry) = kept.series.remove(labels) {
            self.total.give_back(entry.cost);
        }
        if kept.series.is_empty() {
            self.forget_empty();
        }
    }

    /// Makes room, unless that was tried just now.
    fn sweep(&mut self, now: Instant) {
        if self.swept.is_none_or(|swept| now - swept >= SWEEP) {
            self.expire(now);
        }
    }

    /// Takes every series off the page whose last point came too long ago.
    pub(super) fn expire(&mut self, now: Instant) {
        self.swept = Some(now);
        let (expiration, total) = (self.bounds.expiration, &mut self.total);
        for kept in self.families.values_mut() {
            kept.series.retain(|_, entry| {
                let stays = now - entry.seen < expiration;
                if !stays {
                    total.give_back(entry.cost);
                }
                stays
            });
        }
        self.forget_empty();
    }

    /// Frees the names of families without series.
    fn forget_empty(&mut self) {
        let empty = self.families.iter();
        let empty = empty.filter(|(_, kept)| kept.series.is_empty());
        let empty: Vec<String> = empty.map(|(name, _)| name.clone()).collect();
        for name in empty {
            let Some(kept) = self.families.remove(&name) else {
                continue;
            };
            let family = kept.family(&name);
            self.total.give_back(Cost::of_family(&family));
            for name in claims(&family) {
                self.claimed.remove(&name);
            }
        }
    }
}
