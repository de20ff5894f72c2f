//! Defects that were found in other stacks, and the tests that keep them out of this one. Those of
//! propagators, 21 to 25, are in `propagation`.

use std::convert::Infallible;
use std::fs;
use std::path::Path;

use http::{Request, Response};
use http_body_util::BodyExt as _;
use opentelemetry_sdk::trace::SpanData;
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::testing::words::{Script, Step, Traces, assert_error, get, int, scripted, text};

/// Number, defect, tests.
const DEFECTS: [(usize, &str, &[&str]); 20] = [
    (
        1,
        "span and metrics end only when the future is ready: they leak on drop and panic",
        &[
            "dropping_the_future_ends_the_span_as_cancelled",
            "a_panic_that_is_caught_around_the_future_is_not_a_cancellation",
            "the_metrics_of_a_server_agree_with_its_spans",
            "every_span_has_one_end_and_all_that_is_told_of_it_agrees",
        ],
    ),
    (
        2,
        "the inner service is called outside of the context",
        &[
            "call_and_polls_run_inside_the_span",
            "the_inner_call_runs_inside_the_span",
            "the_inner_service_runs_inside_the_span",
        ],
    ),
    (
        3,
        "the span ends when the last clone of its context is dropped",
        &["a_context_that_outlives_the_request_does_not_stretch_the_span"],
    ),
    (
        4,
        "services must be `Clone`, `Send` and `'static`, errors `Error`",
        &[
            "nothing_is_asked_of_service_error_or_body",
            "a_service_with_a_boxed_error_can_be_wrapped",
        ],
    ),
    (
        5,
        "a layer that was built before the provider keeps recording nothing",
        &[
            "a_layer_built_before_the_global_provider_uses_it",
            "layers_measure_with_the_provider_that_is_there_at_the_first_request",
        ],
    ),
    (
        6,
        "a service is called that was not asked whether it is ready",
        &["nothing_is_asked_of_service_error_or_body"],
    ),
    (
        7,
        "polling after the end panics",
        &[
            "a_finished_future_hands_later_polls_to_the_inner_one",
            "a_body_that_has_ended_may_be_polled_again",
        ],
    ),
    (
        8,
        "a response without a body counts as abandoned",
        &[
            "a_response_without_a_body_is_complete_with_its_head",
            "head_over_a_socket_is_complete",
            "a_head_request_is_complete",
        ],
    ),
    (
        9,
        "a consumer that stops at the last frame, trailers, or an error before a drop is missed",
        &[
            "the_span_ends_when_a_frame_was_the_last_one",
            "trailers_are_read_before_the_span_ends_and_passed_on",
            "an_error_of_the_body_is_the_only_end",
        ],
    ),
    (
        10,
        "the body is polled outside of the span",
        &[
            "the_span_lasts_as_long_as_the_body",
            "call_and_polls_run_inside_the_span",
        ],
    ),
    (
        11,
        "a client's body that is never read keeps the span, or makes it an error",
        &[
            "a_client_that_lets_go_of_a_response_is_no_error",
            "what_the_response_said_counts_although_it_was_let_go",
            "letting_go_of_future_or_body_is_no_error",
        ],
    ),
    (
        12,
        "an upgrade keeps the span for hours, or counts as abandoned",
        &["the_span_and_the_count_end_when_the_other_protocol_begins"],
    ),
    (
        13,
        "numbers become text on their way through `tracing`",
        &[
            "an_ordinary_request_has_these_attributes_and_no_others",
            "numbers_are_numbers",
        ],
    ),
    (
        14,
        "an IPv6 authority is cut at its first colon, that of HTTP/2 is lost",
        &[
            "authorities_are_split_at_the_port",
            "http_2_has_its_authority_in_the_uri",
        ],
    ),
    (
        15,
        "what is absent is recorded as an empty text",
        &[
            "what_is_absent_stays_absent",
            "without_a_match_there_is_no_route",
        ],
    ),
    (
        16,
        "methods, paths and texts of errors become names and labels",
        &[
            "an_unknown_method_never_becomes_a_name",
            "an_error_of_a_boxed_type_is_other_in_both",
            "methods_hosts_and_paths_make_no_series_on_a_server",
            "methods_that_nobody_serves_make_no_series",
        ],
    ),
    (
        17,
        "the client's address has a port, or is what anybody claims",
        &[
            "the_peer_is_the_other_end_of_the_connection",
            "the_client_is_the_first_hop_that_is_not_trusted",
            "the_standard_header_is_read_by_its_grammar",
            "a_stranger_who_says_the_same_is_not_believed",
        ],
    ),
    (
        18,
        "a 4xx is an error of the server; the status is set to `Ok`",
        &[
            "only_a_5xx_is_an_error_of_the_server",
            "a_call_is_described_by_the_rpc_conventions",
        ],
    ),
    (
        19,
        "the version is the one asked for; `server.address` is an address of the connection",
        &[
            "an_ordinary_request_has_what_is_required",
            "the_peer_is_whom_the_connection_goes_to",
            "the_host_of_a_channel_is_its_origin",
            "the_address_of_the_server_is_never_that_of_its_client",
        ],
    ),
    (
        20,
        "the sampler is shown no attributes, or they are built for nothing",
        &["the_sampler_sees_the_attributes_unless_the_parent_was_dropped"],
    ),
];

