//! Pipelines: from a checked configuration to components that are connected.
//!
//! [`Plan`] says what there is to build, without building it. The rest is the agent's: it builds
//! each component once (a processor once for each of its pipelines), starts a
//! [`Lane`](crate::delivery::Lane) from each pipeline to each of its exporters, and hands every
//! receiver, per signal, one consumer that stands for all of its pipelines.
//!
//! A step that keeps payloads for a while ([`Hold`](crate::component::Hold)) cuts its pipeline in
//! two, with a lane between. A connector joins pipelines: what it passes on enters the next one on
//! the receiver's task, as if they were one.
//!
//! # When a payload is taken
//!
//! A consumer passes the payload through the processors of each pipeline, on the receiver's task,
//! and then reserves room in every lane of every pipeline. Only when all have room is it sent to
//! any: a sender that is refused may send again without making duplicates, and one that is answered
//! has reached every destination's queue.

mod admission;
mod build;
mod entrance;
mod head;
mod journals;
mod open;
mod plan;
#[cfg(test)]
mod tests;

pub(crate) use self::build::{Built, build, intakes};
pub(crate) use self::journals::open_data;
pub use self::plan::{Feed, Plan};
