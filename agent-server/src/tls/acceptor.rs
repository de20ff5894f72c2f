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
        let mut upkeep = Upkeep::of(self);
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
    fn of(acceptor: &Acceptor) -> Self {
        Self {
            acceptor: acceptor.clone(),
            seen: Material::clone(&acceptor.first),
            said: None,
        }
    }

    fn look(mut self) -> Self {
        match self.news() {
            Some(Ok(())) => tracing::info!("a new TLS certificate is in use"),
            Some(Err(error)) => {
                let key = error.key;
                tracing::warn!(key, %error, "the TLS certificate in use stays: the new one is bad");
            }
            None => {}
        }
        self
    }

    /// What is worth saying: that there is a new certificate, or, once, what is wrong with it.
    fn news(&mut self) -> Option<Result<(), TlsError>> {
        match self.renew() {
            Ok(changed) => {
                self.said = None;
                changed.then_some(Ok(()))
            }
            Err(error) => {
                let before = self.said.replace(error.clone());
                (before.as_ref() != Some(&error)).then_some(Err(error))
            }
        }
    }

    /// Says whether anything has changed.
    fn renew(&mut self) -> Result<bool, TlsError> {
        let settings = &self.acceptor.settings;
        let client_ca = if settings.client_ca_file_reload {
            settings.read_client_ca()?
        } else {
            self.seen.client_ca.clone()
        };
        let found = settings.read(client_ca)?;
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

#[cfg(test)]
mod tests {
    use super::super::testing::Authority;
    use super::*;

    fn upkeep(block: &ServerTls) -> Upkeep {
        Upkeep::of(&block.open("tls").expect("good files"))
    }

    #[test]
    fn a_renewal_counts_once_it_is_whole_and_is_said_once() {
        let authority = Authority::new("authority");
        authority.sign("server");
        let mut upkeep = upkeep(&authority.server("server"));
        let current = |upkeep: &Upkeep| Arc::clone(&upkeep.acceptor.current.borrow());
        let first = current(&upkeep);
        assert_eq!(upkeep.news(), None);
        // A certificate without its key is what one sees in the middle of a renewal.
        let (_, old) = authority.sign("old");
        let (_, new) = authority.sign("server");
        authority.write("server.key", &old);
        let error = upkeep.news().expect("news").expect_err("no good");
        assert_eq!(error.key, "key_file");
        assert_eq!(upkeep.news(), None, "it has been said");
        assert!(Arc::ptr_eq(&first, &current(&upkeep)));
        authority.write("server.key", &new);
        assert_eq!(upkeep.news(), Some(Ok(())));
        assert!(!Arc::ptr_eq(&first, &current(&upkeep)));
        assert_eq!(upkeep.news(), None);
    }

    #[test]
    fn authorities_of_clients_are_read_again_if_they_are_to_be() {
        for reload in [false, true] {
            let authority = Authority::new("authority");
            authority.sign("server");
            let mut upkeep = upkeep(&ServerTls {
                client_ca_file: Some(authority.path("ca.pem")),
                client_ca_file_reload: reload,
                ..authority.server("server")
            });
            authority.write("ca.pem", &Authority::new("next").pem);
            assert_eq!(upkeep.news(), reload.then_some(Ok(())));
            std::fs::remove_file(authority.path("ca.pem")).expect("removed");
            assert_eq!(upkeep.news().is_some(), reload);
        }
    }
}
