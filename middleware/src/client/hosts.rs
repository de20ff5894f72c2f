//! The hosts that are told the context.

use std::net::IpAddr;
use std::sync::Arc;

use crate::trust::Cidr;

/// Hosts, domains and networks. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hosts(Arc<[Rule]>);

#[derive(Clone, Debug)]
enum Rule {
    /// Everybody.
    Any,
    /// All hosts below a domain; with the dot before it.
    Below(String),
    /// One host.
    Host(String),
    /// The addresses of a network.
    Network(Cidr),
}

impl Rule {
    fn new(text: &str) -> Self {
        let text = text.trim().to_ascii_lowercase();
        if text == "*" {
            return Self::Any;
        }
        if let Some(domain) = text.strip_prefix('*').filter(|rest| rest.starts_with('.')) {
            return Self::Below(domain.trim_end_matches('.').to_owned());
        }
        let name = text.trim_end_matches('.');
        let bare = name
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        let name = bare.unwrap_or(name);
        match name.parse() {
            Ok(network) => Self::Network(network),
            Err(_) => Self::Host(name.to_owned()),
        }
    }

    /// Whether `host`, in lower case, is meant. An address is no name, whatever it looks like.
    fn holds(&self, host: &str, address: Option<IpAddr>) -> bool {
        match self {
            Self::Any => true,
            Self::Below(domain) => address.is_none() && host.ends_with(&**domain),
            Self::Host(name) => host == name,
            Self::Network(network) => address.is_some_and(|address| network.contains(address)),
        }
    }
}

impl Hosts {
    pub(crate) fn new<H: AsRef<str>>(hosts: impl IntoIterator<Item = H>) -> Self {
        let rules = hosts.into_iter().map(|host| Rule::new(host.as_ref()));
        Self(rules.collect())
    }

    pub(crate) fn contain(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let address = host.parse().ok();
        self.0.iter().any(|rule| rule.holds(&host, address))
    }
}

#[cfg(test)]
mod tests {
    use super::Hosts;

    #[test]
    fn hosts_domains_and_networks_hold_what_they_say_and_nothing_else() {
        let hosts = Hosts::new(["api.example", "*.Internal", "10.0.0.0/16", "fd00::/8"]);
        for host in [
            "API.example",
            "api.example.",
            "a.b.internal",
            "10.0.0.7",
            "fd00::1",
        ] {
            assert!(hosts.contain(host), "{host}");
        }
        for host in [
            "evil-api.example",
            "internal",
            "internal.evil",
            "api.example.evil",
            "10.0.evil.example",
            "10.1.0.7",
            "",
        ] {
            assert!(!hosts.contain(host), "{host}");
        }
        let written = Hosts::new(["[::1]", "shop.example.", "*.internal."]);
        for host in ["::1", "shop.example", "a.internal"] {
            assert!(written.contain(host), "{host}");
        }
        assert!(Hosts::new(["*"]).contain("anybody"));
        assert!(
            !Hosts::new(["a*c"]).contain("abc"),
            "a star is for whole labels"
        );
    }
}
