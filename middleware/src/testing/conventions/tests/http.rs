use super::*;

fn code(span: SpanData, code: i64) -> SpanData {
    with(span, "http.response.status_code", code)
}

fn other_method(original: &'static str) -> SpanData {
    let span = with(http_server(), "http.request.method", "_OTHER");
    let span = with(span, "http.request.method_original", original);
    named(span, "HTTP /users/{id}")
}

#[test]
fn responses_are_errors_to_the_side_that_they_blame() {
    let missing = "`error.type` is missing: the response is an error";
    let unset = "the status should be Error: it has failed";
    for span in [code(http_server(), 500), code(http_client(), 404)] {
        assert_eq!(said(&span), [missing, unset]);
    }
    assert_caught([
        (
            failed(code(http_server(), 404), "404"),
            "`error.type` should be absent: the status code is no error to this side",
        ),
        (
            failed(code(http_server(), 503), "500"),
            "`error.type` is \"500\", should be the status code of the response",
        ),
        (
            failed(without(http_client(), "http.response.status_code"), "500"),
            "`error.type` is \"500\", should be the status code of the response",
        ),
        (
            with(code(http_client(), 500), "error.type", "500"),
            "the status should be Error: it has failed",
        ),
    ]);
    assert_right([
        code(http_server(), 404),
        failed(code(http_server(), 500), "500"),
        failed(code(http_server(), 500), "panic"),
        failed(code(http_server(), 201), "cancelled"),
        failed(code(http_client(), 404), "404"),
    ]);
}

#[test]
fn a_server_that_did_not_fail_has_responded() {
    let silent = without(http_server(), "http.response.status_code");
    assert_caught([(
        silent.clone(),
        "`http.response.status_code` is missing: nothing failed, so one was sent",
    )]);
    // A client may have let go before the response.
    let client = without(http_client(), "http.response.status_code");
    assert_right([failed(silent, "panic"), client]);
}

#[test]
fn a_status_code_has_three_digits() {
    assert_caught([(
        code(http_server(), 42),
        "`http.response.status_code` is \"42\", should be three digits",
    )]);
}

#[test]
fn only_known_methods_are_recorded() {
    assert_caught([
        (
            named(with(http_client(), "http.request.method", "PURGE"), "PURGE"),
            "`http.request.method` is \"PURGE\", should be a known method or `_OTHER`",
        ),
        (
            without(other_method("PURGE"), "http.request.method_original"),
            "`http.request.method_original` is missing: the method is `_OTHER`",
        ),
        (
            other_method("POST"),
            "`http.request.method` is \"_OTHER\", should be POST",
        ),
        (
            with(http_server(), "http.request.method_original", "GET"),
            "`http.request.method_original` should be absent: it is the method itself",
        ),
        (
            with(http_server(), "http.request.method_original", "PUT"),
            "`http.request.method_original` is \"PUT\", should be the method in other letters",
        ),
    ]);
    assert_right([
        other_method("PURGE"),
        with(http_server(), "http.request.method_original", "GeT"),
    ]);
}

#[test]
fn a_name_is_a_method_and_a_route_or_template() {
    let template = with(http_client(), "url.template", "/users/{id}");
    assert_caught([
        (
            named(http_server(), "GET /users/7"),
            "the name should be `GET /users/{id}`",
        ),
        (
            named(http_server(), "GET"),
            "the name should be `GET /users/{id}`",
        ),
        (
            named(without(http_server(), "http.route"), "GET /users/7"),
            "the name should be `GET`",
        ),
        (named(http_client(), "HTTP GET"), "the name should be `GET`"),
        (
            named(other_method("PURGE"), "_OTHER /users/{id}"),
            "the name should be `HTTP /users/{id}`",
        ),
    ]);
    let check = Check::new().allow_opt_in("url.template");
    assert_eq!(
        said_by(&check, &template),
        ["the name should be `GET /users/{id}`"]
    );
}

#[test]
fn protocols_are_written_as_the_conventions_write_them() {
    let spdy = with(http_server(), "network.protocol.name", "spdy");
    assert_caught([
        (
            with(http_server(), "network.protocol.version", "HTTP/1.1"),
            "`network.protocol.version` is \"HTTP/1.1\", should be 1.0, 1.1, 2 or 3",
        ),
        (
            with(http_server(), "network.protocol.version", "2.0"),
            "`network.protocol.version` is \"2.0\", should be 1.0, 1.1, 2 or 3",
        ),
        (
            with(http_server(), "network.protocol.name", "http"),
            "`network.protocol.name` should be absent: `http` goes without saying",
        ),
        (
            with(http_server(), "network.protocol.name", "SPDY"),
            "`network.protocol.name` is \"SPDY\", should be in lower case",
        ),
        (
            without(spdy.clone(), "network.protocol.version"),
            "`network.protocol.name` should be absent: there is no version to go with it",
        ),
    ]);
    assert_right([spdy]);
}

#[test]
fn parts_of_the_url_are_what_their_keys_say() {
    assert_caught([
        (
            with(http_client(), "url.full", "/users/7"),
            "`url.full` is \"/users/7\", should be absolute",
        ),
        (
            with(http_server(), "url.path", "/users/7?page=2"),
            "`url.path` is \"/users/7?page=2\", should be a path only",
        ),
        (
            with(http_server(), "url.query", "?page=2"),
            "`url.query` is \"?page=2\", should be without the question mark",
        ),
        (
            with(http_server(), "url.scheme", "HTTPS"),
            "`url.scheme` is \"HTTPS\", should be a scheme in lower case",
        ),
    ]);
}

#[test]
fn the_first_attempt_is_no_resend() {
    assert_caught([(
        with(http_client(), "http.request.resend_count", 0),
        "`http.request.resend_count` is \"0\", should be at least 1, or absent",
    )]);
    assert_right([with(http_client(), "http.request.resend_count", 2)]);
}
