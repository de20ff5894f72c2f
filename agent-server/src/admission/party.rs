//! Whom memory is leased to.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use crate::serve::Peer;

/// A sender, as far as one can be told from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Party {
    /// A connection from this machine: the services beside the agent all have one address.
    Connection(SocketAddr),
    /// A host of the network; of IPv6, one network of 64 bits.
    Host(IpAddr),
    /// A process at a Unix socket, where the system says which.
    Process(Option<i32>),
}

impl From<Peer> for Party {
    fn from(peer: Peer) -> Self {
        match peer {
            Peer::Inet(address) if address.ip().to_canonical().is_loopback() => {
                Self::Connection(address)
            }
            Peer::Inet(address) => Self::Host(network(address.ip().to_canonical())),
            Peer::Unix { pid, .. } => Self::Process(pid),
        }
    }
}

/// Who owns an address: of IPv6 the first 64 bits, since the rest is for a host to choose.
pub(crate) fn network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & !u128::from(u64::MAX)).into(),
    }
}
