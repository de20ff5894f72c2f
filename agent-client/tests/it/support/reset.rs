//! A line to an agent that breaks, in the roughest way there is, after a number of bytes.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

use super::agent::runtime;
use super::free_address;

#[derive(Debug)]
pub(crate) struct Resetting {
    pub(crate) address: SocketAddr,
    plan: Arc<Mutex<Plan>>,
    runtime: Option<Runtime>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Plan {
    /// Bytes of the client's that are passed on before the connection is reset.
    after: u64,
    /// How many connections are reset; the later ones hold.
    times: usize,
    /// Bytes of the client's that the last connection passed on.
    passed: u64,
}

impl Resetting {
    pub(crate) fn to(agent: SocketAddr) -> Self {
        let address = free_address();
        let runtime = runtime();
        let listener = runtime.block_on(TcpListener::bind(address)).unwrap();
        let plan = Arc::<Mutex<Plan>>::default();
        let shared = Arc::clone(&plan);
        runtime.spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let after = shared.lock().unwrap().next();
                tokio::spawn(pass_on(client, agent, after, Arc::clone(&shared)));
            }
        });
        Self {
            address,
            plan,
            runtime: Some(runtime),
        }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Resets the next connections after that many bytes.
    pub(crate) fn reset(&self, times: usize, after: u64) {
        let mut plan = self.plan.lock().unwrap();
        (plan.times, plan.after) = (times, after);
    }

    /// Bytes that the client sent over the last connection that has ended.
    pub(crate) fn passed(&self) -> u64 {
        self.plan.lock().unwrap().passed
    }
}

impl Drop for Resetting {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(super::DEADLINE);
        }
    }
}

impl Plan {
    fn next(&mut self) -> Option<u64> {
        self.times = self.times.checked_sub(1)?;
        Some(self.after)
    }
}

async fn pass_on(
    mut client: TcpStream,
    agent: SocketAddr,
    after: Option<u64>,
    plan: Arc<Mutex<Plan>>,
) {
    let mut agent = TcpStream::connect(agent).await.unwrap();
    client.set_nodelay(true).unwrap();
    agent.set_nodelay(true).unwrap();
    let (from_client, mut to_client) = client.split();
    let (mut from_agent, mut to_agent) = agent.split();
    let mut limited = from_client.take(after.unwrap_or(u64::MAX));
    tokio::select! {
        passed = tokio::io::copy(&mut limited, &mut to_agent) => {
            if after.is_none() {
                plan.lock().unwrap().passed = passed.unwrap_or_default();
            }
        }
        _ = tokio::io::copy(&mut from_agent, &mut to_client) => {}
    }
    if after.is_some() {
        client.set_zero_linger().unwrap();
        agent.set_zero_linger().unwrap();
    }
}
