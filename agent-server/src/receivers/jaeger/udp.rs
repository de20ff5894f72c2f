//! The datagrams of one socket.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use campanile_wire::thrift::Protocol;
use socket2::SockRef;
use tokio::net::UdpSocket;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::config::Udp;
use super::datagram::{self, Useless};
use super::handover::Handover;
use crate::component::{Address, Context, Listed, StartError, Tasks};

/// What arrived, in memory of its own size.
#[derive(Debug)]
struct Datagram {
    bytes: Box<[u8]>,
    peer: SocketAddr,
}

/// A socket, and its entry among the agent's addresses.
#[derive(Debug)]
pub(super) struct Listening {
    socket: UdpSocket,
    listed: Listed,
}

/// Binds the socket, and notes the address in the context.
pub(super) async fn bind(config: Udp<'_>, context: &Context) -> Result<Listening, StartError> {
    let key = config.key("endpoint");
    let (socket, address) = open(config).await.map_err(|source| StartError::Bind {
        key: key.clone(),
        endpoint: config.endpoint.to_string(),
        source,
    })?;
    let address = Address::Inet(address);
    let listed = context.shared.addresses.insert(&context.id, &key, address);
    Ok(Listening { socket, listed })
}

async fn open(config: Udp<'_>) -> io::Result<(UdpSocket, SocketAddr)> {
    let socket = UdpSocket::bind((config.endpoint.host(), config.endpoint.port())).await?;
    if config.socket_buffer_size > 0 {
        SockRef::from(&socket).set_recv_buffer_size(config.socket_buffer_size)?;
    }
    let address = socket.local_addr()?;
    Ok((socket, address))
}

/// Serves a socket: one task takes datagrams off it, `workers` others read them and wait for the
/// pipeline. When it is told to stop, what waits in the queue is still delivered.
pub(super) fn serve(
    config: Udp<'_>,
    listening: Listening,
    protocol: Protocol,
    handover: &Handover,
    tasks: &Tasks,
) {
    let (sender, receiver) = mpsc::channel(config.queue_size);
    let receiver = Arc::new(Mutex::new(receiver));
    for _ in 0..config.workers {
        tasks.spawn(work(Arc::clone(&receiver), protocol, handover.clone()));
    }
    let Listening { socket, listed } = listening;
    let receiving = receive(socket, config.max_packet_size, sender, handover.clone());
    let stop = tasks.token().clone();
    tasks.spawn(async move {
        stop.run_until_cancelled_owned(receiving).await;
        drop(listed);
    });
}

/// Takes datagrams off the socket. Nothing here waits for anything but the socket.
async fn receive(socket: UdpSocket, max: usize, queue: Sender<Datagram>, handover: Handover) {
    // One byte more than is allowed: what fills it was cut.
    let mut buffer = vec![0; max.saturating_add(1)];
    loop {
        let (length, peer) = match socket.recv_from(&mut buffer).await {
            Ok(received) => received,
            Err(error) => {
                // Of one datagram, or passing: waiting a little and going on is right for both.
                tracing::debug!(%error, "receiving failed");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        match buffer.get(..length) {
            Some(bytes) if length <= max => {
                let bytes = bytes.into();
                if queue.try_send(Datagram { bytes, peer }).is_err() {
                    handover.count("queue_full");
                }
            }
            _ => handover.count("too_large"),
        }
    }
}

/// Reads datagrams until there are no more.
async fn work(queue: Arc<Mutex<Receiver<Datagram>>>, protocol: Protocol, handover: Handover) {
    loop {
        let next = queue.lock().await.recv().await;
        let Some(Datagram { bytes, peer }) = next else {
            return;
        };
        let batch = match datagram::read(protocol, &bytes) {
            Ok(translated) => Ok(translated),
            Err(Useless::Unreadable(error)) => Err(error),
            Err(Useless::Other(reason)) => {
                handover.count(reason);
                continue;
            }
        };
        // Counted; there is nobody to tell.
        let _ = handover.take(Some(peer.ip()), batch, "thrift").await;
    }
}
