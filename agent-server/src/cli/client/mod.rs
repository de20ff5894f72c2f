//! Asking a running agent.

mod address;
mod ask;

#[cfg(test)]
mod tests;

pub use self::address::AgentUrl;
pub use self::ask::{get, post};

/// Where a running agent is asked: its `zpages` endpoint.
#[derive(Clone, Debug, clap::Args)]
pub struct Connection {
    /// Where the agent's pages are
    #[arg(
        long,
        env = "CAMPANILE_ENDPOINT",
        default_value = "http://127.0.0.1:55679",
        value_name = "URL"
    )]
    pub endpoint: AgentUrl,
}
