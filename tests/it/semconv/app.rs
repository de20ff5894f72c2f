//! The server of the HTTP cells: an axum router over hyper, for HTTP/1.1 and HTTP/2.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{any, get};
use futures_util::StreamExt as _;
use futures_util::stream::{iter, once, pending};
use http::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tower::{Layer as _, Service, ServiceExt as _, service_fn};

use super::scene::Scene;
use super::verify::SECRET;

/// A server that ends with the runtime of the test.
#[derive(Debug)]
pub(super) struct App {
    pub(super) address: SocketAddr,
    /// Told by a handler that runs and will never answer.
    pub(super) arrived: Arc<Notify>,
    /// Told by a caller that has the head of the response.
    pub(super) answered: Arc<Notify>,
}

/// Where the layer is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// Inside the router, where the route is known.
    Inside,
    /// Around it.
    Around,
}

impl App {
    /// Starts the server at `host`, on a port of its own. None where there is no such host.
    pub(super) async fn start(scene: &Scene, place: Place, host: &str) -> Option<Self> {
        let listener = TcpListener::bind((host, 0)).await.ok()?;
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let app = Self {
            address,
            arrived: Arc::default(),
            answered: Arc::default(),
        };
        let (routes, layer) = (app.routes(), scene.server_layer());
        match place {
            Place::Inside => tokio::spawn(serve(listener, routes.layer(layer))),
            Place::Around => tokio::spawn(serve(listener, layer.layer(routes))),
        };
        Some(app)
    }

    /// The URL of `path`.
    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn routes(&self) -> Router {
        let (arrived, answered) = (Arc::clone(&self.arrived), Arc::clone(&self.answered));
        let orders = Router::new().route("/orders/{id}", get(hello));
        let files = service_fn(|_: Request<Body>| async {
            Ok::<_, Infallible>(Response::new(Body::from("file")))
        });
        Router::new()
            .route("/users/{id}", get(hello).post(hello))
            .route("/any/{id}", any(hello))
            .route("/boom", get(async || StatusCode::INTERNAL_SERVER_ERROR))
            .route("/empty", get(async || StatusCode::NO_CONTENT))
            .route("/cached", get(async || StatusCode::NOT_MODIFIED))
            .route("/moved", get(async || Redirect::to("/users/7")))
            .route("/upgrade", get(upgrade))
            .route("/stream", get(stream))
            .route("/broken", get(move || broken(Arc::clone(&answered))))
            .route("/endless", get(endless))
            .route("/panic", get(panic))
            .route("/slow", get(move || slow(Arc::clone(&arrived))))
            .nest("/api/{version}", orders)
            .nest_service("/files", files)
    }
}

/// Serves every connection, whatever its version of HTTP, and tells requests who their peer is.
pub(super) async fn serve<S, B>(listener: TcpListener, service: S)
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    while let Ok((stream, peer)) = listener.accept().await {
        let service = service.clone().map_request(move |request: Request<_>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            request
        });
        tokio::spawn(async move {
            let builder = auto::Builder::new(TokioExecutor::new());
            let service = TowerToHyperService::new(service);
            // Clients that go away are what some cells are about.
            let _ = builder
                .serve_connection_with_upgrades(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn hello() -> impl IntoResponse {
    let cookie = format!("session={SECRET}");
    ([(header::SET_COOKIE, cookie)], "hello")
}

async fn upgrade(headers: HeaderMap) -> impl IntoResponse {
    let protocol = headers.get(header::UPGRADE).cloned();
    let protocol = protocol.expect("the client asks for an upgrade");
    let connection = http::HeaderValue::from_static("upgrade");
    (
        StatusCode::SWITCHING_PROTOCOLS,
        [
            (header::UPGRADE, protocol),
            (header::CONNECTION, connection),
        ],
    )
}

fn pieces() -> impl futures_util::Stream<Item = io::Result<Bytes>> + Send {
    iter([
        Ok(Bytes::from_static(b"one")),
        Ok(Bytes::from_static(b"two")),
    ])
}

async fn stream() -> Body {
    Body::from_stream(pieces())
}

/// Fails when the caller has its head: before that, servers send nothing of a response at all.
async fn broken(answered: Arc<Notify>) -> Body {
    let error = async move {
        answered.notified().await;
        Err(io::Error::other(SECRET))
    };
    Body::from_stream(pieces().chain(once(error)))
}

async fn endless() -> Body {
    Body::from_stream(pieces().chain(pending()))
}

async fn panic() {
    panic!("{SECRET}")
}

async fn slow(arrived: Arc<Notify>) {
    arrived.notify_one();
    std::future::pending().await
}
