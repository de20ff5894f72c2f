use super::super::group::Level;
use super::super::table::SPANS;
use super::*;

#[test]
fn every_required_attribute_is_missed() {
    let right = [http_server(), http_client(), rpc_server(), rpc_client()];
    for (group, span) in SPANS.iter().zip(right) {
        let attributes = group.attributes.iter();
        for required in attributes.filter(|a| a.level == Level::Required) {
            let missing = format!("`{}` is missing: it is required", required.key);
            let said = said(&without(span.clone(), required.key));
            assert!(said.contains(&missing), "{missing}: {said:?}");
        }
    }
}

#[test]
fn every_listed_attribute_has_its_type() {
    let right = [http_server(), http_client(), rpc_server(), rpc_client()];
    for (group, span) in SPANS.iter().zip(right) {
        for attribute in group.attributes {
            let mut span = span.clone();
            let key = format!("{}.x", attribute.key);
            let key = if attribute.describes(&key) {
                key
            } else {
                attribute.key.to_owned()
            };
            span.attributes.retain(|kv| kv.key.as_str() != key);
            span.attributes.push(KeyValue::new(key.clone(), 1.5));
            let said = said(&span);
            let kind = attribute.kind.name();
            let wrong = format!("`{key}` is of type double, should be {kind}");
            assert!(said.contains(&wrong), "{wrong}: {said:?}");
        }
    }
}

#[test]
fn a_number_is_no_text() {
    assert_caught([
        (
            with(http_server(), "server.port", "443"),
            "`server.port` is of type string, should be int",
        ),
        (
            with(http_server(), "user_agent.original", texts(&["curl"])),
            "`user_agent.original` is of type string[], should be string",
        ),
    ]);
}

#[test]
fn keys_in_the_name_spaces_of_the_conventions_are_theirs() {
    assert_caught([
        (
            with(http_server(), "http.method", "GET"),
            "the conventions do not list `http.method` here",
        ),
        (
            with(http_server(), "url.full", "https://example.com/"),
            "the conventions do not list `url.full` here",
        ),
        (
            with(rpc_server(), "client.address", "10.0.0.1"),
            "the conventions do not list `client.address` here",
        ),
        (
            with(rpc_client(), "network.protocol.version", "2"),
            "the conventions do not list `network.protocol.version` here",
        ),
    ]);
    assert_right([
        with(http_server(), "tenant", "a"),
        with(rpc_server(), "app.rpc", 1),
    ]);
}

#[test]
fn opt_in_attributes_wait_to_be_asked_for() {
    assert_caught([
        (
            with(http_server(), "http.request.header.x-id", texts(&["7"])),
            "`http.request.header.x-id` is opt-in (stable), nobody asked for it",
        ),
        (
            with(http_server(), "http.request.body.size", 7),
            "`http.request.body.size` is opt-in (development), nobody asked for it",
        ),
        (
            with(http_client(), "user_agent.original", "curl"),
            "`user_agent.original` is opt-in (stable), nobody asked for it",
        ),
    ]);
}

#[test]
fn an_empty_value_is_an_absent_one() {
    assert_caught([
        (
            with(http_server(), "user_agent.original", ""),
            "`user_agent.original` is empty, should be absent",
        ),
        (
            with(http_server(), "url.query", ""),
            "`url.query` is empty, should be absent",
        ),
    ]);
    // As CONNECT has it.
    assert_right([with(http_server(), "url.path", "")]);
}

#[test]
fn a_key_is_set_once() {
    let mut span = http_server();
    span.attributes.push(KeyValue::new("url.scheme", "http"));
    assert_caught([(span, "`url.scheme` is set more than once")]);
}

#[test]
fn names_of_headers_are_in_lower_case() {
    let span = with(http_server(), "http.request.header.X-Id", texts(&["7"]));
    let check = Check::new().allow_opt_in("http.request.header");
    let sentence =
        "`http.request.header.X-Id` is \"http.request.header.X-Id\", should be a key in lower case";
    assert_eq!(said_by(&check, &span), [sentence]);
}

#[test]
fn ports_and_addresses_are_apart() {
    let alone = "`server.port` should be absent: a port without its address says nothing";
    assert_caught([
        (with(rpc_server(), "server.port", 443), alone),
        (
            with(http_server(), "network.peer.port", 443),
            "`network.peer.port` should be absent: a port without its address says nothing",
        ),
        (
            with(http_server(), "server.port", 0),
            "`server.port` is \"0\", should be between 1 and 65535",
        ),
        (
            with(http_server(), "client.address", "10.0.0.1:5678"),
            "`client.address` is \"10.0.0.1:5678\", should be without port and brackets",
        ),
        (
            with(http_server(), "server.address", "[::1]"),
            "`server.address` is \"[::1]\", should be without port and brackets",
        ),
    ]);
    assert_right([
        with(http_server(), "server.address", "::1"),
        with(
            rpc_client(),
            "server.address",
            "zk://zookeeper:2181/my-server",
        ),
    ]);
}
