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
    let found = Forwarded::read(&headers, peer("10.0.0.1"), &trusted(), None);
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
            Forwarded::read(&headers, stranger, &trusted(), None),
            Forwarded::default()
        );
    }
    let nobody = Networks::default();
    assert_eq!(
        Forwarded::read(&headers, peer("10.0.0.1"), &nobody, None),
        Forwarded::default()
    );
    let mapped = Forwarded::read(&headers, peer("::ffff:10.0.0.1"), &trusted(), None);
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
fn the_standard_header_is_read_by_its_grammar() {
    let quoted = r#"for="[2001:db8::17]:4711";proto=https;by=10.0.0.1;host="shop.example:8443""#;
    let expected = (
        Some("[2001:db8::17]:4711".to_owned()),
        Some("https"),
        Some("shop.example".to_owned()),
    );
    assert_eq!(read(&[("forwarded", quoted)]), expected);
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
fn of_two_kinds_of_headers_only_the_one_that_proxies_write_is_believed() {
    let headers = headers(&[
        ("forwarded", "for=6.6.6.6"),
        ("x-forwarded-for", "192.0.2.1"),
    ]);
    let client = |told| {
        let found = Forwarded::read(&headers, peer("10.0.0.1"), &trusted(), told);
        found.client.map(|client| client.ip().to_string())
    };
    assert_eq!(client(None), None);
    let standard = client(Some(ForwardingHeader::Forwarded));
    assert_eq!(standard.as_deref(), Some("6.6.6.6"));
    let customary = client(Some(ForwardingHeader::XForwarded));
    assert_eq!(customary.as_deref(), Some("192.0.2.1"));
}

#[test]
fn nobody_hides_what_a_proxy_has_appended() {
    for hidden in [
        "for=6.6.6.6;x=\", for=192.0.2.1",
        "for=6.6.6.6;x=\", for=\"[2001:db8::1]:80\"",
        "for=6.6.6.6;x=\"\\, for=\"[2001:db8::1]:80\"",
        "for=6.6.6.6, for=\"192.0.2.1\"x",
    ] {
        assert_eq!(client(&[("forwarded", hidden)]), None, "{hidden}");
    }
    let mut headers = headers(&[("x-forwarded-for", "6.6.6.6")]);
    let appended = HeaderValue::from_bytes(b"\xff, 192.0.2.1").unwrap();
    headers.append("x-forwarded-for", appended);
    let found = Forwarded::read(&headers, peer("10.0.0.1"), &trusted(), None);
    assert_eq!(found.client, None);
}

#[test]
fn a_proxy_that_hides_the_client_still_says_how_it_was_called() {
    let expected = (None, Some("https"), Some("shop.example".to_owned()));
    let hidden = "for=_hidden;proto=https;host=shop.example";
    assert_eq!(read(&[("forwarded", hidden)]), expected);
    let without = [
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "shop.example"),
    ];
    assert_eq!(read(&without), expected);
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
            let found = Forwarded::read(&headers, peer("10.0.0.1"), &trusted(), None);
            if let Some(client) = found.client {
                let address = client.ip().to_string();
                let octet = address.split(['.', ':']).find(|part| !part.is_empty());
                prop_assert!(octet.is_none_or(|part| text.to_lowercase().contains(part)));
            }
        }
    }
}
