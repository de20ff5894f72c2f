use super::*;

fn status(span: SpanData, status: &'static str) -> SpanData {
    with(span, "rpc.response.status_code", status)
}

fn other_method() -> SpanData {
    let span = with(rpc_server(), "rpc.method", "_OTHER");
    named(with(span, "rpc.method_original", "pkg.Users/Got"), "grpc")
}

#[test]
fn six_statuses_are_errors_to_a_server_and_all_but_ok_to_a_client() {
    let missing = "`error.type` is missing: the status is an error";
    let unset = "the status should be Error: it has failed";
    for span in [
        status(rpc_server(), "UNAVAILABLE"),
        status(rpc_client(), "NOT_FOUND"),
        status(rpc_client(), "CANCELLED"),
    ] {
        assert_eq!(said(&span), [missing, unset]);
    }
    assert_caught([
        (
            failed(status(rpc_server(), "NOT_FOUND"), "NOT_FOUND"),
            "`error.type` should be absent: the status is no error to this side",
        ),
        (
            failed(status(rpc_server(), "UNAVAILABLE"), "UNKNOWN"),
            "`error.type` is \"UNKNOWN\", should be the status of the call",
        ),
    ]);
    assert_right([
        status(rpc_server(), "NOT_FOUND"),
        failed(status(rpc_client(), "NOT_FOUND"), "NOT_FOUND"),
        failed(status(rpc_server(), "DATA_LOSS"), "DATA_LOSS"),
        failed(rpc_server(), "panic"),
    ]);
}

#[test]
fn only_a_call_that_failed_before_it_has_no_status() {
    let silent = without(rpc_client(), "rpc.response.status_code");
    let missing = "`rpc.response.status_code` is missing: it is required";
    assert_caught([
        (silent.clone(), missing),
        (failed(silent.clone(), "UNAVAILABLE"), missing),
    ]);
    assert_right([failed(silent, "connect")]);
}

#[test]
fn a_status_has_a_name() {
    assert_caught([
        (
            status(rpc_server(), "5"),
            "`rpc.response.status_code` is \"5\", should be the name of a status",
        ),
        (
            status(rpc_server(), "Ok"),
            "`rpc.response.status_code` is \"Ok\", should be the name of a status",
        ),
    ]);
}

#[test]
fn a_method_is_fully_qualified() {
    for method in ["/pkg.Users/Get", "Get", "pkg.Users/", "/Get", "a/b/c"] {
        let span = named(with(rpc_server(), "rpc.method", method), method);
        let sentence =
            format!("`rpc.method` is {method:?}, should be `package.Service/Method` or `_OTHER`");
        assert_eq!(said(&span), [sentence]);
    }
}

#[test]
fn a_method_that_is_not_recognized_keeps_its_name_in_another_place() {
    assert_caught([
        (
            without(other_method(), "rpc.method_original"),
            "`rpc.method_original` is missing: the method is `_OTHER`",
        ),
        (
            with(rpc_server(), "rpc.method_original", "pkg.Users/Get"),
            "`rpc.method_original` should be absent: it is the method itself",
        ),
    ]);
    assert_right([other_method()]);
}

#[test]
fn a_name_is_a_method_or_the_system() {
    assert_caught([
        (
            named(rpc_server(), "Get"),
            "the name should be `pkg.Users/Get`",
        ),
        (named(other_method(), "_OTHER"), "the name should be `grpc`"),
        (
            named(without(rpc_server(), "rpc.method"), "POST"),
            "the name should be `grpc`",
        ),
    ]);
}

#[test]
fn the_system_is_grpc() {
    assert_caught([(
        with(rpc_server(), "rpc.system.name", "GRPC"),
        "`rpc.system.name` is \"GRPC\", should be `grpc`",
    )]);
}

#[test]
fn a_call_that_its_client_cancels_is_an_error_unless_allowed() {
    let cancelled = status(rpc_client(), "CANCELLED");
    let check = Check::new().allow_cancelled_calls();
    let nothing = [""; 0];
    assert_eq!(said_by(&check, &cancelled), nothing);
    assert_eq!(said_by(&check, &failed(cancelled, "CANCELLED")), nothing);
    let refused = status(rpc_client(), "NOT_FOUND");
    assert_eq!(said_by(&check, &refused), said(&refused));
}
