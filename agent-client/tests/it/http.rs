//! OTLP over HTTP/1.1, as protobuf and as JSON.

use std::time::Duration;

use campanile_agent_client::environment::{Compression, Settings};
use campanile_agent_client::{AgentClient, Builder, Guard, Protocol};
use opentelemetry::logs::{Logger, LoggerProvider};
use opentelemetry_sdk::trace::SdkTracerProvider;

use crate::support::{
    DEADLINE, HttpAgent, Reply, SOON, Tracing, answer, client, end_span, end_spans, lines_about,
    listen, sorted,
};

const BOTH: [Protocol; 2] = [Protocol::OtlpHttp, Protocol::OtlpHttpJson];

fn agent_and_builder(replies: impl IntoIterator<Item = Reply>) -> (HttpAgent, Builder) {
    listen();
    let agent = HttpAgent::start(replies);
    let builder = client(Protocol::OtlpHttp, &agent.endpoint());
    (agent, builder)
}

/// A client that has reached its agent.
fn connected(
    replies: impl IntoIterator<Item = Reply>,
    change: impl FnOnce(Builder) -> Builder,
) -> (HttpAgent, SdkTracerProvider, Guard) {
    let (agent, builder) = agent_and_builder(replies);
    let (provider, guard) = change(builder).tracing();
    guard.flush().unwrap();
    (agent, provider, guard)
}

#[test]
fn spans_arrive_as_protobuf_and_as_json() {
    for (protocol, content_type) in BOTH
        .into_iter()
        .zip(["application/x-protobuf", "application/json"])
    {
        let (agent, builder) = agent_and_builder([]);
        let (provider, guard) = builder
            .protocol(protocol)
            .header("X-Key", "secret")
            .tracing();
        let names = end_spans(&provider, 3);
        guard.flush().unwrap();
        assert_eq!(guard.stats().sent, 3);
        let arrived = agent.arrived.wait_for(|arrived| {
            let names = arrived.span_names();
            (names.len() == 3).then_some(names)
        });
        assert_eq!(sorted(arrived), names);
        let request = &agent.wait_for_requests(1)[0];
        let version = env!("CARGO_PKG_VERSION");
        for (name, value) in [
            ("content-type", content_type),
            ("content-encoding", ""),
            ("user-agent", &format!("campanile-agent-client/{version}")),
            ("x-key", "secret"),
            ("host", &agent.address.to_string()),
        ] {
            assert_eq!(request.header(name), value, "{protocol:?} {name}");
        }
        assert_eq!(request.path, "/v1/traces");
        assert_eq!(request.body[0] == b'{', protocol == Protocol::OtlpHttpJson);
    }
}

#[test]
fn bodies_are_compressed_where_that_is_asked_for() {
    for protocol in BOTH {
        let (agent, builder) = agent_and_builder([]);
        let (provider, guard) = builder
            .protocol(protocol)
            .compression(Compression::Gzip)
            .tracing();
        end_span(&provider, "x".repeat(10_000));
        guard.flush().unwrap();
        let request = &agent.wait_for_requests(1)[0];
        assert_eq!(request.header("content-encoding"), "gzip");
        assert!(request.body.len() < 2000, "{}", request.body.len());
        agent
            .arrived
            .wait_for(|arrived| (arrived.span_names() == ["x".repeat(10_000)]).then_some(()));
    }
}

#[test]
fn the_path_of_an_endpoint_comes_first_and_the_one_of_a_signal_stands_alone() {
    let (agent, builder) = agent_and_builder([]);
    let base = format!("{}/base/", agent.endpoint());
    let (provider, guard) = builder.endpoint(&base).tracing();
    end_span(&provider, "a");
    guard.flush().unwrap();
    assert_eq!(agent.wait_for_requests(1)[0].path, "/base/v1/traces");

    let exact = format!("{}/own", agent.endpoint());
    let (settings, _) = Settings::from_lookup(|name| match name {
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" => Some(exact.clone()),
        "OTEL_EXPORTER_OTLP_PROTOCOL" => Some("http/protobuf".to_owned()),
        _ => None,
    });
    let builder = AgentClient::with_settings(settings)
        .metrics(false)
        .logs(false);
    let (provider, guard) = builder.flush_timeout(DEADLINE).tracing();
    end_span(&provider, "b");
    guard.flush().unwrap();
    assert_eq!(agent.wait_for_requests(2)[1].path, "/own");
}

