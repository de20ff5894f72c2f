//! Addresses, ports and protocols.

use std::net::SocketAddr;

use opentelemetry_semantic_conventions::attribute::{
    NETWORK_PROTOCOL_NAME, NETWORK_PROTOCOL_VERSION,
};

use super::facts::Facts;
use super::report::Report;

/// Who has an address and a port.
const PEERS: [&str; 4] = ["client", "network.local", "network.peer", "server"];

/// The versions of HTTP as they are written.
const VERSIONS: [&str; 5] = ["0.9", "1.0", "1.1", "2", "3"];

pub(super) fn check(facts: &Facts<'_>, report: &mut Report) {
    for peer in PEERS {
        address(facts, peer, report);
    }
    protocol(facts, report);
}

fn address(facts: &Facts<'_>, peer: &str, report: &mut Report) {
    let address = format!("{peer}.address");
    let port = format!("{peer}.port");
    if facts.has(&port) && !facts.has(&address) {
        report.unexpected(&port, "a port without its address says nothing");
    }
    if let Some(number) = facts.int(&port).filter(|n| !(1..=65535).contains(n)) {
        report.value(&port, &number, "between 1 and 65535");
    }
    let Some(text) = facts.text(&address) else {
        return;
    };
    if text.parse::<SocketAddr>().is_ok() || (text.starts_with('[') && text.ends_with(']')) {
        report.value(&address, &text, "without port and brackets");
    }
}

/// The name of the protocol goes without saying for HTTP. Only HTTP's versions are known.
fn protocol(facts: &Facts<'_>, report: &mut Report) {
    let version = facts.text(NETWORK_PROTOCOL_VERSION);
    match facts.text(NETWORK_PROTOCOL_NAME) {
        Some("http") => report.unexpected(NETWORK_PROTOCOL_NAME, "`http` goes without saying"),
        Some(name) if name != name.to_ascii_lowercase() => {
            report.value(NETWORK_PROTOCOL_NAME, &name, "in lower case");
        }
        Some(_) if version.is_none() => {
            report.unexpected(NETWORK_PROTOCOL_NAME, "there is no version to go with it");
        }
        Some(_) => {}
        None => {
            if let Some(other) = version.filter(|version| !VERSIONS.contains(version)) {
                report.value(NETWORK_PROTOCOL_VERSION, &other, "1.0, 1.1, 2 or 3");
            }
        }
    }
}
