//! Connections that last.

use tokio::net::TcpStream;
use tokio::time::Instant;

use super::*;
use crate::serve::{Keepalive, ServerParameters};

const SECOND: Duration = Duration::from_secs(1);

async fn connect(running: &Running) -> TcpStream {
    let peer = TcpStream::connect(running.address()).await;
    peer.expect("connected")
}

/// How long a connection stays after its first request, to the second.
async fn lasts(settings: Settings, then: &[u8]) -> u64 {
    let running = Running::on_a_port(settings).await;
    let mut peer = connect(&running).await;
    ask_again(&mut peer).await;
    let start = Instant::now();
    peer.write_all(then).await.expect("sent");
    assert_eq!(rest(&mut peer).await, "");
    start.elapsed().as_secs()
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_lasts_a_minute_and_a_slow_head_five_seconds() {
    assert_eq!(lasts(Settings::default(), b"").await, 60);
    assert_eq!(lasts(Settings::default(), b"GET / HT").await, 5);
    let settings = Settings {
        head: 7 * SECOND,
        idle_http1: Some(3 * SECOND),
        ..Settings::default()
    };
    assert_eq!(lasts(settings.clone(), b"").await, 3);
    assert_eq!(lasts(settings, b"GET / HT").await, 7);
}

#[tokio::test(start_paused = true)]
async fn the_first_head_is_slow_too() {
    let running = Running::on_a_port(Settings::default()).await;
    let mut peer = connect(&running).await;
    let start = Instant::now();
    peer.write_all(b"GET / HTTP/1.1\r\n").await.expect("sent");
    assert_eq!(rest(&mut peer).await, "");
    assert_eq!(start.elapsed(), 5 * SECOND);
}

#[tokio::test]
async fn without_keep_alives_a_connection_is_for_one_request() {
    let settings = Settings {
        keep_alive: false,
        ..Settings::default()
    };
    let running = Running::on_a_port(settings).await;
    let mut peer = connect(&running).await;
    ask_again(&mut peer).await;
    assert_eq!(rest(&mut peer).await, "");
}

#[tokio::test(start_paused = true)]
async fn an_old_connection_is_closed_between_requests() {
    let settings = Settings {
        idle_http1: None,
        max_age: Some(100 * SECOND),
        ..Settings::default()
    };
    let lasted = lasts(settings, b"").await;
    assert!((90..=110).contains(&lasted), "{lasted} s");
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_does_not_answer_in_time_loses_its_connection() {
    let settings = Settings {
        answer: Some(9 * SECOND),
        ..Settings::default()
    };
    let never = Router::new().route("/", get(std::future::pending::<String>));
    let running = Running::start_with(&Endpoint::loopback(0), settings, never).await;
    let mut peer = connect(&running).await;
    let start = Instant::now();
    assert_eq!(ask(&mut peer).await, "");
    assert_eq!(start.elapsed(), 9 * SECOND);
}

#[test]
fn the_block_becomes_settings_and_0_is_no_limit() {
    let defaults = Keepalive::default();
    assert_eq!(defaults.validate(""), []);
    let settings = defaults.apply(Settings::default());
    let limits = (
        settings.idle_http2,
        settings.max_age,
        settings.max_age_grace,
    );
    assert_eq!(limits, (None, None, None));
    let text = r#"{"server_parameters": {"max_connection_idle": "1s", "max_connection_age": "2s",
        "max_connection_age_grace": "3s", "time": "4s", "timeout": "5s"}}"#;
    let block: Keepalive = serde_json::from_str(text).expect("valid");
    let settings = block.apply(Settings::default());
    let limits = [
        settings.idle_http2,
        settings.max_age,
        settings.max_age_grace,
        Some(settings.ping_interval),
        Some(settings.ping_timeout),
    ];
    assert_eq!(
        limits,
        [1, 2, 3, 4, 5].map(|seconds| Some(seconds * SECOND))
    );
}

#[test]
fn what_cannot_be_set_is_refused_by_name() {
    let text = r#"{"enforcement_policy": {"min_time": "5s"}}"#;
    let mut block: Keepalive = serde_json::from_str(text).expect("known");
    block.server_parameters = ServerParameters {
        time: crate::config::HumanDuration::default(),
        ..ServerParameters::default()
    };
    let wrong = block.validate("protocols.grpc.");
    let keys: Vec<_> = wrong.iter().map(|wrong| wrong.key.as_str()).collect();
    let expected = [
        "protocols.grpc.keepalive.enforcement_policy",
        "protocols.grpc.keepalive.server_parameters.time",
    ];
    assert_eq!(keys, expected);
}
