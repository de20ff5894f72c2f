//! The `zpages` extension: the agent's pages for people, and the JSON that the command line reads.
//!
//! | path | what |
//! |---|---|
//! | `/` | the latest traces, with a form to filter them |
//! | `/trace/{id}` | one trace as a waterfall |
//! | `/debug/tracez` | kept spans by name, with counts, errors and latencies |
//! | `/debug/servicez` | the agent itself: version, addresses, metrics |
//! | `/api/v1/traces`, `/api/v1/traces/{id}`, `/api/v1/status` | the same as JSON |
//! | `/api/v1/queue` | what waits and what was refused for good |
//! | `/api/v1/queue/replay`, `/api/v1/queue/drop` | by POST: hands it on again, or drops it |
//! | `/api/v1/reload` | by POST: reads the configuration again, and says what was done |
//!
//! Where an id is asked for, its first four digits or more will do if they are unique.
//!
//! # Security
//!
//! The pages only show. What is changed by POST needs a header that no web page can send, and is
//! not taken from pages of other sites. The pages run no script and load nothing but one style
//! sheet, which the content security policy enforces; text of others is escaped, and what
//! would not show is [written out](crate::ops::show::visible). A `Host` header that names neither
//! this machine's loopback nor the bound address is refused (403), so that no web site can read
//! them through a name of its own that it points here.

mod api;
mod config;
pub(crate) mod deliberate;
mod guard;
mod lookup;
mod pages;
mod params;
mod problem;
mod queue;
mod server;

#[cfg(test)]
mod tests;

pub use self::config::Config;
pub use self::server::Zpages;

use campanile_wire::otlp::Signal;

use crate::component::{BuildError, Context, Extension, Factory};

/// Builds the extension.
#[derive(Debug)]
pub struct ZpagesFactory;

impl Factory for ZpagesFactory {
    const TYPE: &'static str = "zpages";
    const ABOUT: &'static str = "shows kept traces and the agent's state on pages and as JSON";
    const SIGNALS: &'static [Signal] = &[];
    type Config = Config;
    type Component = Box<dyn Extension>;

    fn build(config: Config, context: Context) -> Result<Self::Component, BuildError> {
        Ok(Box::new(Zpages::new(config, context)))
    }
}
