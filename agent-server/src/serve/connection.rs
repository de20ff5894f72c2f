//! Accepting connections.

use std::sync::Arc;

use axum::Router;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::crowd::Crowd;
use super::http::Http;
use super::listener::Connection;
use super::open::Door;
use super::refused::Reason;
use super::{Listener, Peer, Settings};
use crate::component::Tasks;

/// Serves `router` on `listener` until the tasks' token is cancelled. Handlers find who asks as
/// `ConnectInfo<Peer>`.
pub fn http(listener: Listener, router: Router, tasks: &Tasks) {
    http_with(listener, router, Settings::default(), tasks);
}

/// [`http()`] with other limits than the default ones, or over TLS.
pub fn http_with(listener: Listener, router: Router, settings: Settings, tasks: &Tasks) {
    if let Some(tls) = &settings.tls {
        tls.keep_fresh(tasks);
    }
    let connections = tasks.clone();
    tasks.spawn(async move {
        let crowd = Crowd::new(settings.max_connections_per_peer, settings.counts_loopback);
        let slots = Arc::new(Semaphore::new(settings.max_connections));
        let server = Arc::new(Server {
            door: Door::new(settings.tls.clone(), listener.refused.clone()),
            http: Http::new(
                settings,
                router,
                listener.memory.clone(),
                listener.refused.requests.clone(),
            ),
        });
        let accept = async {
            // Ends only if the semaphore were closed, which nothing does.
            while let Ok(slot) = Arc::clone(&slots).acquire_owned().await {
                let (connection, peer) = listener.accept().await;
                let Some(place) = crowd.admit(peer) else {
                    listener.refused.count(Reason::Crowd);
                    continue;
                };
                let server = Arc::clone(&server);
                let stop = connections.token().clone();
                connections.spawn(async move {
                    server.serve(connection, peer, &stop).await;
                    drop((slot, place));
                });
            }
        };
        tokio::select! {
            () = connections.token().cancelled() => {}
            () = accept => {}
        }
    });
}

/// What all connections of a listener share.
#[derive(Debug)]
struct Server {
    door: Door,
    http: Http,
}

impl Server {
    /// Serves until the peer leaves, or `stop` is cancelled and what was begun is answered.
    async fn serve(&self, connection: Connection, peer: Peer, stop: &CancellationToken) {
        let Some(opened) = stop.run_until_cancelled(self.door.open(connection)).await else {
            return;
        };
        let Some((protocol, stream, pulse)) = opened else {
            tracing::debug!(%peer, "connection refused");
            return;
        };
        self.http.serve(protocol, stream, pulse, peer, stop).await;
    }
}