#[test]
fn a_partial_success_is_counted_and_not_repeated() {
    let partial = [
        0x0a, 0x0a, 0x08, 0x02, 0x12, 0x06, b't', b'o', b'o', b' ', b'b', b'y',
    ];
    let json: &[u8] = br#"{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too by"}}"#;
    for (protocol, body) in BOTH.into_iter().zip([partial.as_slice(), json]) {
        let reply = Reply::Answer(answer("200 OK", &[], body));
        let (agent, provider, guard) = connected([reply], |builder| {
            builder.protocol(protocol).schedule_delay(DEADLINE)
        });
        end_spans(&provider, 5);
        guard.flush().unwrap();
        let stats = guard.stats();
        assert_eq!((stats.sent, stats.failed.rejected, stats.queued), (3, 2, 0));
        assert_eq!(agent.wait_for_requests(1).len(), 1);
        let lines = lines_about(agent.address);
        assert!(
            lines.iter().any(|line| line.contains("too by")),
            "{lines:#?}"
        );
    }
}

#[test]
fn an_agent_that_asks_for_patience_gets_it_and_then_the_same_bytes() {
    for status in ["429 Too Many Requests", "503 Service Unavailable"] {
        let busy = answer(status, &[("retry-after", "1")], b"busy");
        let (agent, provider, guard) = connected([Reply::Answer(busy)], |builder| builder);
        end_span(&provider, "a");
        let requests = agent.wait_for_requests(2);
        assert_eq!(requests[0].body, requests[1].body);
        let pause = requests[1].at - requests[0].at;
        // The interval of the client would be twenty milliseconds.
        assert!(pause >= Duration::from_secs(1), "{pause:?}");
        assert!(SOON < Duration::from_secs(1));
        guard.flush().unwrap();
        let stats = guard.stats();
        assert_eq!((stats.sent, stats.queued, stats.failed.total()), (1, 0, 0));
    }
}

#[test]
fn without_a_word_about_it_the_pause_is_the_clients_own() {
    for status in [
        "429 Too Many Requests",
        "502 Bad Gateway",
        "503 Busy",
        "504 Timeout",
    ] {
        let reply = Reply::Answer(answer(status, &[], b""));
        let (agent, provider, guard) = connected([reply], |builder| builder);
        end_span(&provider, "a");
        agent.wait_for_requests(2);
        guard.flush().unwrap();
        assert_eq!(guard.stats().sent, 1, "{status}");
    }
}

