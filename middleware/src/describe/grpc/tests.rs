use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};

use super::call::{deadline, is_grpc, method};
use super::methods::{Called, ServedMethods};
use super::status::{GRPC_STATUS, Status};
use crate::describe::Side;

fn status(text: &str) -> Status {
    let mut headers = HeaderMap::new();
    headers.insert(GRPC_STATUS, text.parse().expect("a header value"));
    Status::of(&headers).expect("the header is there")
}

#[test]
fn grpc_is_recognized_by_its_content_type() {
    let table = [
        ("application/grpc", true),
        ("application/grpc+proto", true),
        ("application/grpc;charset=utf-8", true),
        ("application/grpc-web", false),
        ("application/grpc-web+proto", false),
        ("application/json", false),
        ("", false),
    ];
    for (content_type, expected) in table {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        assert_eq!(is_grpc(&headers), expected, "{content_type}");
    }
    assert!(!is_grpc(&HeaderMap::new()));
}

#[test]
fn a_method_is_a_service_and_a_method() {
    assert_eq!(
        method(&Uri::from_static("/pkg.Users/Get")),
        Some("pkg.Users/Get")
    );
    assert_eq!(
        method(&Uri::from_static("http://h/pkg.Users/Get")),
        Some("pkg.Users/Get")
    );
    for path in ["/", "/pkg.Users", "/pkg.Users/", "//Get", "/a/b/c", "*"] {
        assert_eq!(method(&path.parse().unwrap()), None, "{path}");
    }
}

#[test]
fn every_defined_number_has_its_name() {
    let names = [
        "OK",
        "CANCELLED",
        "UNKNOWN",
        "INVALID_ARGUMENT",
        "DEADLINE_EXCEEDED",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION",
        "ABORTED",
        "OUT_OF_RANGE",
        "UNIMPLEMENTED",
        "INTERNAL",
        "UNAVAILABLE",
        "DATA_LOSS",
        "UNAUTHENTICATED",
    ];
    for (number, name) in names.iter().enumerate() {
        let status = status(&number.to_string());
        assert_eq!((status.name(), status.number()), (*name, number as i64));
    }
}

#[test]
fn a_status_nobody_defined_is_unknown() {
    for text in ["17", "-1", "", "00", "zero"] {
        assert_eq!(status(text), Status::Unknown, "{text}");
    }
}

#[test]
fn six_statuses_are_errors_to_a_server_and_all_but_ok_to_a_client() {
    let errors: Vec<&str> = (0..17)
        .map(|number: u8| status(&number.to_string()))
        .filter(|status| status.is_error(Side::Server))
        .map(Status::name)
        .collect();
    let expected = [
        "UNKNOWN",
        "DEADLINE_EXCEEDED",
        "UNIMPLEMENTED",
        "INTERNAL",
        "UNAVAILABLE",
        "DATA_LOSS",
    ];
    assert_eq!(errors, expected);
    let fine = (0..17)
        .map(|n: u8| status(&n.to_string()))
        .find(|s| !s.is_error(Side::Client));
    assert_eq!(fine, Some(Status::Ok));
}

#[test]
fn without_a_status_the_http_code_decides() {
    let table = [
        (200, "UNKNOWN"),
        (401, "UNAUTHENTICATED"),
        (404, "UNIMPLEMENTED"),
    ];
    for (code, name) in table {
        let status = StatusCode::from_u16(code).unwrap();
        assert_eq!(Status::from_http(status).name(), name);
    }
    assert_eq!(
        Status::from_http(StatusCode::BAD_GATEWAY),
        Status::Unavailable
    );
}

#[test]
fn a_deadline_is_eight_digits_and_a_unit() {
    let table = [
        ("1S", Some(Duration::from_secs(1))),
        ("2M", Some(Duration::from_secs(120))),
        ("1H", Some(Duration::from_secs(3600))),
        ("250m", Some(Duration::from_millis(250))),
        ("7u", Some(Duration::from_micros(7))),
        ("99999999n", Some(Duration::from_nanos(99_999_999))),
        ("99999999H", Some(Duration::from_secs(99_999_999 * 3600))),
        ("999999999n", None),
        ("1", None),
        ("S", None),
        ("-1S", None),
        ("1s", None),
        ("", None),
    ];
    for (text, expected) in table {
        let mut headers = HeaderMap::new();
        headers.insert("grpc-timeout", HeaderValue::from_static(text));
        assert_eq!(deadline(&headers), expected, "{text}");
    }
    assert_eq!(deadline(&HeaderMap::new()), None);
}

#[test]
fn a_server_that_was_told_its_methods_knows_no_other() {
    let served = ServedMethods::new(["/a.B/C"]);
    let uri = Uri::from_static;
    assert_eq!(served.called(&uri("/a.B/C")), Called::Known("a.B/C"));
    assert_eq!(served.called(&uri("/a.B/D")), Called::Other("/a.B/D"));
    let any = ServedMethods::default();
    assert_eq!(any.called(&uri("/a.B/D")), Called::Known("a.B/D"));
    assert_eq!(any.called(&uri("/D")), Called::Other("/D"));
}
