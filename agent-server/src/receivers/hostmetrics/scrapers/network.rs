//! Network interfaces and connections.

use std::io;

use campanile_wire::otlp::write::Scalar::Text;

use super::{Host, Metric, Scope, Scraper, if_told};
use crate::component::BuildError;
use crate::receivers::hostmetrics::config;
use crate::receivers::hostmetrics::filter::Filter;
use crate::receivers::hostmetrics::metric::Kind::{Counter, UpDown};
use crate::receivers::hostmetrics::reading::Interface;

/// The most that are read.
const MAX: usize = 512;

const IO: Metric = Metric::new(
    "system.network.io",
    "By",
    Counter,
    "Bytes received and transmitted.",
);
const PACKETS: Metric = Metric::new(
    "system.network.packets",
    "{packets}",
    Counter,
    "Packets received and transmitted.",
);
const ERRORS: Metric = Metric::new(
    "system.network.errors",
    "{errors}",
    Counter,
    "Packets that were wrong.",
);
const DROPPED: Metric = Metric::new(
    "system.network.dropped",
    "{packets}",
    Counter,
    "Packets for which there was no room.",
);
const CONNECTIONS: Metric = Metric::new(
    "system.network.connections",
    "{connections}",
    UpDown,
    "TCP connections by state.",
);

/// What there is.
pub(in super::super) static METRICS: &[Metric] = &[IO, PACKETS, ERRORS, DROPPED, CONNECTIONS];

/// The scraper.
#[derive(Debug)]
pub(super) struct Interfaces(Filter);

impl Interfaces {
    pub(super) fn new(config: Option<&config::Network>) -> Result<Self, BuildError> {
        let include = config.and_then(|config| config.include.as_ref());
        let exclude = config.and_then(|config| config.exclude.as_ref());
        Ok(Self(Filter::new(include, exclude)?))
    }
}

impl Scraper for Interfaces {
    fn scrape(&mut self, host: &mut dyn Host, scope: &mut Scope<'_>) -> io::Result<()> {
        let mut interfaces = host.interfaces()?;
        interfaces.retain(|interface| self.0.takes(&interface.name));
        let interfaces = scope.bounded(interfaces, MAX);
        both_ways(scope, &IO, &interfaces, |interface| Some(interface.bytes));
        both_ways(scope, &PACKETS, &interfaces, |interface| {
            Some(interface.packets)
        });
        both_ways(scope, &ERRORS, &interfaces, |interface| {
            Some(interface.errors)
        });
        both_ways(scope, &DROPPED, &interfaces, |interface| interface.dropped);
        // Listing connections takes time on a busy machine, so it is left where nobody asks.
        if !scope.wants(&CONNECTIONS) {
            return Ok(());
        }
        let connections = if_told(host.connections())?;
        scope.metric(&CONNECTIONS, |points| {
            for (state, count) in &connections {
                points.int(*count, &[("protocol", Text("tcp")), ("state", Text(state))]);
            }
        });
        Ok(())
    }
}

/// A point for each interface and direction.
fn both_ways(
    scope: &mut Scope<'_>,
    metric: &Metric,
    interfaces: &[Interface],
    counts: impl Fn(&Interface) -> Option<[u64; 2]>,
) {
    scope.metric(metric, |points| {
        for interface in interfaces {
            let counts = counts(interface).into_iter().flatten();
            for (direction, count) in ["receive", "transmit"].iter().zip(counts) {
                let device = ("device", Text(&interface.name));
                points.int(count, &[device, ("direction", Text(direction))]);
            }
        }
    });
}
