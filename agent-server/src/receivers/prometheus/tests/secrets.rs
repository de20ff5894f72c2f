//! Credentials are not shown, and TLS means what it says.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use axum::Router;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::support::{config, job, line, outcome, run};
use crate::component::{Entry, Tasks};
use crate::config::Endpoint;
use crate::receivers::prometheus::Prometheus;
use crate::receivers::prometheus::scrape::{ScrapeError, reason};
use crate::receivers::testing::context;
use crate::serve::{self, Settings};
use crate::tls::ServerTls;
use crate::tls::testing::Authority;

fn vector(name: &str) -> PathBuf {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/tls/");
    Path::new(root).join(name)
}

/// A target with TLS.
async fn serve(block: &ServerTls) -> (SocketAddr, Tasks) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let router: Router =
        Router::new().fallback(|| async { ([("content-type", "text/plain")], "a 1\n") });
    let listener = serve::bind(&Endpoint::loopback(0), "endpoint", &context("target")).await;
    let listener = listener.expect("port 0 is free");
    let address = listener.address().inet().expect("a port");
    let settings = Settings {
        tls: Some(block.open("tls").expect("good files")),
        ..Settings::default()
    };
    let tasks = Tasks::default();
    serve::http_with(listener, router, settings, &tasks);
    (address, tasks)
}

/// A target whose certificate is for `localhost` and `collector.test`.
async fn secure() -> (SocketAddr, Tasks) {
    serve(&ServerTls {
        cert_file: Some(vector("server.pem")),
        key_file: Some(vector("server.key")),
        ..ServerTls::default()
    })
    .await
}

fn tls(tls: &Value) -> Value {
    json!({"scheme": "https", "tls_config": tls, "scrape_interval": "300ms",
        "scrape_timeout": "300ms"})
}

#[tokio::test]
async fn a_certificate_must_be_that_of_the_target() {
    let (address, _tasks) = secure().await;
    let running = run(&job(address, &tls(&json!({"ca_file": vector("ca.pem")})))).await;
    outcome(&running, "connection").await;
    assert!(
        running
            .recorder
            .taken()
            .iter()
            .all(|payload| payload.items() == 5)
    );
    running.tasks.stop().await;
}

#[tokio::test]
async fn a_server_name_is_asked_for_and_expected() {
    let (address, _tasks) = secure().await;
    let keys = tls(&json!({"ca_file": vector("ca.pem"), "server_name": "collector.test"}));
    let running = run(&job(address, &keys)).await;
    line(&running, "a{zone=z1} gauge 1.0 @").await;
    running.tasks.stop().await;
}

#[tokio::test]
async fn without_verification_anybody_is_scraped() {
    let (address, _tasks) = secure().await;
    let running = run(&job(address, &tls(&json!({"insecure_skip_verify": true})))).await;
    line(&running, "a{zone=z1} gauge 1.0 @").await;
    running.tasks.stop().await;
}

#[tokio::test]
async fn a_certificate_is_shown_to_a_target_that_wants_one() {
    let authority = Authority::new("authority");
    authority.sign("server");
    authority.sign("client");
    let (address, _tasks) = serve(&ServerTls {
        client_ca_file: Some(authority.path("ca.pem")),
        ..authority.server("server")
    })
    .await;
    let own = json!({
        "ca_file": authority.path("ca.pem"), "server_name": "localhost",
        "cert_file": authority.path("client.pem"), "key_file": authority.path("client.key"),
    });
    let running = run(&job(address, &tls(&own))).await;
    line(&running, "a{zone=z1} gauge 1.0 @").await;
    running.tasks.stop().await;
    let nobody = json!({"ca_file": authority.path("ca.pem"), "server_name": "localhost"});
    let running = run(&job(address, &tls(&nobody))).await;
    outcome(&running, "connection").await;
    running.tasks.stop().await;
}

#[test]
fn secrets_are_in_no_text_that_is_shown() {
    let keys = json!({
        "job_name": "shop",
        "basic_auth": {"username": "u", "password": "hunter2"},
        "tls_config": {"cert": "c", "key": "hunter2"},
        "http_sd_configs": [{"url": "http://a", "authorization": {"credentials": "hunter2"}}],
        "bearer_token": "hunter2",
    });
    let config = config(&keys, &json!({}));
    let printed = serde_json::to_string(&config).expect("plain data");
    for shown in [format!("{config:?}"), printed] {
        assert!(shown.contains("[redacted]"), "{shown}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}

#[test]
fn a_certificate_that_is_none_is_refused_without_showing_it() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let keys = json!({"job_name": "shop", "tls_config": {"cert": "hunter2", "key": "hunter2"}});
    let configured = Entry::of::<Prometheus>()
        .configure(&json!({"config": {"scrape_configs": [keys]}}))
        .expect("valid keys");
    let error = configured
        .build(context("prometheus"))
        .err()
        .expect("no certificate");
    assert_eq!(error.key, "config.scrape_configs[0].tls_config");
    assert_eq!(error.message, "the certificate or its key is not valid PEM");
}

#[tokio::test]
async fn a_failed_request_shows_neither_url_nor_parameters() {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("port 0 is free");
    let url = format!(
        "http://{}/path?token=hunter2",
        listener.local_addr().expect("bound")
    );
    drop(listener);
    let client = reqwest::Client::builder().no_proxy();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = client.build().expect("a client");
    let error = client.get(url).send().await.expect_err("nobody listens");
    let shown = ScrapeError::Connection(reason(error));
    for text in [shown.to_string(), format!("{shown:?}")] {
        assert!(
            !text.contains("hunter2") && !text.contains("/path"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_file_with_credentials_that_is_gone_fails_the_scrape() {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("port 0 is free");
    let address = listener.local_addr().expect("bound");
    let running = run(&job(address, &json!({"bearer_token_file": "/nonexistent"}))).await;
    outcome(&running, "credentials").await;
    running.tasks.stop().await;
}
