//! The connection that attempts share.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tonic::transport::{Channel, Endpoint};
use tower::service_fn;

use super::Target;
use crate::component::BuildError;
use crate::exporters::dial::{Dial, Place};
use crate::exporters::tls::TlsSettings;

/// How it is found out that a destination is gone.
#[derive(Clone, Copy, Debug)]
pub(in crate::exporters) struct Pings {
    /// Time between two pings.
    pub(in crate::exporters) interval: Duration,
    /// How long the answer may take.
    pub(in crate::exporters) timeout: Duration,
    /// Whether to ping while nothing is sent.
    pub(in crate::exporters) while_idle: bool,
}

/// A connection that is opened on first use.
#[derive(Debug)]
pub(in crate::exporters) struct Connection {
    endpoint: Endpoint,
    dial: Dial,
    channel: Mutex<Option<Channel>>,
}

impl Connection {
    /// Prepares a connection; nothing is opened yet.
    pub(in crate::exporters) fn new(
        target: Result<Target, String>,
        tls: &TlsSettings,
        pings: Option<Pings>,
    ) -> Result<Self, BuildError> {
        let target = target.map_err(|message| BuildError::new("endpoint", message))?;
        // The library refuses `https` where it does not speak TLS itself; what requests say of
        // where they go is the origin.
        let mut endpoint = Endpoint::from_static("http://destination")
            .origin(target.uri)
            .user_agent(concat!("campanile/", env!("CARGO_PKG_VERSION")))
            .expect("a version is a valid header");
        let tls = if target.tls {
            Some((tls.client(&[b"h2"])?, name(&target.place, tls)?))
        } else {
            None
        };
        if let Some(pings) = pings {
            endpoint = endpoint
                .http2_keep_alive_interval(pings.interval)
                .keep_alive_timeout(pings.timeout)
                .keep_alive_while_idle(pings.while_idle);
        }
        Ok(Self {
            endpoint,
            dial: Dial::new(target.place, tls),
            channel: Mutex::default(),
        })
    }

    /// Begins an attempt.
    pub(in crate::exporters) fn attempt(&self) -> Attempt<'_> {
        let mut channel = self.lock();
        let channel = channel.get_or_insert_with(|| self.open());
        Attempt {
            connection: self,
            channel: channel.clone(),
            answered: false,
        }
    }

    /// A channel that connects once it is used.
    fn open(&self) -> Channel {
        let dial = self.dial.clone();
        let connect = service_fn(move |_| {
            let connect = dial.clone().connect();
            async move { connect.await.map(TokioIo::new) }
        });
        self.endpoint.connect_with_connector_lazy(connect)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Channel>> {
        self.channel.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An attempt's use of the connection. One that is dropped without an answer, because its time was
/// up, takes the connection out of use: it may be dead.
#[derive(Debug)]
pub(in crate::exporters) struct Attempt<'c> {
    connection: &'c Connection,
    channel: Channel,
    answered: bool,
}

impl Attempt<'_> {
    pub(in crate::exporters) fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Notes that there was an answer, if only that the connection failed.
    pub(in crate::exporters) fn answered(mut self) {
        self.answered = true;
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if !self.answered {
            *self.connection.lock() = None;
        }
    }
}

/// The name that the destination's certificate is to have.
fn name(place: &Place, tls: &TlsSettings) -> Result<ServerName<'static>, BuildError> {
    let expected = tls.expected_name();
    let expected =
        expected.map_err(|message| BuildError::new("tls.server_name_override", message))?;
    match (expected, place) {
        (Some(name), _) => Ok(name),
        (None, Place::Tcp(host, _)) => ServerName::try_from(host.clone()).map_err(|_| {
            BuildError::new(
                "endpoint",
                format!("`{host}` is not a name for a certificate"),
            )
        }),
        (None, Place::Unix(_)) => Err(BuildError::new(
            "endpoint",
            "TLS is not spoken over Unix sockets",
        )),
    }
}
