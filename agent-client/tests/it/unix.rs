//! Agents on Unix sockets.

use campanile_agent_client::Protocol;

use crate::support::{HttpAgent, SignalsAgent, Tracing, client, end_span, end_spans, sorted};

#[test]
fn spans_go_over_a_unix_socket_with_grpc() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("agent.sock");
    let agent = SignalsAgent::start_unix(&path);
    let (provider, guard) = client(Protocol::Otlp, &format!("unix:{}", path.display())).tracing();
    let names = end_spans(&provider, 100);
    guard.flush().unwrap();
    let arrived = agent.arrived.wait_for(|arrived| {
        let names = arrived.span_names();
        (names.len() == 100).then_some(names)
    });
    assert_eq!(sorted(arrived), sorted(names));
    assert_eq!(guard.stats().sent, 100);
}

#[test]
fn spans_go_over_a_unix_socket_with_http() {
    for protocol in [Protocol::OtlpHttp, Protocol::OtlpHttpJson] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("agent.sock");
        let agent = HttpAgent::start_unix(&path);
        let endpoint = format!("unix://{}", path.display());
        let (provider, guard) = client(protocol, &endpoint).tracing();
        end_span(&provider, "a");
        guard.flush().unwrap();
        let requests = agent.wait_for_requests(1);
        assert_eq!(requests[0].path, "/v1/traces");
        assert_eq!(requests[0].header("host"), "localhost");
        agent
            .arrived
            .wait_for(|arrived| (arrived.span_names() == ["a"]).then_some(()));
    }
}

#[test]
fn a_socket_that_appears_later_gets_what_was_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("agent.sock");
    let (provider, guard) = client(Protocol::Otlp, &format!("unix:{}", path.display())).tracing();
    end_span(&provider, "a");
    assert!(guard.flush().is_err());
    let agent = SignalsAgent::start_unix(&path);
    agent
        .arrived
        .wait_for(|arrived| (arrived.span_names() == ["a"]).then_some(()));
    guard.flush().unwrap();
    assert_eq!((guard.stats().sent, guard.stats().queued), (1, 0));
}
