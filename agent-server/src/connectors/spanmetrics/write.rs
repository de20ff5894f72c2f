//! What is due, as OTLP.

use campanile_wire::otlp::write;

use super::super::points::{Now, counter, metric};
use super::plan::{Emits, Plan};
use super::resource::Resource;
use super::series::Family;
use super::usage::Usage;

impl Resource {
    /// Appends the `ResourceMetrics` of all points that are due, if there are any. Says how many.
    pub(super) fn write(&mut self, request: &mut Vec<u8>, plan: &Plan, now: Now) -> u64 {
        let begin = request.len();
        let message = std::mem::take(&mut self.message);
        let mut points = 0;
        write::nested(request, 1, |out| {
            write::nested(out, 1, |resource| resource.extend_from_slice(&message));
            write::nested(out, 2, |scope_metrics| {
                write::nested(scope_metrics, 1, |scope| {
                    write::text(scope, 1, "campanile/spanmetrics");
                    write::text(scope, 2, env!("CARGO_PKG_VERSION"));
                });
                for (family, emits) in plan.of(self) {
                    points += family.write(scope_metrics, plan, emits, now);
                }
            });
        });
        self.message = message;
        if points == 0 {
            request.truncate(begin);
        }
        points
    }
}

impl Family {
    fn write(&mut self, scope: &mut Vec<u8>, plan: &Plan, emits: &Emits, now: Now) -> u64 {
        let mut points = 0;
        let temporality = plan.temporality.number();
        if let Some((name, about)) = &emits.counter {
            let fill = |data: &mut Vec<u8>| {
                for (key, series) in &self.series {
                    if let Some(times) = series.times(plan, now) {
                        points += 1;
                        counter(data, series.count, key, times);
                    }
                }
            };
            metric(scope, [name, about, ""], 7, fill, |data| {
                write::varint(data, 2, temporality);
                write::varint(data, 3, 1);
            });
        }
        if let Some(name) = &emits.durations {
            let fill = |data: &mut Vec<u8>| {
                for (key, series) in &self.series {
                    if let (Some(times), Some(latencies)) =
                        (series.times(plan, now), &series.latencies)
                    {
                        points += 1;
                        latencies.write(data, &plan.layout, key, times, &series.exemplars);
                    }
                }
            };
            let names = [name, "How long spans took.", plan.unit];
            metric(scope, names, plan.layout.field(), fill, |data| {
                write::varint(data, 2, temporality);
            });
        }
        for series in self.series.values_mut() {
            series.written(plan, now);
        }
        self.active = 0;
        points
    }

    /// Forgets series that have been quiet for long, and, with delta temporality, those that are
    /// too many.
    pub(super) fn forget(&mut self, plan: &Plan, emits: &Emits, usage: &mut Usage, now: Now) {
        let limits = &plan.limits;
        let mut oldest = None;
        if plan.temporality.is_delta() && self.series.len() > limits.quiet {
            let mut seen: Vec<_> = self.series.values().map(|series| series.seen).collect();
            seen.sort_unstable();
            let excess = seen.len() - limits.quiet;
            oldest = seen.get(excess - 1).copied();
        }
        self.series.retain(|key, series| {
            let keep = !series.expired(limits.series_expiration, now)
                && oldest.is_none_or(|oldest| series.seen > oldest);
            if !keep {
                usage.remove(plan, emits, key);
            }
            keep
        });
    }
}
