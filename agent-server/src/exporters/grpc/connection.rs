//! The connection that attempts share.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};

use super::Target;
use crate::component::BuildError;
use crate::exporters::answer::root;
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
        let mut endpoint = Endpoint::from(target.uri)
            .user_agent(concat!("campanile/", env!("CARGO_PKG_VERSION")))
            .expect("a version is a valid header");
        if target.tls {
            endpoint = endpoint
                .tls_config(client(tls)?)
                .map_err(|error| BuildError::new("tls", root(&error)))?;
        }
        if let Some(pings) = pings {
            endpoint = endpoint
                .http2_keep_alive_interval(pings.interval)
                .keep_alive_timeout(pings.timeout)
                .keep_alive_while_idle(pings.while_idle);
        }
        Ok(Self {
            endpoint,
            channel: Mutex::default(),
        })
    }

    /// Begins an attempt.
    pub(in crate::exporters) fn attempt(&self) -> Attempt<'_> {
        let mut channel = self.lock();
        let channel = channel.get_or_insert_with(|| self.endpoint.connect_lazy());
        Attempt {
            connection: self,
            channel: channel.clone(),
            answered: false,
        }
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

fn client(settings: &TlsSettings) -> Result<ClientTlsConfig, BuildError> {
    let mut tls = match settings.ca_pem()? {
        Some(pem) => ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem)),
        None => ClientTlsConfig::new().with_native_roots(),
    };
    if let Some(name) = &settings.server_name_override {
        tls = tls.domain_name(name);
    }
    Ok(tls)
}