/// The Rust sources below `folder`, one after the other.
fn sources(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder of this crate") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push_str(&fs::read_to_string(&path).expect("Rust is text"));
        }
    }
}

#[test]
fn every_defect_has_tests_that_are_there() {
    let mut all = String::new();
    for folder in ["src", "tests"] {
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
            &mut all,
        );
    }
    for (place, (number, defect, tests)) in DEFECTS.iter().enumerate() {
        assert_eq!(*number, place + 1, "{defect}");
        for test in *tests {
            assert!(all.contains(&format!("fn {test}(")), "{number}: {test}");
        }
        assert!(!tests.is_empty(), "{number}: {defect}");
    }
}

#[tokio::test]
async fn a_body_that_has_ended_may_be_polled_again() {
    let traces = Traces::new();
    let service = traces.server().layer(service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(scripted(
            200,
            [Step::Data("a"), Step::Fail, Step::Data("b")],
        ))
    }));
    let mut body = service.oneshot(get("/")).await.unwrap().into_body();
    body.frame().await.unwrap().unwrap();
    body.frame().await.unwrap().unwrap_err();
    let ended = traces.only();
    body.frame().await.unwrap().unwrap();
    assert!(body.frame().await.is_none());
    assert!(body.frame().await.is_none());
    drop(body);
    assert_eq!(traces.only(), ended);
}

/// The span of a request, answered with `status`.
async fn span_of(request: Request<()>, status: u16) -> SpanData {
    let traces = Traces::new();
    let service = traces.server().layer(service_fn(move |_: Request<()>| {
        let response: Response<Script> = scripted(status, []);
        std::future::ready(Ok::<_, Infallible>(response))
    }));
    let response = service.oneshot(request).await.expect("it cannot fail");
    response.into_body().collect().await.expect("it is empty");
    traces.only()
}

#[tokio::test]
async fn numbers_are_numbers() {
    let span = span_of(get("https://[::1]:8080/x"), 404).await;
    assert_eq!(int(&span, "server.port"), Some(8080));
    assert_eq!(int(&span, "http.response.status_code"), Some(404));
    assert_error(&span, None);
}

#[tokio::test]
async fn the_address_of_the_server_is_never_that_of_its_client() {
    let mut request = get("/");
    let headers = request.headers_mut();
    headers.insert("x-forwarded-for", "192.0.2.1".parse().unwrap());
    headers.insert("forwarded", "for=192.0.2.1;host=evil".parse().unwrap());
    let span = span_of(request, 200).await;
    assert_eq!(text(&span, "server.address"), None);
    assert_eq!(text(&span, "client.address"), None);
}
