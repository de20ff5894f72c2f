//! What the examples print, as a whole.

use tokio::time::timeout;

use crate::{DEADLINE, example};

/// Runs `program` to its end.
async fn assert_prints(program: &str, expected: &str) {
    let output = timeout(DEADLINE, example(program).output()).await;
    let output = output.expect("it ends").expect("it was built");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {errors}", output.status);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(
        printed == expected,
        "it printed\n{printed}\ninstead of\n{expected}\n{errors}"
    );
}

#[tokio::test]
async fn custom_names_shows_every_way_to_name_a_span() {
    let program = env!("CARGO_BIN_EXE_custom_names");
    assert_prints(program, include_str!("../../custom_names/expected.txt")).await;
}

/// The proxy of this example calls from 127.0.0.2.
#[tokio::test]
async fn public_edge_believes_its_proxy_and_nobody_else() {
    if let Err(error) = std::net::TcpListener::bind("127.0.0.2:0") {
        println!("skipped: this machine has no 127.0.0.2: {error}");
        return;
    }
    let program = env!("CARGO_BIN_EXE_public_edge");
    assert_prints(program, include_str!("../../public_edge/expected.txt")).await;
}

#[tokio::test]
async fn reqwest_retry_has_a_span_for_each_attempt_and_tells_no_partner() {
    let program = env!("CARGO_BIN_EXE_reqwest_retry");
    assert_prints(program, include_str!("../../reqwest_retry/expected.txt")).await;
}

#[tokio::test]
async fn tonic_streaming_ends_its_spans_as_the_streams_end() {
    let program = env!("CARGO_BIN_EXE_tonic_streaming");
    assert_prints(program, include_str!("../../tonic_streaming/expected.txt")).await;
}

#[tokio::test]
async fn with_tracing_has_the_events_of_handlers_whatever_the_log_shows() {
    let program = env!("CARGO_BIN_EXE_with_tracing");
    assert_prints(program, include_str!("../../with_tracing/expected.txt")).await;
}
