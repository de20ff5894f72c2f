//! `probabilistic_sampler`: keeps a percentage of spans and log records.
//!
//! Each item is decided on by itself and at once, by what all items of its trace have in common:
//! nothing waits, and agents that are configured alike decide alike. What is kept says with which
//! probability, so that whoever counts can count back.
//!
//! | mode | decides by | agrees with |
//! |---|---|---|
//! | `hash_seed` | 14 bits of FNV-1a over seed and trace id | the Collector |
//! | `murmur3` | 14 bits of `MurmurHash3` over the trace id | the OpenCensus service |
//! | `proportional`, `equalizing` | 56 bits of the trace id, or `rv` | every consistent sampler |
//!
//! [`decision`] is pure; [`spans`] and [`records`] read what it needs and write what it says.

mod config;
mod counters;
mod decision;
mod hash;
mod processor;
mod records;
mod spans;
#[cfg(test)]
mod tests;
mod threshold;
mod tracestate;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::config::Config;
use self::processor::ProbabilisticSampler;
use crate::component::{BuildError, Context, Factory, Processing};

/// The factory.
#[derive(Debug)]
pub(crate) struct Probabilistic;

impl Factory for Probabilistic {
    const TYPE: &'static str = "probabilistic_sampler";
    const ABOUT: &'static str = "keeps a percentage of spans and log records";
    const SIGNALS: &'static [Signal] = &[Signal::Traces, Signal::Logs];
    type Config = Config;
    type Component = Processing;

    fn build(config: Config, context: Context) -> Result<Processing, BuildError> {
        let sampler = ProbabilisticSampler::new(&config, &context);
        Ok(Processing::Step(Arc::new(sampler)))
    }
}
