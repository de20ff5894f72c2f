use rustls::ClientConfig;
use serde_json::{Value, json};

use crate::component::{Context, Shared, Tasks};
use crate::extensions::EXTENSIONS;
use crate::ops::Phase;
use crate::ops::fixture::{ask, get};
use crate::tls::TlsVersion;
use crate::tls::testing::Authority;

fn configure(config: &Value) -> Result<(), String> {
    let entry = EXTENSIONS.iter().find(|entry| entry.kind == "health_check");
    let configured = entry.expect("registered").configure(config);
    configured
        .map(drop)
        .map_err(|wrong| wrong[0].message.clone())
}

#[tokio::test]
async fn the_agent_is_available_while_it_is_ready() {
    let shared = Shared::default();
    let context = Context {
        id: "health_check".parse().expect("an id"),
        shared: shared.clone(),
    };
    let entry = EXTENSIONS.iter().find(|entry| entry.kind == "health_check");
    let config = json!({"endpoint": "127.0.0.1:0", "path": "/health"});
    let configured = entry
        .expect("registered")
        .configure(&config)
        .expect("valid");
    let tasks = Tasks::default();
    let extension = configured.build(context).expect("built");
    extension.start(tasks.clone()).await.expect("started");
    let address = shared
        .addresses
        .inet("health_check.endpoint")
        .expect("bound");

    for phase in [Phase::Starting, Phase::Stopping] {
        shared.health.enter(phase);
        let answer = get(address, "/health").await;
        assert_eq!(answer.status, 503);
        assert_eq!(answer.body, r#"{"status":"Server not available"}"#);
    }
    shared.health.enter(Phase::Ready);
    shared.memory.press(true);
    let answer = get(address, "/health").await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("memory is short"), "{}", answer.body);
    shared.memory.press(false);
    let answer = get(address, "/health").await;
    assert_eq!(answer.status, 200);
    let body: Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!(body["status"], "Server available");
    assert!(
        body["upSince"]
            .as_str()
            .is_some_and(|since| since.ends_with('Z'))
    );
    assert!(
        body["uptime"]
            .as_str()
            .is_some_and(|uptime| uptime.ends_with('s'))
    );

    assert_eq!(get(address, "/").await.status, 404);
    let post = format!("POST /health HTTP/1.1\r\nhost: {address}\r\n");
    assert_eq!(ask(address, &post).await.status, 405);
    tasks.stop().await;
}

#[test]
fn a_path_that_is_none_is_refused() {
    assert_eq!(configure(&json!({"path": "/live"})), Ok(()));
    for path in ["", "health", "/{x}", "/a b"] {
        let wrong = configure(&json!({"path": path}));
        assert_eq!(wrong, Err(format!("`{path}` is not a path")));
    }
}

#[tokio::test]
async fn the_page_is_served_over_tls_if_it_is_to_be() {
    let authority = Authority::new("authority");
    authority.sign("server");
    let shared = Shared::default();
    let context = Context {
        id: "health_check".parse().expect("an id"),
        shared: shared.clone(),
    };
    let entry = EXTENSIONS.iter().find(|entry| entry.kind == "health_check");
    let config = json!({"endpoint": "127.0.0.1:0", "tls": {
        "cert_file": authority.path("server.pem"), "key_file": authority.path("server.key"),
    }});
    let configured = entry.expect("registered").configure(&config);
    let tasks = Tasks::default();
    let extension = configured.expect("valid").build(context).expect("built");
    extension.start(tasks.clone()).await.expect("started");
    shared.health.enter(Phase::Ready);
    let address = shared.addresses.inet("health_check.endpoint");
    let port = address.expect("bound").port();
    let client = reqwest::Client::builder().no_proxy();
    let trusting = ClientConfig::clone(&authority.client(None, TlsVersion::V1_3));
    let client = client.tls_backend_preconfigured(trusting).build();
    let request = client
        .expect("a client")
        .get(format!("https://localhost:{port}/"));
    assert_eq!(request.send().await.expect("an answer").status(), 200);
    assert!(configure(&json!({"tls": {}})).is_err());
    tasks.stop().await;
}
