//! The hosts that the metrics of a server tell apart.

use std::sync::Arc;

use crate::describe::HostPort;
use crate::describe::methods::OTHER;
use crate::names::MEASURED_HOSTS;

/// Hosts that the application has named. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct MeasuredHosts(Arc<[Measured]>);

/// One of them, with its port where that was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Measured {
    pub(crate) host: &'static str,
    pub(crate) port: Option<u16>,
}

impl MeasuredHosts {
    /// These hosts, with or without a port. What is none, or finds no place, is left out.
    pub(crate) fn new<H: AsRef<str>>(hosts: impl IntoIterator<Item = H>) -> Self {
        let measured = |text: H| {
            let parsed = HostPort::parse(text.as_ref())?;
            Some(Measured {
                host: MEASURED_HOSTS.keep(&parsed.host.to_ascii_lowercase())?,
                port: parsed.port,
            })
        };
        Self(hosts.into_iter().filter_map(measured).collect())
    }

    /// The one of them that was asked for, else one for all others.
    pub(crate) fn of(&self, asked: HostPort<'_>) -> Measured {
        let is_it = |measured: &&Measured| {
            measured.host.eq_ignore_ascii_case(asked.host)
                && (measured.port.is_none() || measured.port == asked.port)
        };
        let found = self.0.iter().find(is_it);
        found.copied().unwrap_or(Measured {
            host: OTHER,
            port: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(hosts: &MeasuredHosts, asked: &str) -> (&'static str, Option<u16>) {
        let measured = hosts.of(HostPort::parse(asked).unwrap());
        (measured.host, measured.port)
    }

    #[test]
    fn only_what_was_named_is_told_apart() {
        let hosts = MeasuredHosts::new(["Shop.example", "api.example:8443", "no host", ""]);
        assert_eq!(of(&hosts, "SHOP.example:1"), ("shop.example", None));
        assert_eq!(of(&hosts, "api.example:8443"), ("api.example", Some(8443)));
        assert_eq!(of(&hosts, "api.example:1"), ("_OTHER", None));
        assert_eq!(of(&hosts, "evil.example"), ("_OTHER", None));
        assert_eq!(hosts.0.len(), 2);
    }
}
