//! Whatever strangers make up, there are few series. In a process of its own, because the tables of
//! names that this fills are those of the process.

#[allow(dead_code, reason = "in-crate tests use the rest of it")]
#[path = "../src/testing/words/measures.rs"]
mod measures;

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll, Waker};

use campanile_middleware::{ClientLayer, CurrentSpan, ServerLayer};
use http::{HeaderMap, HeaderValue, Method, Request, Response, Version};
use http_body_util::Empty;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tower::{Layer, Service, service_fn};

use crate::measures::{Measures, Series};

/// How many requests are sent.
const REQUESTS: u64 = 5000;

type Body = Empty<&'static [u8]>;

/// What a stranger makes up: a different text for each `number`.
fn made_up(number: u64) -> String {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d;
    let letters = (0..10).map(|_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        char::from(b'a' + u8::try_from((state >> 33) % 26).expect("below 26"))
    });
    letters.collect()
}

/// A request for `uri` at `host`, in which everything else is made up too.
fn request(number: u64, method: &str, uri: &str, host: &str) -> Request<()> {
    let versions = [Version::HTTP_10, Version::HTTP_11, Version::HTTP_2];
    let version = versions[usize::try_from(number % 3).expect("below 3")];
    Request::builder()
        .method(Method::from_bytes(method.as_bytes()).expect("letters"))
        .uri(uri)
        .version(version)
        .header("host", host)
        .header("user-agent", made_up(number))
        .header(
            "x-forwarded-for",
            format!("10.0.{}.{}", number % 256, number % 7),
        )
        .body(())
        .expect("a valid request")
}

/// A call of `method`, which is of no service or of one.
fn call(number: u64, method: &str) -> Request<()> {
    let mut call = request(number, "POST", &format!("/{method}"), "h");
    *call.version_mut() = Version::HTTP_2;
    let grpc = HeaderValue::from_static("application/grpc");
    call.headers_mut().insert("content-type", grpc);
    call
}

/// Answers with `status`, and with `grpc_status` where there is one; says the path as the route
/// where `is_routed`.
#[derive(Clone, Copy)]
struct Answer {
    status: u16,
    grpc_status: Option<&'static str>,
    is_routed: bool,
}

impl Answer {
    fn http(status: u16) -> Self {
        Self {
            status,
            grpc_status: None,
            is_routed: false,
        }
    }

    fn grpc(status: &'static str) -> Self {
        let grpc_status = Some(status);
        Self {
            grpc_status,
            ..Self::http(200)
        }
    }

    fn give(self, request: &Request<()>) -> Response<Body> {
        if self.is_routed {
            let span = CurrentSpan::from_extensions(request.extensions());
            let span = span.expect("the layer left it");
            span.set_route(request.uri().path().to_owned());
        }
        let mut headers = HeaderMap::new();
        if let Some(number) = self.grpc_status {
            headers.insert("grpc-status", HeaderValue::from_static(number));
        }
        let mut response = Response::new(Body::new());
        *response.status_mut() = self.status.try_into().expect("a status");
        *response.headers_mut() = headers;
        response
    }
}

type Answered = Ready<Result<Response<Body>, Infallible>>;

/// Sends very many requests through `layer`.
fn flood<L>(layer: &L, answer: Answer, request: impl Fn(u64) -> Request<()>)
where
    L: Layer<tower::util::ServiceFn<Box<dyn Fn(Request<()>) -> Answered>>>,
    L::Service: Service<Request<()>>,
{
    let give: Box<dyn Fn(Request<()>) -> Answered> =
        Box::new(move |request| ready(Ok(answer.give(&request))));
    let mut service = layer.layer(service_fn(give));
    let mut cx = Context::from_waker(Waker::noop());
    for number in 0..REQUESTS {
        let mut future = Box::pin(service.call(request(number)));
        assert!(matches!(future.as_mut().poll(&mut cx), Poll::Ready(Ok(_))));
    }
}

fn server(measures: &Measures) -> ServerLayer {
    ServerLayer::new()
        .with_tracer_provider(&SdkTracerProvider::default())
        .with_meter_provider(&measures.provider)
}

/// Asserts that there are at most `bound` series, none of which is the SDK's own overflow.
#[track_caller]
fn assert_bounded(series: &[Series], bound: usize) {
    assert!(series.len() <= bound, "{} > {bound}", series.len());
    let overflow = |series: &Series| series.attributes.contains_key("otel.metric.overflow");
    assert!(!series.iter().any(overflow), "the SDK had to help");
    let counted: u64 = series.iter().map(|series| series.count).sum();
    assert_eq!(counted, REQUESTS, "every request was measured");
}

