//! What a listener may be told: TLS, Unix sockets, web pages, timeouts, encodings.

use std::path::Path;

use hyper_util::rt::TokioIo;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::UnixStream;
use tonic::codec::CompressionEncoding;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, Identity};
use tower::service_fn;

use super::super::Otlp;
use super::*;
use crate::component::Entry;
use crate::tls::testing::Authority;

async fn configured(protocols: Value) -> Running {
    let context = context("otlp");
    let config = json!({ "protocols": protocols });
    let configured = Entry::of::<Otlp>().configure(&config);
    let receiver = configured.expect("valid").build(context.clone());
    start(receiver.expect("built"), context, &Signal::ALL).await
}

fn tls(authority: &Authority) -> Value {
    json!({
        "cert_file": authority.path("server.pem"),
        "key_file": authority.path("server.key"),
        "client_ca_file": authority.path("ca.pem"),
    })
}

#[tokio::test]
async fn grpc_and_http_are_spoken_over_tls_to_clients_that_are_known() {
    let authority = Authority::new("authority");
    authority.sign("server");
    let (certificate, key) = authority.sign("client");
    let running = configured(json!({
        "grpc": { "endpoint": "127.0.0.1:0", "tls": tls(&authority) },
        "http": { "endpoint": "127.0.0.1:0", "tls": tls(&authority) },
    }))
    .await;
    let address = running.address("otlp.protocols.grpc.endpoint");
    let settings = ClientTlsConfig::new()
        .ca_certificate(Certificate::from_pem(&authority.pem))
        .domain_name("localhost")
        .identity(Identity::from_pem(&certificate, &key));
    let endpoint = Endpoint::try_from(format!("https://{address}")).expect("a URI");
    let endpoint = endpoint.tls_config(settings).expect("PEM");
    let channel = within(endpoint.connect()).await.expect("connected");
    let path = Signal::Traces.grpc_path();
    let sent = Client::new(channel).unary(path, trace_request()).await;
    sent.expect("accepted");

    let port = running.address("otlp.protocols.http.endpoint").port();
    let http = |identity: Option<reqwest::Identity>| {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let root = reqwest::Certificate::from_pem(authority.pem.as_bytes()).expect("PEM");
        let client = HttpClient::builder().no_proxy().tls_certs_only([root]);
        let client = identity
            .into_iter()
            .fold(client, |client, identity| client.identity(identity));
        let client = client.build().expect("a client");
        let request = client.post(format!("https://localhost:{port}/v1/traces"));
        request.header(CONTENT_TYPE, PROTOBUF).body(trace_request())
    };
    let pem = format!("{certificate}{key}");
    let identity = reqwest::Identity::from_pem(pem.as_bytes()).expect("PEM");
    assert_eq!(answer(http(Some(identity))).await.0, 200);
    within(http(None).send()).await.expect_err("a stranger");
    assert_eq!(running.recorder.taken().len(), 2);
}

#[tokio::test]
async fn unix_sockets_are_served_and_their_peers_have_no_address() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("grpc.sock");
    let running = configured(json!({
        "grpc": { "endpoint": path, "transport": "unix" },
    }))
    .await;
    let mut client = over_unix(&path).await;
    let sent = client.unary(Signal::Traces.grpc_path(), trace_request());
    sent.await.expect("accepted");
    let taken = running.recorder.taken();
    let origin = taken[0].origins().each().next().flatten();
    let origin = origin.map(ToString::to_string);
    assert_eq!(origin.as_deref(), Some("otlp over grpc"));
    running.tasks.stop().await;
    assert!(!path.exists());
}

async fn over_unix(path: &Path) -> Client {
    let path = path.to_owned();
    let connect = service_fn(move |_| {
        let path = path.clone();
        async move { UnixStream::connect(path).await.map(TokioIo::new) }
    });
    let endpoint = Endpoint::from_static("http://localhost");
    let channel = endpoint.connect_with_connector(connect);
    Client::new(within(channel).await.expect("it listens"))
}

#[tokio::test]
async fn files_that_cannot_be_used_keep_the_receiver_from_starting() {
    let config = json!({ "protocols": { "grpc": {
        "endpoint": "127.0.0.1:0",
        "tls": { "cert_file": "/nowhere/a.pem", "key_file": "/nowhere/a.key" },
    }}});
    let context = context("otlp");
    let configured = Entry::of::<Otlp>().configure(&config);
    let receiver = configured.expect("valid").build(context).expect("built");
    let started = receiver.start(Default::default(), Default::default());
    let error = started.await.expect_err("it cannot start");
    assert_eq!(error.key(), "protocols.grpc.tls.cert_file");
    assert!(error.to_string().contains("/nowhere/a.pem"), "{error}");
}

