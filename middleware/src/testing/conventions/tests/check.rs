use super::*;

#[test]
fn a_violation_names_its_span() {
    let violations = Check::new().spans(&[without(http_client(), "url.full"), http_server()]);
    let [violation] = violations.as_slice() else {
        panic!("{violations:?}");
    };
    assert_eq!(
        violation.to_string(),
        "span `GET` (Client): `url.full` is missing: it is required"
    );
}

#[test]
fn what_is_allowed_is_no_violation() {
    let header = with(http_server(), "http.request.header.x-id", texts(&["7"]));
    let extra = with(rpc_server(), "client.address", "10.0.0.1");
    let purge = named(with(http_client(), "http.request.method", "PURGE"), "PURGE");
    let described = SpanData {
        status: Status::error("too late"),
        ..failed(http_server(), "timeout")
    };
    let table = [
        (
            Check::new().allow_opt_in("http.request.header"),
            header.clone(),
        ),
        (
            Check::new().allow_opt_in("http.request.header.x-id"),
            header,
        ),
        (Check::new().allow_extra("client.address"), extra.clone()),
        (Check::new().allow_extra("client"), extra),
        (Check::new().known_methods(["PURGE"]), purge),
        (Check::new().allow_descriptions(), described),
        (Check::new().allow_names(), named(http_server(), "users")),
    ];
    for (check, span) in table {
        assert_ne!(said(&span), [""; 0]);
        assert_eq!(said_by(&check, &span), [""; 0]);
    }
}

#[test]
fn permission_for_one_key_is_none_for_another() {
    let check = Check::new()
        .allow_opt_in("http.request.header.x")
        .allow_extra("client.addr");
    let header = with(http_server(), "http.request.header.x-id", texts(&["7"]));
    let extra = with(rpc_server(), "client.address", "10.0.0.1");
    assert_eq!(said_by(&check, &header), said(&header));
    assert_eq!(said_by(&check, &extra), said(&extra));
}

#[test]
fn known_methods_replace_the_default_ones() {
    let check = Check::new().known_methods(["PURGE"]);
    assert_eq!(
        said_by(&check, &http_server()),
        ["`http.request.method` is \"GET\", should be a known method or `_OTHER`"]
    );
}

#[test]
fn samplers_see_what_the_conventions_want_them_to_see() {
    let span = with(http_server(), "url.query", "page=2");
    let early = [
        "http.request.method",
        "server.address",
        "url.path",
        "url.scheme",
    ];
    let start: Vec<KeyValue> = early.iter().map(|key| KeyValue::new(*key, "x")).collect();
    let violations = Check::new().start(&span, &start);
    let said: Vec<String> = violations.iter().map(|v| v.problem.to_string()).collect();
    assert_eq!(
        said,
        ["`url.query` comes late, samplers want it at the start"]
    );
    assert_eq!(Check::new().start(&span, &span.attributes), []);
}
