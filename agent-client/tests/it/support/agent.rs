//! A server on a thread of its own that can be killed.

use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Condvar, Mutex, mpsc};

use campanile_agent_client::Protocol;
use tokio::runtime::Runtime;
use tonic::transport::server::{Router, TcpIncoming};

use super::DEADLINE;

/// What an agent saw, for the test to wait on.
#[derive(Debug, Default)]
pub(crate) struct Log<T> {
    entries: Mutex<T>,
    changed: Condvar,
}

impl<T> Log<T> {
    pub(crate) fn write<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let result = change(&mut self.entries.lock().unwrap());
        self.changed.notify_all();
        result
    }

    /// Waits until the log is as wanted and returns what `read` makes of it.
    pub(crate) fn wait_for<R>(&self, read: impl Fn(&T) -> Option<R>) -> R {
        let entries = self.entries.lock().unwrap();
        let waited = self
            .changed
            .wait_timeout_while(entries, DEADLINE, |log| read(log).is_none());
        let (entries, _) = waited.unwrap();
        read(&entries).expect("the agent did not see what the test waits for")
    }
}

/// A running server. Dropping it kills it: its sockets close at once.
#[derive(Debug)]
pub(crate) struct Agent {
    pub(crate) address: SocketAddr,
    runtime: Option<Runtime>,
}

impl Agent {
    pub(crate) fn serve(address: SocketAddr, router: Router) -> Self {
        let runtime = runtime();
        let address = match address.port() {
            0 => free_address(),
            _ => address,
        };
        let (report, bound) = mpsc::sync_channel(1);
        runtime.spawn(async move {
            let incoming = TcpIncoming::bind(address).unwrap().with_nodelay(Some(true));
            report.send(incoming.local_addr().unwrap()).unwrap();
            router.serve_with_incoming(incoming).await.unwrap();
        });
        Self {
            address: bound.recv().unwrap(),
            runtime: Some(runtime),
        }
    }

    /// The same on a Unix socket; it has no address.
    #[cfg(unix)]
    pub(crate) fn serve_unix(path: &std::path::Path, router: Router) -> Self {
        let runtime = runtime();
        let incoming = {
            let _inside = runtime.enter();
            tokio::net::UnixListener::bind(path).unwrap()
        };
        let incoming = tokio_stream::wrappers::UnixListenerStream::new(incoming);
        runtime.spawn(async move { router.serve_with_incoming(incoming).await.unwrap() });
        Self {
            address: SocketAddr::from(([0, 0, 0, 0], 0)),
            runtime: Some(runtime),
        }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }
}

pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

impl Agent {
    /// Closes every socket at once.
    pub(crate) fn kill(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(DEADLINE);
        }
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.kill();
    }
}

/// An agent of either protocol, for tests that hold for both.
pub(crate) trait Restartable {
    const PROTOCOL: Protocol;

    fn restart_at(address: SocketAddr) -> Self;
    fn kill(&mut self);
    /// The spans so far, also of an agent that is dead.
    fn names(&self) -> Vec<String>;
}

/// An address where nobody listens, and that no other test is given: the system gives ports away
/// again, and the tests tell their log lines apart by the address.
pub(crate) fn free_address() -> SocketAddr {
    static GIVEN: Mutex<BTreeSet<SocketAddr>> = Mutex::new(BTreeSet::new());
    let mut refused = Vec::new();
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        if GIVEN.lock().unwrap().insert(address) {
            return address;
        }
        // Held until another one is found.
        refused.push(listener);
    }
}

pub(crate) type Shared<T> = Arc<Log<T>>;
