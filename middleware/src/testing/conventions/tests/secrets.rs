use super::*;

#[test]
fn credentials_before_the_host_are_redacted() {
    let secret = "`url.full` gives away a user name or password";
    for url in ["https://me:secret@example.com/", "https://me@example.com"] {
        assert_caught([(with(http_client(), "url.full", url), secret)]);
    }
    assert_right([
        with(http_client(), "url.full", "https://REDACTED:REDACTED@h/"),
        with(http_client(), "url.full", "https://h/users/@me?at=@"),
    ]);
}

#[test]
fn signatures_in_queries_are_redacted() {
    assert_caught([
        (
            with(http_client(), "url.full", "https://h/?a=1&sig=abc"),
            "`url.full` gives away the value of sig",
        ),
        (
            with(http_server(), "url.query", "X-Amz-Signature=abc"),
            "`url.query` gives away the value of X-Amz-Signature",
        ),
        (
            with(http_server(), "url.query", "sig=REDACTED-secret"),
            "`url.query` gives away the value of sig",
        ),
        (
            with(http_server(), "url.query", "%73i%67=abc"),
            "`url.query` gives away the value of sig",
        ),
    ]);
    assert_right([
        with(http_server(), "url.query", "sig=REDACTED&SIG=x&a=%zz&%"),
        with(http_server(), "url.query", "sig=REDACTED-0123456789abcdef"),
        with(http_client(), "url.full", "https://h/?sig=REDACTED#a&sig=x"),
    ]);
}

#[test]
fn credentials_in_headers_are_secret_even_on_request() {
    let check = Check::new()
        .allow_opt_in("http.request.header")
        .allow_opt_in("rpc.request.metadata");
    let cookie = with(http_server(), "http.request.header.cookie", texts(&["a=b"]));
    let metadata = with(
        rpc_server(),
        "rpc.request.metadata.authorization",
        texts(&["x"]),
    );
    assert_eq!(
        said_by(&check, &cookie),
        ["`http.request.header.cookie` gives away the header cookie"]
    );
    assert_eq!(
        said_by(&check, &metadata),
        ["`rpc.request.metadata.authorization` gives away the header authorization"]
    );
    let hidden = with(cookie, "http.request.header.cookie", texts(&["REDACTED"]));
    assert_eq!(said_by(&check, &hidden), [""; 0]);
}

#[test]
fn spans_of_no_conventions_keep_secrets_too() {
    let span = with(
        span(SpanKind::Internal, "login"),
        "authorization",
        "Basic x",
    );
    assert_caught([(span, "`authorization` gives away the header authorization")]);
}
