//! What a component is: the contract between the agent and its receivers, processors, exporters
//! and extensions.
//!
//! A component is a folder with `mod.rs` (docs and factory), `config.rs`, its behavior, `tests.rs`
//! and a `README.md`; it becomes part of the agent by one line in the static list of its kind
//! ([`RECEIVERS`](crate::receivers::RECEIVERS) and its siblings). `campanile components`, the
//! suggestions in configuration errors and the contract test are computed from those lists.
//!
//! | step | who | what |
//! |---|---|---|
//! | configure | [`Entry::configure`] | a piece of YAML becomes a checked configuration, or every error in it |
//! | build | [`Configured::build`] | the configuration becomes a component; no socket, no task yet |
//! | start | [`Receiver::start`], [`Exporter::start`], [`Extension::start`] | sockets are bound, tasks are spawned into [`Tasks`] |
//! | stop | [`Tasks`] | the token is cancelled, the tasks end and are joined |

mod address;
mod connector;
mod context;
mod error;
mod exporter;
mod extension;
mod factory;
mod id;
mod keys;
mod processor;
mod receiver;
mod reload;
mod tasks;

pub use self::address::Address;
pub use self::connector::{Connector, Output, Outputs};
pub use self::context::{Addresses, Context, Listed, Shared};
pub(crate) use self::error::NOT_SUPPORTED;
pub use self::error::{BuildError, Invalid, StartError};
pub use self::exporter::{Delivery, ExportError, Exported, Exporter};
pub use self::extension::Extension;
pub(crate) use self::factory::deserialize;
pub use self::factory::{Configured, Entry, Factory, Validate};
pub use self::id::{ComponentId, InvalidId};
pub use self::keys::Key;
pub use self::processor::{Hold, Processing, Processor, Removal};
pub use self::receiver::{Consumer, Intakes, Receiver, Refusal};
pub use self::reload::{ReloadAnswer, ReloadRequests, ReloadSlot};
pub use self::tasks::Tasks;
