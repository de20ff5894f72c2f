//! The resource of a target.

use std::net::IpAddr;

use campanile_wire::otlp::write::{Scalar, attribute};

use crate::receivers::prometheus::labels::Labels;

/// Appends the attributes of the resource of `job` and `instance`; `info` are the labels of
/// `target_info`, which win.
pub(super) fn put(
    out: &mut Vec<u8>,
    job: &str,
    instance: &str,
    scheme: &str,
    info: Option<&Labels<'_>>,
) {
    let (host, port) = split(instance);
    let own = [
        ("service.name", job),
        ("service.instance.id", instance),
        (
            "server.address",
            host.filter(|host| is_telling(host)).unwrap_or_default(),
        ),
        ("server.port", port.unwrap_or_default()),
        ("url.scheme", scheme),
    ];
    let said = |name: &str| info.is_some_and(|info| !info.get(name).is_empty());
    for (name, value) in own {
        if !value.is_empty() && !said(name) {
            attribute(out, 1, name, Scalar::Text(value));
        }
    }
    for (name, value) in info.iter().flat_map(|info| info.iter()) {
        attribute(out, 1, name, Scalar::Text(value));
    }
}

/// Host and port of `host:port`.
fn split(instance: &str) -> (Option<&str>, Option<&str>) {
    let (host, port) = match instance.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, Some(port)),
        _ => (instance, None),
    };
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let valid = bare.is_some() || !host.contains([':', '/', ' ']);
    (valid.then(|| bare.unwrap_or(host)), port.filter(|_| valid))
}

/// Whether a host means the same on every machine.
fn is_telling(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(address) => !address.is_loopback() && !address.is_unspecified(),
        Err(_) => !host.is_empty() && host != "localhost",
    }
}

#[cfg(test)]
mod tests {
    use campanile_wire::otlp::view::Attributes;

    use super::*;

    fn attributes(instance: &str, info: &[(&str, &str)]) -> String {
        let info: Labels<'_> = info.iter().copied().collect();
        let mut out = Vec::new();
        put(&mut out, "shop", instance, "http", Some(&info));
        let all = Attributes::new(&out, 1);
        let all: Vec<_> = all
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        all.join(" ")
    }

    #[test]
    fn a_resource_says_where_the_target_is_if_that_means_something() {
        let cases = [
            ("db:9100", "server.address=db server.port=9100"),
            ("[fe80::1]:80", "server.address=fe80::1 server.port=80"),
            ("10.0.0.1", "server.address=10.0.0.1"),
            ("127.0.0.1:80", "server.port=80"),
            ("[::1]:80", "server.port=80"),
            ("localhost:80", "server.port=80"),
            ("fe80::1", ""),
            ("http://x/y", ""),
        ];
        for (instance, expected) in cases {
            let expected = format!(
                "service.name=shop service.instance.id={instance} {expected} url.scheme=http"
            );
            let expected = expected.replace("  ", " ");
            assert_eq!(attributes(instance, &[]), expected);
        }
    }

    #[test]
    fn what_a_target_says_of_itself_wins() {
        assert_eq!(
            attributes("a", &[("url.scheme", "x"), ("service_version", "2")]),
            "service.name=shop service.instance.id=a server.address=a service_version=2 \
             url.scheme=x"
        );
    }
}
