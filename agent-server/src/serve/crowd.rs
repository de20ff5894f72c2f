//! How many connections each peer has: one must not take them all.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Peer;
use crate::admission::network;

/// The connections of one listener, by peer. As many entries as there are connections at most.
#[derive(Debug)]
pub(super) struct Crowd {
    most: usize,
    counts_loopback: bool,
    held: Mutex<HashMap<IpAddr, usize>>,
}

/// A place that one connection has; another may have it when this is dropped.
#[derive(Debug)]
pub(super) struct Place(Option<(Arc<Crowd>, IpAddr)>);

impl Crowd {
    /// At most `most` connections for each peer. Services beside the agent, which all come from one
    /// address, are not counted, unless `counts_loopback`.
    pub(super) fn new(most: usize, counts_loopback: bool) -> Arc<Self> {
        Arc::new(Self {
            most,
            counts_loopback,
            held: Mutex::default(),
        })
    }

    /// A place for one more connection of `peer`, if it has not got enough of them.
    pub(super) fn admit(self: &Arc<Self>, peer: Peer) -> Option<Place> {
        let counted = |ip: &IpAddr| self.counts_loopback || !ip.is_loopback();
        let Some(ip) = peer.ip().map(|ip| ip.to_canonical()).filter(counted) else {
            return Some(Place(None));
        };
        let ip = network(ip);
        let mut held = self.lock();
        let connections = held.entry(ip).or_default();
        if *connections >= self.most {
            return None;
        }
        *connections += 1;
        Some(Place(Some((Arc::clone(self), ip))))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some((crowd, ip)) = &self.0 else {
            return;
        };
        let mut held = crowd.lock();
        if let Some(connections) = held.get_mut(ip) {
            *connections -= 1;
            if *connections == 0 {
                held.remove(ip);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(ip: &str) -> Peer {
        Peer::Inet((ip.parse::<IpAddr>().expect("an address"), 1).into())
    }

    #[test]
    fn a_peer_has_as_many_connections_as_it_may_and_leaves_nothing_behind() {
        let crowd = Crowd::new(2, false);
        let places: Vec<_> = (0..3).map(|_| crowd.admit(peer("192.0.2.1"))).collect();
        let admitted: Vec<_> = places.iter().map(Option::is_some).collect();
        assert_eq!(admitted, [true, true, false]);
        assert!(
            crowd.admit(peer("192.0.2.2")).is_some(),
            "others have theirs"
        );
        drop(places);
        assert!(crowd.lock().is_empty());
    }

    #[test]
    fn addresses_of_one_network_are_one_peer_and_those_of_this_machine_are_none() {
        let crowd = Crowd::new(1, false);
        let _first = crowd.admit(peer("2001:db8::1")).expect("a place");
        assert!(crowd.admit(peer("2001:db8::2")).is_none());
        assert!(crowd.admit(peer("2001:db8:0:1::1")).is_some());
        let _mapped = crowd.admit(peer("::ffff:192.0.2.1")).expect("a place");
        assert!(crowd.admit(peer("192.0.2.1")).is_none());
        let local: Vec<_> = (0..3).map(|_| crowd.admit(peer("127.0.0.1"))).collect();
        assert!(local.iter().all(Option::is_some));
    }
}
