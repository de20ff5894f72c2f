//! `tail_sampling`: keeps spans until enough of their trace is there to decide on it as a whole.
//!
//! | part | what it does |
//! |---|---|
//! | [`split`] | takes a payload apart by trace; on the lane's task |
//! | [`sampler`] | what waits, what is due, what was decided: pure, with the time passed in |
//! | [`policies`], [`policy`] | what is said of a trace |
//! | [`held`] | payloads, until every span is decided on and handed over |
//! | [`parcel`] | what is kept, joined across payloads |
//! | [`task`] | the clock, what comes, and what is handed on, one parcel after the other |
//! | [`hold`] | the destination of the lane in front |
//!
//! Nothing is copied while it waits: a trace is a list of places in the payloads that the lane in
//! front holds anyway, until the last of their spans is answered for. So nothing that was accepted
//! is forgotten: with a log in front, what was not decided on comes again after a crash.

mod build;
mod config;
mod counters;
mod evidence;
mod held;
mod hold;
mod parcel;
mod policies;
mod policy;
mod remembered;
mod sampler;
mod slots;
mod split;
mod summary;
mod task;
#[cfg(test)]
mod tests;
mod traces;

use campanile_wire::otlp::Signal;

use self::config::Config;
use self::counters::Counters;
use self::hold::TailSampler;
use self::sampler::Sampler;
use crate::component::{BuildError, Context, Factory, Processing};

/// The factory.
#[derive(Debug)]
pub(crate) struct TailSampling;

impl Factory for TailSampling {
    const TYPE: &'static str = "tail_sampling";
    const ABOUT: &'static str = "keeps or drops whole traces, by what is in them";
    const SIGNALS: &'static [Signal] = &[Signal::Traces];
    type Config = Config;
    type Component = Processing;

    fn build(config: Config, context: Context) -> Result<Processing, BuildError> {
        let policies = build::policies(&config, &context)?;
        let counters = Counters::new(&context);
        Ok(Processing::Hold(Box::new(TailSampler {
            sampler: Sampler::new(config.settings(), policies, counters),
            max_bytes: config.max_bytes.0,
        })))
    }
}
