//! The HTTP/2 connection that gRPC calls go over.

use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use tonic::client::Grpc;
use tonic::codec::CompressionEncoding;
use tonic::transport::{Channel, Endpoint};

use super::dial::{Dialer, Version};
use super::{MAX_ANSWER_BYTES, USER_AGENT};
use crate::cause::root_cause;
use crate::environment::{Compression, Destination};
use crate::retry::Outage;
use crate::untraced::Executor;

/// How often a busy connection is checked for a peer that vanished without a word.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(20);

/// A connection that is made when it is needed and thrown away when it fails.
#[derive(Debug)]
pub(super) struct Connection {
    endpoint: Endpoint,
    origin: Uri,
    dialer: Dialer,
    compression: Option<CompressionEncoding>,
    timeout: Duration,
    channel: Option<Channel>,
}

impl Connection {
    pub(super) fn new(destination: &Destination) -> Self {
        let origin = destination.endpoint().origin();
        let endpoint = Endpoint::from(plain(&origin))
            .origin(origin.clone())
            .user_agent(USER_AGENT)
            .expect("the user agent is a header value")
            .executor(Executor)
            .http2_keep_alive_interval(KEEP_ALIVE_INTERVAL)
            .keep_alive_timeout(destination.timeout);
        Self {
            endpoint,
            origin,
            dialer: Dialer::new(destination, Version::Http2),
            compression: encoding(destination.compression),
            timeout: destination.timeout,
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
        let client = Grpc::with_origin(channel, self.origin.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES);
        Ok(match self.compression {
            Some(encoding) => client.send_compressed(encoding),
            None => client,
        })
    }

    /// Forgets the connection; the next client gets a new one.
    pub(super) fn discard(&mut self) {
        self.channel = None;
    }

    async fn connect(&self) -> Result<Channel, Outage> {
        let dialer = self.dialer.clone();
        let connected = self.endpoint.connect_with_connector(dialer).await;
        connected.map_err(|error| Outage::new(root_cause(&error)))
    }
}

/// The same address with the scheme `http`: the dialer sees to TLS, and a tonic that was built with
/// TLS of its own refuses any other scheme.
fn plain(origin: &Uri) -> Uri {
    let mut parts = origin.clone().into_parts();
    parts.scheme = Some(Scheme::HTTP);
    Uri::from_parts(parts).unwrap_or_else(|_| origin.clone())
}

const fn encoding(compression: Compression) -> Option<CompressionEncoding> {
    match compression {
        Compression::None => None,
        Compression::Gzip => Some(CompressionEncoding::Gzip),
        #[cfg(feature = "zstd")]
        Compression::Zstd => Some(CompressionEncoding::Zstd),
    }
}