fn to_http(running: &Running, method: Method) -> RequestBuilder {
    let address = running.address("otlp.protocols.http.endpoint");
    http().request(method, format!("http://{address}/v1/traces"))
}

#[tokio::test]
async fn a_web_page_may_send_what_it_has_asked_for() {
    let running = configured(json!({ "http": {
        "endpoint": "127.0.0.1:0",
        "cors": { "allowed_origins": ["https://*.example"], "allowed_headers": ["x-key"] },
        "response_headers": { "x-agent": "here" },
    }}))
    .await;
    for content_type in [PROTOBUF, JSON] {
        let preflight = to_http(&running, Method::OPTIONS)
            .header("origin", "https://shop.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type,x-key");
        let response = send(preflight).await;
        let headers = response.headers();
        assert_eq!(response.status(), 200);
        assert_eq!(
            headers["access-control-allow-origin"],
            "https://shop.example"
        );
        let allowed = headers["access-control-allow-headers"]
            .to_str()
            .expect("text");
        assert!(
            allowed.contains("content-type") && allowed.contains("x-key"),
            "{allowed}"
        );
        let body = if content_type == JSON {
            b"{}".to_vec()
        } else {
            trace_request()
        };
        let request = to_http(&running, Method::POST)
            .header("origin", "https://shop.example")
            .header(CONTENT_TYPE, content_type)
            .header("x-key", "1");
        let response = send(request.body(body)).await;
        assert_eq!(response.status(), 200);
        assert_eq!(
            response.headers()["access-control-allow-origin"],
            "https://shop.example"
        );
        assert_eq!(response.headers()["x-agent"], "here");
    }
    assert_eq!(running.recorder.taken().len(), 1);
    assert_eq!(invalid(&running, "method"), 0, "a preflight is no request");
}

#[tokio::test]
async fn a_storm_of_preflights_reaches_no_pipeline_and_no_counter() {
    let running = configured(json!({ "http": {
        "endpoint": "127.0.0.1:0",
        "cors": { "allowed_origins": ["https://*.example"] },
    }}))
    .await;
    let client = http();
    let address = running.address("otlp.protocols.http.endpoint");
    for n in 0..500 {
        let request = client
            .request(Method::OPTIONS, format!("http://{address}/v1/traces"))
            .header("origin", format!("https://{n}.evil"))
            .header("access-control-request-method", "POST");
        let response = send(request).await;
        let allowed = response.headers().get("access-control-allow-origin");
        assert_eq!((response.status().as_u16(), allowed), (200, None));
    }
    assert_eq!(running.recorder.taken(), []);
    assert_eq!(invalid(&running, "method"), 0);
    let request = post(&running, "/v1/traces", PROTOBUF).body(trace_request());
    assert_eq!(answer(request).await.0, 200);
}

#[tokio::test]
async fn without_cors_a_preflight_is_a_wrong_method() {
    let running = running().await;
    let preflight = to_http(&running, Method::OPTIONS).header("origin", "https://shop.example");
    assert_eq!(send(preflight).await.status(), 405);
}

#[tokio::test]
async fn encodings_that_are_not_listed_are_refused() {
    let running = configured(json!({ "http": {
        "endpoint": "127.0.0.1:0",
        "compression_algorithms": ["", "zstd"],
    }}))
    .await;
    let zstd = zstd::encode_all(&trace_request()[..], 3).expect("in memory");
    let bodies = [("identity", trace_request(), 200), ("zstd", zstd, 200)];
    for (encoding, body, expected) in bodies.into_iter().chain([("gzip", Vec::new(), 415)]) {
        let request = post(&running, "/v1/traces", PROTOBUF);
        let request = request.header("content-encoding", encoding).body(body);
        assert_eq!(answer(request).await.0, expected, "{encoding}");
    }
    assert_eq!(invalid(&running, "encoding"), 1);
}

#[tokio::test]
async fn a_body_has_as_long_as_the_read_timeout_says() {
    let running = configured(json!({ "http": {
        "endpoint": "127.0.0.1:0",
        "read_timeout": "50ms",
    }}))
    .await;
    let never = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let body = reqwest::Body::wrap_stream(never);
    let (status, _, body) = answer(post(&running, "/v1/traces", PROTOBUF).body(body)).await;
    let text = String::from_utf8_lossy(&body);
    assert_eq!(status, 408, "{text}");
    assert_eq!(invalid(&running, "slow"), 1);
}

#[tokio::test]
async fn grpc_messages_may_be_compressed_with_zstd() {
    let running = running().await;
    let mut client = client(&running).await.compressed(CompressionEncoding::Zstd);
    let sent = client.unary(Signal::Traces.grpc_path(), trace_request());
    sent.await.expect("accepted");
    assert_eq!(running.recorder.taken()[0].bytes(), &trace_request());
}
