//! The certificate in use, and the next one when its files change.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;

use super::ServerTls;
use super::error::TlsError;
use super::server::Material;
use crate::component::Tasks;

/// How often files are looked at unless the configuration says otherwise.
const INTERVAL: Duration = Duration::from_secs(30);

/// Accepts TLS connections with the certificate in use. Cheap to clone.
#[derive(Clone)]
pub struct Acceptor {
    settings: Arc<ServerTls>,
    current: Arc<watch::Sender<Arc<ServerConfig>>>,
    first: Arc<Material>,
}

impl Acceptor {
    pub(super) fn new(settings: ServerTls, first: Material, config: Arc<ServerConfig>) -> Self {
        Self {
            settings: Arc::new(settings),
            current: Arc::new(watch::Sender::new(config)),
            first: Arc::new(first),
        }
    }

    /// For the next handshake.
    pub(crate) fn current(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.current.borrow()))
    }

    /// Looks at the files from time to time, and uses what they hold once it has changed. What
    /// cannot be used is said once, and what was there before stays in use.
    pub(crate) fn keep_fresh(&self, tasks: &Tasks) {
        let files = [
            &self.settings.cert_file,
            &self.settings.key_file,
            &self.settings.client_ca_file,
        ];
        if files.iter().all(|file| file.is_none()) {
            return;
        }
        let mut upkeep = Upkeep {
            acceptor: self.clone(),
            seen: Material::clone(&self.first),
            said: None,
        };
        let interval = match self.settings.reload_interval.0 {
            Duration::ZERO => INTERVAL,
            interval => interval,
        };
        let stop = tasks.token().clone();
        tasks.spawn(async move {
            while stop.run_until_cancelled(sleep(interval)).await.is_some() {
                upkeep = match spawn_blocking(move || upkeep.look()).await {
                    Ok(upkeep) => upkeep,
                    // Only while the runtime shuts down.
                    Err(_) => return,
                };
            }
        });
    }
}

/// What the task that looks at the files remembers.
struct Upkeep {
    acceptor: Acceptor,
    seen: Material,
    said: Option<TlsError>,
}

impl Upkeep {
    fn look(mut self) -> Self {
        match self.renew() {
            Ok(changed) => {
                if changed {
                    tracing::info!("a new TLS certificate is in use");
                }
                self.said = None;
            }
            Err(error) => {
                if self.said.as_ref() != Some(&error) {
                    let key = error.key;
                    tracing::warn!(key, %error, "the TLS certificate in use stays: the new one is no good");
                }
                self.said = Some(error);
            }
        }
        self
    }

    /// Says whether anything has changed.
    fn renew(&mut self) -> Result<bool, TlsError> {
        let settings = &self.acceptor.settings;
        let mut found = settings.read()?;
        if !settings.client_ca_file_reload {
            found.client_ca.clone_from(&self.seen.client_ca);
        }
        if found == self.seen {
            return Ok(false);
        }
        let config = settings.config(&found)?;
        self.acceptor.current.send_replace(config);
        self.seen = found;
        Ok(true)
    }
}

impl fmt::Debug for Acceptor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Acceptor")
            .field(&self.settings)
            .finish()
    }
}
