//! The clients of the HTTP cells, all behind the same layer.

use axum::body::{Body, Bytes};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client as Hyper;
use hyper_util::rt::TokioExecutor;
use reqwest::redirect::Policy;
use reqwest_middleware::ClientBuilder;
use tower::{BoxError, Layer as _, ServiceExt as _};

use super::app::App;
use super::scene::Scene;

/// How a request is sent.
#[derive(Clone, Copy, Debug)]
pub(super) enum Client {
    Hyper,
    Reqwest,
    ReqwestMiddleware,
}

impl Client {
    pub(super) const ALL: [Self; 3] = [Self::Hyper, Self::Reqwest, Self::ReqwestMiddleware];
}

/// The versions that both sides speak without TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    Http1,
    Http2,
}

impl Version {
    pub(super) const ALL: [Self; 2] = [Self::Http1, Self::Http2];
}

/// What the caller does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Caller {
    /// Reads the response to its end, or to its error.
    Reads,
    /// Drops the response when its head is there.
    DropsBody,
    /// Drops the future of the response when the handler runs.
    DropsFuture,
}

impl Caller {
    /// Sends `request` to `app`. What comes of it is for the spans to tell.
    pub(super) async fn call(
        self,
        app: &App,
        sending: impl Future<Output = Result<Response<Body>, BoxError>>,
    ) {
        match self {
            Self::Reads => {
                if let Ok(response) = sending.await {
                    app.answered.notify_one();
                    let _ = response.into_body().collect().await;
                }
            }
            Self::DropsBody => drop(sending.await),
            Self::DropsFuture => tokio::select! {
                _ = sending => {}
                () = app.arrived.notified() => {}
            },
        }
    }
}

/// Sends `request` once, over a connection of its own.
pub(super) async fn send(
    scene: &Scene,
    client: Client,
    version: Version,
    request: Request<Bytes>,
) -> Result<Response<Body>, BoxError> {
    match client {
        Client::Hyper => {
            let mut builder = Hyper::builder(TokioExecutor::new());
            let client = builder.http2_only(version == Version::Http2).build_http();
            let client = scene.client_layer().layer(client);
            let response = client.oneshot(request.map(Full::new)).await?;
            Ok(response.map(Body::new))
        }
        Client::Reqwest => {
            let client = scene.client_layer().layer(reqwest(version, Policy::none()));
            let response = client.oneshot(request.try_into()?).await?;
            Ok(Response::<reqwest::Body>::from(response).map(Body::new))
        }
        Client::ReqwestMiddleware => {
            let middleware = scene.client_layer().into_middleware();
            let client = ClientBuilder::new(reqwest(version, Policy::none()));
            let client = client.with(middleware).build();
            let response = client.execute(request.try_into()?).await?;
            Ok(Response::<reqwest::Body>::from(response).map(Body::new))
        }
    }
}

/// A client for loopback.
pub(super) fn reqwest(version: Version, redirects: Policy) -> reqwest::Client {
    // Fails only when there is a provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder().no_proxy().redirect(redirects);
    let builder = match version {
        Version::Http1 => builder.http1_only(),
        Version::Http2 => builder.http2_prior_knowledge(),
    };
    builder.build().expect("a client without files or a proxy")
}
