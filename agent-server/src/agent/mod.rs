//! One running agent: start to drained.
//!
//! # Start
//!
//! 1. Every component is built and every lane is started; nothing can be reached yet.
//! 2. The metrics page and the extensions listen, so that a supervisor sees "starting".
//! 3. The receivers listen, and the agent is ready.
//!
//! A component that cannot start stops whatever has started before it; [`StartFailure`] says which
//! value of the configuration is to blame, and where it was written.
//!
//! # Shutdown
//!
//! 1. The receivers stop accepting and answer what they have begun, for at most half of the
//!    deadline. Nobody else is told.
//! 2. With the last receiver the lanes lose their input. Each delivers what it holds and ends; what
//!    is still there at the deadline is given up and counted.
//! 3. The exporters flush and close, for at most two seconds.
//! 4. The extensions stop: until now they have answered "stopping".
//!
//! # Reload
//!
//! A new configuration takes the place of the one that runs in two phases.
//!
//! 1. It is compared with the running one ([`Changes`](crate::pipeline::Changes)), and whatever it
//!    has and the other has not, or not so, is built and started beside it. A part whose address is
//!    in use makes those stop that the new configuration does not have: they give up their sockets
//!    at once, and answer what they have begun for at most five seconds.
//! 2. Every way into the pipelines is turned to the new ones, and what is not needed any more
//!    stops. Lanes that nothing leads to deliver what they hold, and their exporters close then.
//!
//! Whatever fails in the first phase ends it: what has started stops, what has stopped starts
//! again, and the old configuration is in force as if nothing had happened. What did not change
//! notices nothing in any case: sockets, connections, queues and the state of samplers stay.
//! [`Reloaded`] says what was done.
//!
//! The keys that a component can change while it runs
//! ([`Factory::LIVE`](crate::component::Factory::LIVE)) are changed in place.
//!
//! ## Limits
//!
//! - `service.telemetry.logs` is for whoever installed the log: `campanile run` changes the level,
//!   and needs a restart for the encoding.
//! - `service.data` and the level of a pipeline that is kept on the disk (`acknowledge`) change with
//!   the next start.
//! - In a pipeline that is kept on the disk, a changed exporter goes on with what its predecessor has
//!   not answered for, so that what was under way may arrive twice. What was to go to an exporter
//!   that the pipeline does not have any more is dropped, as with a restart.
//! - At most 16 lanes of earlier configurations may still have something to deliver; with more, a
//!   reload is refused until their destinations take it.
//! - A destination that is written by two exporters at a time, such as a file, may get what the old
//!   one still had after the first of what the new one brings.
//!
//! # Example
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use campanile_agent::agent::Agent;
//! use campanile_agent::config::{Environment, Inputs};
//! use campanile_agent::registries::Registries;
//!
//! # async fn embedded() -> Result<(), Box<dyn std::error::Error>> {
//! let inputs = Inputs::default();
//! let config = inputs
//!     .load(&Environment::of_process(), &Registries::builtin())
//!     .map_err(|report| report.to_string())?;
//! let agent = Agent::start(config).await?;
//! println!("{:?}", agent.addresses());
//! let drained = agent.shutdown(Duration::from_secs(10)).await;
//! println!("{drained}");
//! # Ok(())
//! # }
//! ```

mod begin;
mod drained;
mod failure;
mod lifecycle;
mod part;
mod reload;
mod reloaded;
mod succession;
#[cfg(test)]
mod tests;

pub use self::drained::Drained;
pub use self::failure::StartFailure;
pub use self::lifecycle::Agent;
pub use self::reloaded::Reloaded;
