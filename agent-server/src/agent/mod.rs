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
//! A new configuration is compared with the running one. The keys that a component can change
//! while it runs ([`Factory::LIVE`](crate::component::Factory::LIVE)) are put into practice; of
//! everything else [`Reloaded`] says that it needs a restart.
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

mod drained;
mod failure;
mod lifecycle;
mod reload;
#[cfg(test)]
mod tests;

pub use self::drained::Drained;
pub use self::failure::StartFailure;
pub use self::lifecycle::Agent;
pub use self::reload::Reloaded;
