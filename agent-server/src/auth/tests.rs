//! Requests at a gate, and credentials that are there or not.

use std::sync::Arc;

use axum::body::Body;
use futures_util::future::BoxFuture;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use http_body_util::BodyExt as _;

use super::*;
use crate::component::{Context, ExportError, Shared};

/// Knows who says `me`.
#[derive(Debug)]
struct Me;

impl Guard for Me {
    fn admits<'h>(&'h self, headers: &'h HeaderMap) -> BoxFuture<'h, bool> {
        let admitted = headers
            .get(AUTHORIZATION)
            .is_some_and(|value| value == "me");
        Box::pin(std::future::ready(admitted))
    }

    fn challenge(&self) -> HeaderValue {
        HeaderValue::from_static("Me")
    }
}

impl Credentials for Me {
    fn header(&self) -> Option<(HeaderName, HeaderValue)> {
        Some((AUTHORIZATION, HeaderValue::from_static("Bearer hunter2")))
    }
}

fn context() -> Context {
    Context {
        id: "otlp".parse().expect("an id"),
        shared: Shared::default(),
    }
}

fn auth() -> Auth {
    Auth {
        authenticator: "me".to_owned(),
    }
}

#[tokio::test]
async fn only_who_is_known_passes_and_others_are_told_how() {
    let gate = Gate::new(Arc::new(Me));
    let request = |value: &str, kind: &str| {
        let request = Request::post("/").header(AUTHORIZATION, value);
        let request = request.header(CONTENT_TYPE, kind);
        request.body(Body::from("spans")).expect("a request")
    };
    let passed = gate.pass(request("me", "text/plain")).await.expect("known");
    let body = passed.into_body().collect().await.expect("a body");
    assert_eq!(body.to_bytes(), "spans");
    let refused = gate.pass(request("you", "text/plain")).await;
    let refused = refused.expect_err("not known");
    assert_eq!(refused.status(), 401);
    assert_eq!(refused.headers()["www-authenticate"], "Me");
    let refused = gate.pass(request("you", "application/grpc+proto")).await;
    let refused = refused.expect_err("not known");
    assert_eq!(
        (refused.status().as_u16(), &refused.headers()["grpc-status"]),
        (200, &HeaderValue::from_static("16"))
    );
}

#[tokio::test]
async fn a_browser_may_ask_without_credentials_and_bring_nothing() {
    let gate = Gate::new(Arc::new(Me));
    let request = |asks: bool| {
        let mut request = Request::options("/");
        if asks {
            request = request.header("access-control-request-method", "POST");
        }
        request.body(Body::from("spans")).expect("a request")
    };
    let passed = gate.pass(request(true)).await.expect("a question");
    let body = passed.into_body().collect().await.expect("a body");
    assert!(body.to_bytes().is_empty());
    assert!(gate.pass(request(false)).await.is_err());
}

#[test]
fn a_listener_does_not_start_without_the_one_that_it_names() {
    let context = context();
    let error = auth()
        .gate(&context, "protocols.grpc.")
        .expect_err("nobody");
    assert_eq!(error.key(), "protocols.grpc.auth.authenticator");
    let client = Authenticator {
        client: Some(Arc::new(Me)),
        server: None,
    };
    context.shared.authenticators.insert("me", client);
    assert!(auth().gate(&context, "").is_err(), "it knows nobody");
    let server = Authenticator {
        client: None,
        server: Some(Arc::new(Me)),
    };
    context.shared.authenticators.insert("me", server);
    assert!(auth().gate(&context, "").is_ok());
    assert!(
        Auth::default()
            .validate("a.")
            .is_some_and(|wrong| wrong.key == "a.auth.authenticator")
    );
}

#[test]
fn nothing_is_sent_without_the_credentials_that_are_configured() {
    let context = context();
    let client = Auth::client(Some(&auth()), &context);
    assert!(matches!(
        client.headers(),
        Err(ExportError::Retryable { .. })
    ));
    let me = Authenticator {
        client: Some(Arc::new(Me)),
        server: None,
    };
    context.shared.authenticators.insert("me", me);
    let configured = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("x"))]);
    let headers = client.with(&configured).expect("credentials").into_owned();
    assert_eq!(headers[AUTHORIZATION], "Bearer hunter2");
    assert_eq!(headers[CONTENT_TYPE], "x");
    let said = |message: &str| {
        let message = message.to_owned();
        Err(ExportError::Permanent { message })
    };
    assert_eq!(client.hide(said("bad hunter2")), said("bad [redacted]"));
    let nobody = Auth::client(None, &context);
    assert!(nobody.headers().expect("none").is_empty());
}

fn load(extensions: &str, service: &str, receiver: &str, exporter: &str) -> Result<String, String> {
    let text = format!(
        "receivers: {{zipkin: {{endpoint: '0.0.0.0:0', auth: {{authenticator: {receiver}}}}}}}
exporters: {{otlphttp: {{endpoint: 'http://b:1', auth: {{authenticator: {exporter}}}}}}}
extensions: {{{extensions}}}
service:
  extensions: [{service}]
  pipelines: {{traces: {{receivers: [zipkin], exporters: [otlphttp]}}}}
"
    );
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), text).expect("written");
    let inputs = crate::config::Inputs {
        files: vec![file.path().to_owned()],
        ..crate::config::Inputs::default()
    };
    let registries = crate::registries::Registries::builtin();
    let loaded = inputs.load(&crate::config::Environment::default(), &registries);
    let warned = loaded.map(|config| config.warnings.to_string());
    warned.map_err(|report| report.to_string())
}

#[test]
fn a_name_must_be_that_of_a_listed_extension_that_can_what_is_asked() {
    let both = "bearertokenauth: {token: a}, basicauth: {htpasswd: {inline: 'a:b'}}, zpages: ";
    let warned = load(
        both,
        "bearertokenauth, basicauth",
        "basicauth",
        "bearertokenauth",
    );
    let warned = warned.expect("valid");
    assert!(!warned.contains("without authentication"), "{warned}");
    for (service, receiver, exporter, key, says) in [
        (
            "basicauth",
            "basicauth",
            "bearertokenauth",
            "exporters.otlphttp",
            "service.extensions",
        ),
        (
            "basicauth, zpages",
            "zpages",
            "basicauth",
            "receivers.zipkin",
            "who is who",
        ),
        (
            "basicauth",
            "basicauth",
            "basicauth",
            "exporters.otlphttp",
            "`client_auth`",
        ),
        (
            "basicauth",
            "nobody",
            "basicauth",
            "receivers.zipkin",
            "service.extensions",
        ),
    ] {
        let error = load(both, service, receiver, exporter).expect_err("wrong");
        assert!(
            error.contains(&format!("{key}.auth.authenticator")),
            "{error}"
        );
        assert!(error.contains(says), "{error}");
    }
}
