//! The HTTP/2 connection to the agent.

use std::time::Duration;

use tonic::client::Grpc;
use tonic::transport::{Channel, Endpoint};

use crate::cause::root_cause;
use crate::environment::Settings;
use crate::retry::Outage;
use crate::untraced::Executor;

/// <https://opentelemetry.io/docs/specs/otel/protocol/exporter/#user-agent>
const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
/// Answers are short: nothing larger is read.
const MAX_ANSWER_BYTES: usize = 64 << 10;
/// The longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How often a busy connection is checked for a peer that vanished without a word.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(20);

/// A connection that is made when it is needed and thrown away when it fails.
#[derive(Debug)]
pub(super) struct Connection {
    endpoint: Endpoint,
    timeout: Duration,
    channel: Option<Channel>,
}

impl Connection {
    pub(super) fn new(settings: &Settings) -> Self {
        let endpoint = Endpoint::from(settings.endpoint().uri().clone())
            .user_agent(USER_AGENT)
            .expect("the user agent is a header value")
            .connect_timeout(settings.timeout.min(CONNECT_TIMEOUT))
            .executor(Executor)
            .tcp_nodelay(true)
            .http2_keep_alive_interval(KEEP_ALIVE_INTERVAL)
            .keep_alive_timeout(settings.timeout);
        Self {
            endpoint,
            timeout: settings.timeout,
            channel: None,
        }
    }

    /// The longest wait for one answer.
    pub(super) const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// A client on the connection, which is made if there is none.
    pub(super) async fn client(&mut self) -> Result<Grpc<Channel>, Outage> {
        let channel = match &self.channel {
            Some(channel) => channel.clone(),
            None => self.channel.insert(self.connect().await?).clone(),
        };
        let client = Grpc::with_origin(channel, self.endpoint.uri().clone());
        Ok(client.max_decoding_message_size(MAX_ANSWER_BYTES))
    }

    /// Forgets the connection; the next client gets a new one.
    pub(super) fn discard(&mut self) {
        self.channel = None;
    }

    async fn connect(&self) -> Result<Channel, Outage> {
        let connected = self.endpoint.connect().await;
        connected.map_err(|error| Outage::new(root_cause(&error)))
    }
}
