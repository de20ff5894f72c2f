//! Requests that somebody made up. The same ones in each run.

use std::convert::Infallible;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::routing::any;
use campanile_middleware::{ClientLayer, ServerLayer};
use http::{Request, Response, Version, header};
use http_body_util::{BodyExt as _, Empty};
use tower::{Layer as _, Service, ServiceExt as _, service_fn};

/// Methods that every server knows.
const KNOWN: [&str; 4] = ["GET", "HEAD", "POST", "QUERY"];

/// gRPC methods that the server has.
pub(super) const SERVED: [&str; 3] = [
    "shop.Orders/Cancel",
    "shop.Orders/List",
    "shop.Orders/Place",
];

/// Numbers that look random (xorshift).
#[derive(Debug)]
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn one_of<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        let place = self.below(texts.len() as u64);
        texts[usize::try_from(place).expect("it is below a length")]
    }

    /// Ten letters, which nobody has seen before.
    fn word(&mut self) -> String {
        let letter = |_| char::from(b'a' + u8::try_from(self.below(26)).expect("it is small"));
        (0..10).map(letter).collect()
    }

    fn known_or(&mut self, known: &[&str]) -> String {
        if self.below(2) == 0 {
            self.one_of(known).to_owned()
        } else {
            self.word()
        }
    }
}

/// A request for `path`, of which all else is made up.
fn request(random: &mut Random, method: &str, path: &str) -> Request<Body> {
    let scheme = random.known_or(&["http", "https", "ws", "wss"]);
    let (host, port) = (random.word(), random.below(65_535) + 1);
    let version = match random.below(3) {
        0 => Version::HTTP_10,
        1 => Version::HTTP_11,
        _ => Version::HTTP_2,
    };
    Request::builder()
        .method(method)
        .version(version)
        .uri(format!(
            "{scheme}://{host}.example:{port}/{path}?q={}",
            random.word()
        ))
        .header(header::USER_AGENT, random.word())
        .body(Body::empty())
        .expect("a valid request")
}

/// Who is asked for what, behind which layer.
#[derive(Clone, Debug)]
pub(super) enum Traffic {
    /// A client's HTTP requests.
    Sent(ClientLayer),
    /// A client's gRPC calls.
    SentCalls(ClientLayer),
    /// A server's HTTP requests.
    Served(ServerLayer),
    /// A server's gRPC calls.
    ServedCalls(ServerLayer),
}

/// Sends `count` requests, which are the same for the same `seed`.
pub(super) async fn send(traffic: Traffic, seed: u64, count: usize) {
    let mut random = Random::new(seed);
    let answer = service_fn(answer);
    match traffic {
        Traffic::Sent(layer) => repeat(layer.layer(answer), count, || asked(&mut random)).await,
        Traffic::SentCalls(layer) => {
            // The host is what the layer was told.
            let call = || {
                let mut call = call(&mut random);
                *call.uri_mut() = call.uri().path().parse().expect("a path");
                call
            };
            repeat(layer.layer(answer), count, call).await;
        }
        Traffic::Served(layer) => {
            let app = Router::new()
                .route("/users/{id}", any(async || "hello"))
                .route(
                    "/boom/{id}",
                    any(async || StatusCode::INTERNAL_SERVER_ERROR),
                )
                .layer(layer);
            repeat(app, count, || asked(&mut random)).await;
        }
        Traffic::ServedCalls(layer) => {
            repeat(layer.layer(answer), count, || call(&mut random)).await;
        }
    }
}

/// A request for a page that is there, for one that fails, or for none.
fn asked(random: &mut Random) -> Request<Body> {
    let method = random.known_or(&KNOWN).to_uppercase();
    let page = random.one_of(&["users", "boom", "nowhere"]);
    let path = format!("{page}/{}", random.word());
    request(random, &method, &path)
}

/// Sends `count` requests, and reads each response to its end.
async fn repeat<S, B>(service: S, count: usize, mut request: impl FnMut() -> Request<Body>)
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible> + Clone,
    B: http_body::Body,
{
    for _ in 0..count {
        let Ok(response) = service.clone().oneshot(request()).await;
        let _ = response.into_body().collect().await;
    }
}

fn call(random: &mut Random) -> Request<Body> {
    let made_up = format!("{}.{}/{}", random.word(), random.word(), random.word());
    let method = match random.below(2) {
        0 => random.one_of(&SERVED).to_owned(),
        _ => made_up,
    };
    let mut request = request(random, "POST", &method);
    let kind = header::HeaderValue::from_static("application/grpc");
    request.headers_mut().insert(header::CONTENT_TYPE, kind);
    *request.version_mut() = Version::HTTP_2;
    request
}

/// Answers gRPC as a server does that has three methods, and HTTP with `200`.
async fn answer(request: Request<Body>) -> Result<Response<Empty<Bytes>>, Infallible> {
    let method = request.uri().path().trim_start_matches('/');
    let status = if SERVED.contains(&method) { "0" } else { "12" };
    let response = Response::builder()
        .header("grpc-status", status)
        .body(Empty::new());
    Ok(response.expect("a valid response"))
}
