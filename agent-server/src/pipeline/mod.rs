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
//!
//! # When a configuration takes the place of another
//!
//! [`Changes`] says what differs. Whatever is the same is taken over: a step with its state, a lane
//! with its queue, a hold with everything behind it. New pipelines are opened beside those that
//! run; then each receiver's way in is turned to them, in one step and without its noticing, and
//! the old ones lose their input: their lanes deliver what they hold, and end.

mod admission;
mod build;
mod changes;
mod counted;
mod entrance;
mod head;
mod journals;
mod open;
mod pipelines;
mod plan;
mod running;
#[cfg(test)]
mod tests;

pub(crate) use self::build::{Parts, found, one};
pub use self::changes::{Change, Changes, Section};
pub(crate) use self::journals::{open as open_journals, open_data};
pub(crate) use self::open::Opening;
pub(crate) use self::pipelines::{Opened, Pipelines};
pub use self::plan::{Feed, Plan};
pub(crate) use self::running::Destination;
