//! The hosts that are told the context.

use std::sync::Arc;

use crate::describe::glob;

/// Patterns of hosts, in which `*` stands for any text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hosts(Arc<[String]>);

impl Hosts {
    pub(crate) fn new<H: Into<String>>(hosts: impl IntoIterator<Item = H>) -> Self {
        let hosts = hosts
            .into_iter()
            .map(|host| host.into().to_ascii_lowercase());
        Self(hosts.collect())
    }

    pub(crate) fn contain(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        self.0.iter().any(|pattern| glob::matches(pattern, &host))
    }
}

#[cfg(test)]
mod tests {
    use super::Hosts;

    #[test]
    fn a_pattern_holds_its_hosts_and_no_others() {
        let hosts = Hosts::new(["api.example", "*.Internal", "10.0.*"]);
        for host in ["API.example", "a.b.internal", "10.0.0.7"] {
            assert!(hosts.contain(host), "{host}");
        }
        for host in [
            "evil-api.example",
            "internal",
            "internal.evil",
            "api.example.evil",
            "",
        ] {
            assert!(!hosts.contain(host), "{host}");
        }
    }
}
