//! Delivery: how a payload gets from its pipeline to one destination.
//!
//! Every exporter of a pipeline has a lane of its own, `queue -> batcher -> retry -> timeout ->
//! send`, so that a slow destination holds up no other. Batching comes after the queue.

mod settings;

pub use self::settings::{BatchSettings, DeliverySettings, QueueSettings, RetrySettings};
