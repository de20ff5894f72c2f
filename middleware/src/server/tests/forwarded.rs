//! Which hop is the client, and what is said about it.

use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;

use super::*;

fn trusted() -> Networks {
    ["10.0.0.0/8", "fd00::/8"]
        .into_iter()
        .map(|network| network.parse().unwrap())
        .collect()
}

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_str(value).unwrap(),
        );
    }
    headers
}

fn peer(address: &str) -> Option<SocketAddr> {
    Some(SocketAddr::new(address.parse().unwrap(), 4000))
}

/// Client, scheme and host by `pairs`, from a trusted peer.
fn read(pairs: &[(&str, &str)]) -> (Option<String>, Option<&'static str>, Option<String>) {
    let headers = headers(pairs);
    let found = Forwarded::read(&headers, peer("10.0.0.1"), &trusted());
    (
        found.client.map(|client| client.to_string()),
        found.scheme,
        found.host.map(|host| host.host.to_owned()),
    )
}

fn client(pairs: &[(&str, &str)]) -> Option<String> {
    read(pairs).0
}

#[test]
fn only_a_trusted_peer_may_say_anything() {
    let headers = headers(&[("x-forwarded-for", "192.0.2.1")]);
    for stranger in [None, peer("192.0.2.9"), peer("::1")] {
        assert_eq!(
            Forwarded::read(&headers, stranger, &trusted()),
            Forwarded::default()
        );
    }
    let nobody = Networks::default();
    assert_eq!(
        Forwarded::read(&headers, peer("10.0.0.1"), &nobody),
        Forwarded::default()
    );
    let mapped = Forwarded::read(&headers, peer("::ffff:10.0.0.1"), &trusted());
    assert!(mapped.client.is_some(), "IPv4 peers of dual-stack sockets");
}

#[test]
fn the_client_is_the_first_hop_that_is_not_trusted() {
    let table = [
        ("192.0.2.1", Some("192.0.2.1:0")),
        ("6.6.6.6, 192.0.2.1", Some("192.0.2.1:0")),
        ("6.6.6.6, 192.0.2.1, 10.1.1.1", Some("192.0.2.1:0")),
        ("10.2.2.2, 10.1.1.1", Some("10.2.2.2:0")),
        ("192.0.2.1:5555", Some("192.0.2.1:5555")),
        ("[2001:db8::1]:5555", Some("[2001:db8::1]:5555")),
        ("2001:db8::1", Some("[2001:db8::1]:0")),
        ("6.6.6.6, unknown, 10.1.1.1", Some("10.1.1.1:0")),
        ("garbage", None),
        ("", None),
    ];
    for (value, expected) in table {
        assert_eq!(
            client(&[("x-forwarded-for", value)]).as_deref(),
            expected,
            "{value}"
        );
    }
}

#[test]
fn several_headers_are_one_list() {
    let pairs = [
        ("x-forwarded-for", "6.6.6.6"),
        ("x-forwarded-for", "192.0.2.1, 10.1.1.1"),
    ];
    assert_eq!(client(&pairs).as_deref(), Some("192.0.2.1:0"));
}

#[test]
fn the_standard_header_is_read_by_its_grammar_and_wins() {
    let quoted = r#"for="[2001:db8::17]:4711";proto=https;by=10.0.0.1;host="shop.example:8443""#;
    let expected = (
        Some("[2001:db8::17]:4711".to_owned()),
        Some("https"),
        Some("shop.example".to_owned()),
    );
    assert_eq!(
        read(&[("forwarded", quoted), ("x-forwarded-for", "1.1.1.1")]),
        expected
    );
    let table = [
        (
            "for=192.0.2.60;proto=HTTP, for=10.1.1.1",
            Some("192.0.2.60:0"),
        ),
        ("For=\"192.0.2.60:_port\"", Some("192.0.2.60:0")),
        ("for=_hidden, for=10.1.1.1", Some("10.1.1.1:0")),
        ("for=unknown", None),
        ("for=\"a,b;c=\\\"\", for=192.0.2.60", Some("192.0.2.60:0")),
        ("nonsense", None),
    ];
    for (value, expected) in table {
        assert_eq!(
            client(&[("forwarded", value)]).as_deref(),
            expected,
            "{value}"
        );
    }
}

#[test]
fn schemes_and_hosts_go_with_their_hop() {
    let one = [
        ("x-forwarded-for", "192.0.2.1, 10.1.1.1"),
        ("x-forwarded-proto", "https"),
    ];
    assert_eq!(read(&one).1, Some("https"));
    let each = [
        ("x-forwarded-for", "6.6.6.6, 192.0.2.1, 10.1.1.1"),
        ("x-forwarded-proto", "http, https, http"),
        ("x-forwarded-host", "evil, shop.example, inner"),
    ];
    let (_, scheme, host) = read(&each);
    assert_eq!(
        (scheme, host.as_deref()),
        (Some("https"), Some("shop.example"))
    );
    assert_eq!(
        read(&[
            ("x-forwarded-for", "192.0.2.1"),
            ("x-forwarded-proto", "gopher")
        ])
        .1,
        None
    );
}

proptest! {
    #[test]
    fn any_text_is_survived_and_invents_nothing(text in "[ -~]{0,60}") {
        for name in ["forwarded", "x-forwarded-for"] {
            let headers = headers(&[(name, &text)]);
            let found = Forwarded::read(&headers, peer("10.0.0.1"), &trusted());
            if let Some(client) = found.client {
                let address = client.ip().to_string();
                let octet = address.split(['.', ':']).find(|part| !part.is_empty());
                prop_assert!(octet.is_none_or(|part| text.to_lowercase().contains(part)));
            }
        }
    }
}