#[test]
fn a_refusal_is_counted_and_the_servers_words_are_in_the_one_line() {
    // google.rpc.Status{code: 3, message: "no id"}
    let status = [0x08, 3, 0x12, 5, b'n', b'o', b' ', b'i', b'd'];
    let bodies = [
        status.as_slice(),
        br#"{"code":3,"message":"no id"}"#,
        b"no id",
    ];
    for body in bodies {
        let refuse = || Reply::Answer(answer("400 Bad Request", &[], body));
        let (agent, provider, guard) = connected([refuse(), refuse()], |builder| builder);
        for name in ["a", "b", "c"] {
            end_span(&provider, name);
            guard.flush().unwrap();
        }
        let stats = guard.stats();
        assert_eq!((stats.sent, stats.failed.refused, stats.queued), (1, 2, 0));
        let lines = lines_about(agent.address);
        let refused: Vec<_> = lines
            .iter()
            .filter(|line| line.contains("refused"))
            .collect();
        assert_eq!(refused.len(), 1, "{lines:#?}");
        assert!(refused[0].ends_with("400 Bad Request: no id"), "{lines:#?}");
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = HttpAgent::start([]);
    let target = format!("{}/v1/traces", elsewhere.endpoint());
    let reply = answer("307 Temporary Redirect", &[("location", &target)], b"");
    let (agent, provider, guard) = connected([Reply::Answer(reply)], |builder| builder);
    end_span(&provider, "a");
    guard.flush().unwrap();
    let stats = guard.stats();
    assert_eq!((stats.sent, stats.failed.refused, stats.queued), (0, 1, 0));
    let lines = lines_about(agent.address);
    let line = lines.iter().find(|line| line.contains("not followed"));
    assert!(
        line.is_some_and(|line| line.contains(&target)),
        "{lines:#?}"
    );
    elsewhere
        .seen
        .wait_for(|seen| (seen.connections == 0).then_some(()));
}

#[test]
fn an_answer_that_is_too_large_is_not_read_and_does_no_harm() {
    for status in ["200 OK", "400 Bad Request"] {
        // More than the system's buffers take.
        let large = answer(status, &[], &vec![b'x'; 64 << 20]);
        let (agent, provider, guard) = connected([Reply::Answer(large)], |builder| builder);
        end_span(&provider, "a");
        guard.flush().unwrap();
        end_span(&provider, "b");
        guard.flush().unwrap();
        let stats = guard.stats();
        assert_eq!(stats.sent + stats.failed.refused, 2, "{stats:?}");
        assert_eq!(stats.failed.refused, u64::from(status.starts_with('4')));
        agent.seen.wait_for(|seen| (seen.unread == 1).then_some(()));
        let requests = agent.wait_for_requests(2);
        assert_ne!(requests[0].connection, requests[1].connection);
    }
}

#[test]
fn one_connection_carries_many_requests() {
    let (agent, provider, guard) = connected([], |builder| builder);
    for number in 0..50 {
        end_span(&provider, number.to_string());
        guard.flush().unwrap();
    }
    let requests = agent.wait_for_requests(50);
    assert!(
        requests.iter().all(|request| request.connection == 1),
        "{requests:#?}"
    );
}

/// Sends ten spans, one after the other, which costs nothing whatever the server does in between.
fn send_ten(script: Vec<Reply>) {
    let (agent, provider, guard) = connected(script, |builder| {
        // Nobody could wait for it.
        builder.reconnect_interval(Duration::from_secs(3600))
    });
    for number in 0..10 {
        end_span(&provider, number.to_string());
        guard.flush().unwrap();
    }
    let stats = guard.stats();
    assert_eq!((stats.sent, stats.queued, stats.connected), (10, 0, true));
    let lines = lines_about(agent.address);
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(lines[0].starts_with("INFO connected"), "{lines:#?}");
}

#[test]
fn a_server_that_closes_idle_connections_costs_nothing() {
    let good = || Reply::AnswerAndClose(answer("200 OK", &[], b""));
    send_ten((0..10).map(|_| good()).collect());
}

#[test]
fn a_server_that_closes_a_connection_as_a_request_comes_costs_nothing() {
    let good = || Reply::Answer(answer("200 OK", &[], b""));
    let script = (0..10).flat_map(|_| [Reply::HangUp, good()]);
    send_ten(script.collect());
}

#[test]
fn a_signal_that_is_not_taken_does_not_hold_up_the_others() {
    let busy = Reply::Answer(answer("503 Service Unavailable", &[], b""));
    let agent = HttpAgent::start([busy]);
    let (providers, guard) = client(Protocol::OtlpHttp, &agent.endpoint())
        .logs(true)
        .schedule_delay(DEADLINE)
        .reconnect_interval(Duration::from_secs(3600))
        .build()
        .unwrap();
    guard.flush().unwrap();
    end_span(&providers.tracer_provider, "a");
    let logger = providers.logger_provider.logger("l");
    logger.emit(logger.create_log_record());
    guard.flush().unwrap_err();
    let requests = agent.wait_for_requests(2);
    assert_eq!(
        (requests[0].path.as_str(), requests[1].path.as_str()),
        ("/v1/traces", "/v1/logs")
    );
    assert_eq!((guard.stats().queued, guard.log_stats().sent), (1, 1));
}
