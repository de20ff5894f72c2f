//! A meter provider that counts series and does nothing else. Without it there would be the limit
//! of the SDK, which hides how many there are.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use opentelemetry::metrics::{
    Histogram, HistogramBuilder, InstrumentBuilder, InstrumentProvider, Meter, MeterProvider,
    SyncInstrument, UpDownCounter,
};
use opentelemetry::{InstrumentationScope, KeyValue};

/// The attributes of one instrument.
type Seen = Arc<Mutex<HashSet<Vec<KeyValue>>>>;

/// The series of every instrument. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Series(Arc<Mutex<BTreeMap<String, Seen>>>);

impl Series {
    /// How many series each instrument has that was used.
    pub(super) fn count(&self) -> BTreeMap<String, usize> {
        let instruments = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = instruments.iter().map(|(name, seen)| {
            let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            (name.clone(), seen.len())
        });
        counts.filter(|(_, count)| *count > 0).collect()
    }

    /// How many combinations of values `keys` have, whatever the instrument.
    pub(super) fn distinct(&self, keys: &[&str]) -> usize {
        let instruments = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut combinations = HashSet::new();
        for seen in instruments.values() {
            let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            for attributes in seen.iter() {
                let chosen = attributes
                    .iter()
                    .filter(|kv| keys.contains(&kv.key.as_str()));
                combinations.insert(chosen.cloned().collect::<Vec<_>>());
            }
        }
        combinations.len()
    }

    fn instrument(&self, name: &str) -> Arc<Instrument> {
        let mut instruments = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = instruments.entry(name.to_owned()).or_default();
        Arc::new(Instrument(Arc::clone(seen)))
    }
}

impl MeterProvider for Series {
    fn meter_with_scope(&self, _: InstrumentationScope) -> Meter {
        Meter::new(Arc::new(self.clone()))
    }
}

impl InstrumentProvider for Series {
    fn f64_histogram(&self, builder: HistogramBuilder<'_, Histogram<f64>>) -> Histogram<f64> {
        Histogram::new(self.instrument(&builder.name))
    }

    fn u64_histogram(&self, builder: HistogramBuilder<'_, Histogram<u64>>) -> Histogram<u64> {
        Histogram::new(self.instrument(&builder.name))
    }

    fn i64_up_down_counter(
        &self,
        builder: InstrumentBuilder<'_, UpDownCounter<i64>>,
    ) -> UpDownCounter<i64> {
        UpDownCounter::new(self.instrument(&builder.name))
    }
}

/// An instrument that remembers which attributes it was used with.
struct Instrument(Seen);

impl<T> SyncInstrument<T> for Instrument {
    fn measure(&self, _: T, attributes: &[KeyValue]) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !seen.contains(attributes) {
            seen.insert(attributes.to_vec());
        }
    }
}
