//! The cells of HTTP that are like no other: one client, or no server, or two.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use hyper_util::client::legacy::Client as Hyper;
use hyper_util::rt::TokioExecutor;
use reqwest::redirect::Policy;
use tokio::net::TcpListener;
use tower::{Layer as _, ServiceExt as _};

use super::app::{App, Place, serve};
use super::assert_none;
use super::client::{Client, Version, reqwest, send};
use super::scene::{Extent, Scene};
use super::verify::{SECRET, verify};

async fn start(scene: &Scene) -> App {
    let app = App::start(scene, Place::Inside, "127.0.0.1").await;
    app.expect("there is a loopback address")
}

fn request(url: String) -> Request<Bytes> {
    Request::get(url).body(Bytes::new()).expect("a valid URL")
}

#[tokio::test]
async fn one_span_covers_the_redirects_that_a_client_follows() {
    let scene = Scene::new(Extent::Default);
    let app = start(&scene).await;
    let client = reqwest(Version::Http1, Policy::default());
    let client = scene.client_layer().layer(client);
    let request = request(app.url("/moved")).try_into();
    let response = client.oneshot(request.expect("a valid request")).await;
    drop(response.expect("an answer").bytes().await);
    let tree = "
        GET [client 200]
          GET /moved [server 303]
          GET /users/{id} [server 200]
    ";
    assert_none(&verify(&scene, tree).await);
}

#[tokio::test]
async fn a_switch_of_protocols_is_over_with_its_head() {
    let scene = Scene::new(Extent::Everything);
    let app = start(&scene).await;
    let client = Hyper::builder(TokioExecutor::new()).build_http::<Body>();
    let request = Request::get(app.url("/upgrade"))
        .header(header::CONNECTION, "upgrade")
        .header(header::UPGRADE, "echo")
        .body(Body::empty());
    let client = scene.client_layer().layer(client);
    let response = client.oneshot(request.expect("a valid request")).await;
    let response = response.expect("an answer");
    assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
    // Still open: a socket may be for hours.
    let tree = "GET [client 101]\n  GET /upgrade [server 101]";
    assert_none(&verify(&scene, tree).await);
    drop(response);
}

#[tokio::test]
async fn credentials_before_the_host_stay_secret() {
    let mut problems = Vec::new();
    for client in Client::ALL {
        let scene = Scene::new(Extent::Everything);
        let app = start(&scene).await;
        let url = app
            .url("/users/7")
            .replace("http://", &format!("http://me:{SECRET}@"));
        drop(send(&scene, client, Version::Http1, request(url)).await);
        let tree = "GET [client]\n  GET /users/{id} [server]";
        problems.extend(
            verify(&scene, tree)
                .await
                .iter()
                .map(|p| format!("{client:?}: {p}")),
        );
    }
    assert_none(&problems);
}

#[tokio::test]
async fn an_address_of_ipv6_has_no_brackets() {
    let scene = Scene::new(Extent::Everything);
    // A machine without IPv6 cannot say anything about it.
    let Some(app) = App::start(&scene, Place::Inside, "::1").await else {
        return;
    };
    let response = send(
        &scene,
        Client::Hyper,
        Version::Http1,
        request(app.url("/users/7")),
    )
    .await;
    drop(response.expect("an answer").collect().await);
    let tree = "GET [client 200]\n  GET /users/{id} [server 200]";
    assert_none(&verify(&scene, tree).await);
    let (host, port) = ("::1".into(), i64::from(app.address.port()).into());
    for span in scene.recorder.spans() {
        let value = |key| span.attributes.iter().find(|kv| kv.key.as_str() == key);
        assert_eq!(value("server.address").map(|kv| &kv.value), Some(&host));
        assert_eq!(value("server.port").map(|kv| &kv.value), Some(&port));
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_error_of_the_client() {
    let mut problems = Vec::new();
    for client in Client::ALL {
        for version in Version::ALL {
            let scene = Scene::new(Extent::Everything);
            let app = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let address = app.local_addr().expect("a bound socket has an address");
            drop(app);
            let url = format!("http://{address}/users/7");
            let response = send(&scene, client, version, request(url)).await;
            assert!(response.is_err());
            let found = verify(&scene, "GET [client error]").await;
            problems.extend(
                found
                    .iter()
                    .map(|p| format!("{client:?}, {version:?}: {p}")),
            );
        }
    }
    assert_none(&problems);
}

#[tokio::test]
async fn the_timeout_of_a_client_is_its_error() {
    let scene = Scene::new(Extent::Default);
    let app = start(&scene).await;
    let client = scene
        .client_layer()
        .layer(reqwest(Version::Http1, Policy::none()));
    let mut request: reqwest::Request = request(app.url("/slow")).try_into().expect("valid");
    // Longer than the way to the handler takes.
    *request.timeout_mut() = Some(Duration::from_millis(500));
    assert!(client.oneshot(request).await.is_err());
    let tree = "GET [client error: timeout]\n  GET /slow [server error: cancelled]";
    assert_none(&verify(&scene, tree).await);
}

#[tokio::test]
async fn a_service_that_asks_another_one_is_in_between() {
    let scene = Scene::new(Extent::Everything);
    let back = start(&scene).await;
    let url = back.url("/stream");
    let client = Hyper::builder(TokioExecutor::new()).build_http::<Body>();
    let client = scene.client_layer().layer(client);
    let ask = async move || {
        let request = Request::get(url).body(Body::empty()).expect("a valid URL");
        client
            .oneshot(request)
            .await
            .expect("an answer")
            .map(Body::new)
    };
    let front = Router::new()
        .route("/front", get(ask))
        .layer(scene.server_layer());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener
        .local_addr()
        .expect("a bound socket has an address");
    tokio::spawn(serve(listener, front));
    let url = format!("http://{address}/front");
    let response = send(&scene, Client::Hyper, Version::Http2, request(url)).await;
    drop(response.expect("an answer").collect().await);
    let tree = "
        GET [client 200]
          GET /front [server 200]
            GET [client 200]
              GET /stream [server 200]
    ";
    assert_none(&verify(&scene, tree).await);
}