#[test]
fn methods_hosts_and_paths_make_no_series_on_a_server() {
    let measures = Measures::new();
    flood(&server(&measures), Answer::http(404), |number| {
        let text = made_up(number);
        request(
            number,
            &text.to_uppercase(),
            &format!("/{text}?{text}"),
            &text,
        )
    });
    // One for each version: all methods are `_OTHER`, and no path is a route.
    assert_bounded(&measures.series("http.server.request.duration"), 3);
    assert_eq!(measures.series("http.server.active_requests").len(), 1);
}

#[test]
fn only_hosts_that_were_named_are_told_apart() {
    let measures = Measures::new();
    let layer = server(&measures).with_hosts_in_metrics(["shop.example", "api.example:8443"]);
    flood(&layer, Answer::http(404), |number| {
        let port = 1 + number % 60_000;
        let host = match number % 3 {
            0 => "shop.example".to_owned(),
            1 => "api.example".to_owned(),
            _ => format!("{}.example", made_up(number)),
        };
        request(number, "GET", "/", &format!("{host}:{port}"))
    });
    let series = measures.series("http.server.request.duration");
    assert_bounded(&series, 3 * 3);
}

#[test]
fn methods_that_nobody_serves_make_no_series() {
    let measures = Measures::new();
    flood(&server(&measures), Answer::grpc("12"), |number| {
        call(number, &format!("{}.Up/Made", made_up(number)))
    });
    assert_bounded(&measures.series("rpc.server.call.duration"), 1);
}

#[test]
fn paths_that_are_no_methods_make_no_series() {
    let path = |number| call(number, &made_up(number));
    let measures = Measures::new();
    flood(&server(&measures), Answer::grpc("0"), path);
    assert_bounded(&measures.series("rpc.server.call.duration"), 1);
    // A server that knows nothing of gRPC answers by HTTP.
    let measures = Measures::new();
    flood(&server(&measures), Answer::http(404), path);
    assert_bounded(&measures.series("rpc.server.call.duration"), 1);
}

#[test]
fn a_server_that_was_told_its_methods_measures_no_others() {
    let measures = Measures::new();
    let layer = server(&measures).with_grpc_methods(["shop.Orders/Place"]);
    flood(&layer, Answer::grpc("0"), |number| {
        let method = format!("{}.Up/Made", made_up(number));
        call(
            number,
            if number % 2 == 0 {
                "shop.Orders/Place"
            } else {
                &method
            },
        )
    });
    assert_bounded(&measures.series("rpc.server.call.duration"), 2);
}

#[test]
fn whatever_is_answered_there_is_a_bound_for_methods() {
    let measures = Measures::new();
    flood(&server(&measures), Answer::grpc("0"), |number| {
        call(number, &format!("{}.Up/Made", made_up(number)))
    });
    assert_bounded(&measures.series("rpc.server.call.duration"), 1025);
}

#[test]
fn routes_that_an_application_makes_up_have_a_bound() {
    let measures = Measures::new();
    let answer = Answer {
        is_routed: true,
        ..Answer::http(200)
    };
    flood(&server(&measures), answer, |number| {
        let mut request = request(number, "GET", &format!("/{}", made_up(number)), "h");
        *request.version_mut() = Version::HTTP_11;
        request
    });
    let series = measures.series("http.server.request.duration");
    assert_bounded(&series, 1025);
}

fn client(measures: &Measures) -> ClientLayer {
    ClientLayer::new()
        .with_tracer_provider(&SdkTracerProvider::default())
        .with_meter_provider(&measures.provider)
}

#[test]
fn hosts_have_a_bound_on_a_client() {
    let measures = Measures::new();
    flood(&client(&measures), Answer::http(200), |number| {
        let (host, port) = (made_up(number), 1 + number % 60_000);
        request(
            number,
            "GET",
            &format!("http://{host}.example:{port}/"),
            "h",
        )
    });
    assert_bounded(&measures.series("http.client.request.duration"), 513);
}

#[test]
fn templates_have_a_bound_on_a_client() {
    let measures = Measures::new();
    let layer =
        client(&measures).with_url_template(|request| Some(request.path().to_owned().into()));
    flood(&layer, Answer::http(200), |number| {
        request(number, "GET", &format!("http://h/{}", made_up(number)), "h")
    });
    assert_bounded(&measures.series("http.client.request.duration"), 513);
}

#[test]
fn paths_and_methods_make_no_series_on_a_client() {
    let measures = Measures::new();
    flood(&client(&measures), Answer::http(200), |number| {
        let text = made_up(number);
        request(
            number,
            &text.to_uppercase(),
            &format!("http://h/{text}?{text}"),
            "h",
        )
    });
    assert_bounded(&measures.series("http.client.request.duration"), 1);
}
