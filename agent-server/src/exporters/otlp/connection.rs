//! The connection that attempts share.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};

use super::config::Config;
use crate::component::BuildError;
use crate::exporters::answer::root;

/// A connection that is opened on first use.
#[derive(Debug)]
pub(super) struct Connection {
    endpoint: Endpoint,
    channel: Mutex<Option<Channel>>,
}

impl Connection {
    /// Prepares a connection; nothing is opened yet.
    pub(super) fn new(config: &Config) -> Result<Self, BuildError> {
        let target = config
            .target()
            .map_err(|message| BuildError::new("endpoint", message))?;
        let mut endpoint = Endpoint::from(target.uri)
            .user_agent(concat!("campanile/", env!("CARGO_PKG_VERSION")))
            .expect("a version is a valid header");
        if target.tls {
            endpoint = endpoint
                .tls_config(tls(config)?)
                .map_err(|error| BuildError::new("tls", root(&error)))?;
        }
        Ok(Self {
            endpoint,
            channel: Mutex::default(),
        })
    }

    /// Begins an attempt.
    pub(super) fn attempt(&self) -> Attempt<'_> {
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
pub(super) struct Attempt<'c> {
    connection: &'c Connection,
    channel: Channel,
    answered: bool,
}

impl Attempt<'_> {
    pub(super) fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Notes that there was an answer, if only that the connection failed.
    pub(super) fn answered(mut self) {
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

fn tls(config: &Config) -> Result<ClientTlsConfig, BuildError> {
    let mut tls = match config.tls.ca_pem()? {
        Some(pem) => ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem)),
        None => ClientTlsConfig::new().with_native_roots(),
    };
    if let Some(name) = &config.tls.server_name_override {
        tls = tls.domain_name(name);
    }
    Ok(tls)
}
