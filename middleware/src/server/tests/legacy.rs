//! The attributes of the conventions before, for who opted in to both.

use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::trace::SpanData;

use super::words::{in_environment, serve, with};
use crate::testing::words::{Step, Traces, get, grpc, headers, scripted};

const VARIABLE: &str = "OTEL_SEMCONV_STABILITY_OPT_IN";

/// The attributes of `span` that `plain` has not, sorted.
fn added(span: &SpanData, plain: &SpanData) -> Vec<(String, Value)> {
    let pair = |kv: &KeyValue| (kv.key.to_string(), kv.value.clone());
    let is_new = |kv: &&KeyValue| !plain.attributes.contains(kv);
    let mut added: Vec<_> = span.attributes.iter().filter(is_new).map(pair).collect();
    added.sort_by(|a, b| a.0.cmp(&b.0));
    added
}

fn pairs<const N: usize>(pairs: [(&str, Value); N]) -> Vec<(String, Value)> {
    pairs.map(|(key, value)| (key.to_owned(), value)).into()
}

#[tokio::test]
async fn an_http_span_says_both_and_what_it_says_by_1_44_stays() {
    let request = || {
        let headers = [("host", "shop.example:81"), ("user-agent", "curl/8")];
        with(get("/users/7?sig=s3cr3t&a=1"), headers)
    };
    let (plain, both) = (Traces::new(), Traces::new());
    serve(&plain.server(), request(), scripted(404, [])).await;
    let layer = in_environment(&both, VARIABLE, "http/dup");
    serve(&layer, request(), scripted(404, [])).await;
    let expected = pairs([
        ("http.flavor", "1.1".into()),
        ("http.method", "GET".into()),
        ("http.scheme", "http".into()),
        ("http.status_code", 404.into()),
        ("http.target", "/users/7?sig=REDACTED&a=1".into()),
        ("http.user_agent", "curl/8".into()),
        ("net.host.name", "shop.example".into()),
        ("net.host.port", 81.into()),
    ]);
    assert_eq!(added(&both.only(), &plain.only()), expected);
    assert!(added(&plain.only(), &both.only()).is_empty());
}

#[tokio::test]
async fn a_call_says_both() {
    let answer = || {
        let trailers = Step::Trailers(headers("grpc-status", "5"));
        scripted(200, [trailers])
    };
    let (plain, both) = (Traces::new(), Traces::new());
    serve(&plain.server(), grpc("/a.B/C"), answer()).await;
    let layer = in_environment(&both, VARIABLE, "rpc/dup");
    serve(&layer, grpc("/a.B/C"), answer()).await;
    let expected = pairs([
        ("rpc.grpc.status_code", 5.into()),
        ("rpc.service", "a.B".into()),
        ("rpc.system", "grpc".into()),
    ]);
    assert_eq!(added(&both.only(), &plain.only()), expected);
    assert!(added(&plain.only(), &both.only()).is_empty());
}

#[tokio::test]
async fn each_opt_in_is_for_its_own_kind_of_request() {
    for (value, request) in [
        ("rpc/dup", get("/")),
        ("http/dup", grpc("/a.B/C")),
        ("http", get("/")),
    ] {
        let (plain, both) = (Traces::new(), Traces::new());
        let again = with(get(request.uri().path()), []);
        let mut again = again;
        *again.headers_mut() = request.headers().clone();
        *again.method_mut() = request.method().clone();
        *again.version_mut() = request.version();
        serve(&plain.server(), again, scripted(200, [])).await;
        serve(
            &in_environment(&both, VARIABLE, value),
            request,
            scripted(200, []),
        )
        .await;
        assert!(added(&both.only(), &plain.only()).is_empty(), "{value}");
    }
}
