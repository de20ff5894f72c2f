//! Where a configuration listens, and listeners that get in each other's way.

use std::net::IpAddr;

use super::model::{Component, Config, Written};
use super::{Endpoint, ListenAddress, Problem};

/// The exporters whose `endpoint` is their own, to listen on, and not their destination's.
pub(super) const LISTENING_EXPORTERS: [&str; 1] = ["prometheus"];

/// What stands in the key of a listener for datagrams.
const DATAGRAMS: [&str; 2] = ["protocols.thrift_binary.", "protocols.thrift_compact."];

/// A place where the agent is to listen.
#[derive(Debug)]
pub(super) struct Listener<'c> {
    /// The piece of configuration that says so.
    pub(super) written: &'c Written,
    /// The key below it.
    pub(super) key: String,
    /// Where.
    pub(super) address: ListenAddress,
    /// Whether it takes datagrams (UDP) rather than connections.
    pub(super) datagrams: bool,
    /// Whether it serves only clients that it knows.
    pub(super) knows_clients: bool,
}

impl Listener<'_> {
    /// The whole key: `receivers.otlp.protocols.grpc.endpoint`.
    pub(super) fn path(&self) -> String {
        format!("{}.{}", self.written.path, self.key)
    }

    /// Blames the listener.
    pub(super) fn blame(&self, message: impl Into<String>) -> Problem {
        self.written.blame(&self.key, message)
    }
}

/// Every listener: of receivers, extensions, exporters and the metrics page.
pub(super) fn listeners(config: &Config) -> Vec<Listener<'_>> {
    let mut found = Vec::new();
    for receiver in config.receivers.values() {
        of_component(receiver, &mut found);
    }
    for extension in config.extensions.values() {
        of_component(extension, &mut found);
    }
    for (id, exporter) in &config.exporters {
        if LISTENING_EXPORTERS.contains(&id.kind()) {
            of_component(exporter, &mut found);
        }
    }
    if let Some((endpoint, key)) = config.service.telemetry.metrics_endpoint() {
        found.push(Listener {
            written: config.service.written(),
            key: key.to_owned(),
            address: endpoint.into(),
            datagrams: false,
            knows_clients: false,
        });
    }
    found
}

fn of_component<'c, C: 'static>(component: &'c Component<C>, found: &mut Vec<Listener<'c>>) {
    for (key, text) in component.endpoints() {
        let Ok(address) = text.parse() else {
            continue;
        };
        found.push(Listener {
            written: component.written(),
            address,
            datagrams: DATAGRAMS.iter().any(|prefix| key.starts_with(prefix)),
            knows_clients: component.knows_clients(&key),
            key,
        });
    }
}

/// Reports every listener that would find its port taken by another of the same configuration.
pub(super) fn collisions(config: &Config) -> Vec<Problem> {
    let mut listeners = listeners(config);
    // The one that was written later is blamed; the metrics page may not have been written at all.
    listeners.sort_by_key(|listener| {
        let place = listener.blame("").place;
        let is_page = listener.written.path == "service";
        place.filter(|_| !is_page).map(|place| place.offset)
    });
    let mut found = Vec::new();
    for (index, later) in listeners.iter().enumerate() {
        let earlier = listeners.iter().take(index);
        let Some(earlier) = earlier.into_iter().find(|earlier| collide(earlier, later)) else {
            continue;
        };
        let message = format!(
            "`{}` listens on {} already",
            earlier.path(),
            earlier.address
        );
        let help = "give one of the two another port".to_owned();
        found.push(later.blame(message).help(help));
    }
    found
}

fn collide(one: &Listener<'_>, other: &Listener<'_>) -> bool {
    match (&one.address, &other.address) {
        (ListenAddress::Unix(one), ListenAddress::Unix(other)) => one == other,
        (ListenAddress::Tcp(left), ListenAddress::Tcp(right)) => {
            let same_port = left.port() == right.port() && left.port() != 0;
            same_port && one.datagrams == other.datagrams && overlap(left, right)
        }
        _ => false,
    }
}

/// Whether both hosts may mean the same interface.
fn overlap(left: &Endpoint, right: &Endpoint) -> bool {
    let address = |endpoint: &Endpoint| match endpoint.host() {
        "localhost" => Some(IpAddr::from([127, 0, 0, 1])),
        host => host.parse::<IpAddr>().ok(),
    };
    match (address(left), address(right)) {
        (Some(left), Some(right)) => {
            let every = |any: IpAddr, other: IpAddr| {
                any.is_unspecified() && (any.is_ipv6() || other.is_ipv4())
            };
            left == right || every(left, right) || every(right, left)
        }
        _ => left.host() == right.host(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_overlap_where_one_interface_may_be_meant_by_both() {
        for (left, right, expected) in [
            ("localhost:1", "127.0.0.1:1", true),
            ("0.0.0.0:1", "10.0.0.7:1", true),
            ("[::]:1", "127.0.0.1:1", true),
            ("0.0.0.0:1", "[::1]:1", false),
            ("127.0.0.1:1", "127.0.0.2:1", false),
            ("agent:1", "agent:1", true),
            ("agent:1", "127.0.0.1:1", false),
        ] {
            let endpoint = |text: &str| text.parse::<Endpoint>().expect("an endpoint");
            assert_eq!(
                overlap(&endpoint(left), &endpoint(right)),
                expected,
                "{left} {right}"
            );
        }
    }
}
