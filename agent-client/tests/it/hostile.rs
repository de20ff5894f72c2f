//! Connections that break anywhere, and agents that are none.

use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use campanile_agent_client::{FlushError, Protocol};
use opentelemetry::trace::{Span, Tracer, TracerProvider};

use crate::support::{
    DEADLINE, HttpAgent, OpenCensusAgent, OtlpAgent, Resetting, Restartable, SignalsAgent, Tracing,
    client, end_span, free_address, watched, watched_for,
};

const ALL: [Protocol; 3] = [Protocol::Otlp, Protocol::OtlpHttp, Protocol::OpenCensus];

/// One small batch over a line that is reset; the last name says whose batch it is.
fn send_batch(protocol: Protocol, line: &Resetting, round: u64) -> [String; 2] {
    let (provider, guard) = client(protocol, &line.endpoint())
        .reconnect_interval(Duration::from_millis(1))
        .tracing();
    let names = [format!("{round} a"), format!("{round} b")];
    for name in &names {
        end_span(&provider, name.clone());
    }
    let deadline = Instant::now() + DEADLINE;
    while guard.flush().is_err() && Instant::now() < deadline {}
    let stats = guard.stats();
    assert_eq!(
        (stats.ended, stats.sent),
        (2, 2),
        "{protocol:?} {round}: {stats:?}"
    );
    assert_eq!(
        (stats.queued, stats.dropped.total()),
        (0, 0),
        "{protocol:?} {round}"
    );
    names
}

/// Resets connections after every number of bytes there is; nothing is lost by that.
fn reset_everywhere(protocol: Protocol, agent: SocketAddr, arrived: impl Fn() -> Vec<String>) {
    watched_for(Duration::from_secs(120), "a reset connection", || {
        let line = Resetting::to(agent);
        let mut names: Vec<_> = send_batch(protocol, &line, u64::MAX).into();
        let deadline = Instant::now() + DEADLINE;
        while line.passed() == 0 && Instant::now() < deadline {
            thread::yield_now();
        }
        let whole = line.passed();
        assert!((100..100_000).contains(&whole), "{whole}");
        let cuts = (0..whole.min(400)).chain((400..whole + 40).step_by(17));
        for after in cuts {
            // The second attempt follows at once, the third one after a pause.
            line.reset(1 + usize::try_from(after % 2).unwrap(), after);
            names.extend(send_batch(protocol, &line, after));
        }
        let arrived: HashSet<_> = arrived().into_iter().collect();
        names.retain(|name| !arrived.contains(name));
        assert_eq!(names, [""; 0], "lost");
    });
}

#[test]
fn a_connection_may_be_reset_after_any_byte_over_grpc() {
    let agent = OtlpAgent::start([]);
    reset_everywhere(Protocol::Otlp, agent.server.address, || agent.names());
}

#[test]
fn a_connection_may_be_reset_after_any_byte_over_http() {
    let agent = HttpAgent::start([]);
    reset_everywhere(Protocol::OtlpHttp, agent.address, || {
        agent.arrived.wait_for(|arrived| Some(arrived.span_names()))
    });
}

#[test]
fn a_connection_may_be_reset_after_any_byte_over_opencensus() {
    let agent = OpenCensusAgent::start([]);
    reset_everywhere(Protocol::OpenCensus, agent.server.address, || agent.names());
}

/// Where it listens, and when it took connections.
type Server = (SocketAddr, mpsc::Receiver<Instant>);

/// A server that does the same to every connection and reports each before that.
fn server(what: impl Fn(TcpStream) + Clone + Send + 'static) -> Server {
    let address = free_address();
    let listener = TcpListener::bind(address).unwrap();
    let (report, reports) = mpsc::channel();
    thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            let what = what.clone();
            let _ = report.send(Instant::now());
            thread::spawn(move || what(stream));
        }
    });
    (address, reports)
}

/// Says something, whatever it is told, and listens until the client has had enough.
fn says(first: Vec<u8>, for_ever: &'static [u8]) -> impl Fn(TcpStream) + Clone + Send + 'static {
    move |mut stream| {
        // The client may leave at any time.
        let _ = stream.write_all(&first);
        while !for_ever.is_empty() && stream.write_all(for_ever).is_ok() {}
        let _ = stream.read_to_end(&mut Vec::new());
    }
}

/// Connections that the client makes, at most, for one attempt: a second one at once when a
/// connection breaks that was good, and as many again within tonic.
const PER_ATTEMPT: u32 = 4;

fn keeps_spans_and_calm(protocol: Protocol, what: &str, agent: &Server) {
    let (agent, connections) = agent;
    let what = format!("{what} over {protocol:?}");
    watched(&what, || {
        let interval = Duration::from_millis(100);
        let (provider, guard) = client(protocol, &format!("http://{agent}"))
            .reconnect_interval(interval)
            .timeout(Duration::from_millis(100))
            .tracing();
        end_span(&provider, "a");
        let at = |number| {
            let next = connections.recv_timeout(DEADLINE);
            next.unwrap_or_else(|_| panic!("{what}: connection {number} was not made"))
        };
        let first = at(0);
        let last = (1..=2 * PER_ATTEMPT).map(at).fold(first, |_, next| next);
        let taken = last.duration_since(first);
        // Two pauses; a busy loop would be a thousand times faster.
        assert!(taken >= interval, "{what}: {taken:?}");
        guard.flush().unwrap_err();
        let stats = guard.stats();
        assert_eq!((stats.ended, stats.queued), (1, 1), "{what}: {stats:?}");
    });
}

/// What an agent may say instead of what it should, and goes on saying.
fn nonsense(protocol: Protocol) -> [(&'static str, Vec<u8>, &'static [u8]); 6] {
    let noise = (0..4096u32).map(|number| number.wrapping_mul(2_654_435_761).to_be_bytes()[0]);
    // SETTINGS and its ACK.
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0];
    // HEADERS of stream 1, which go on in CONTINUATION.
    let block = [0, 0, 1, 1, 0, 0, 0, 0, 1, 0x88];
    let other = match protocol {
        Protocol::OtlpHttp => settings.to_vec(),
        _ => b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec(),
    };
    [
        ("noise", noise.collect(), b""),
        (
            "a header without end",
            b"HTTP/1.1 200 OK\r\nx: ".to_vec(),
            b"xxxxxxxxxxxxxxxx",
        ),
        (
            "a header block without end",
            [settings.as_slice(), &block].concat(),
            &[0, 0, 1, 9, 0, 0, 0, 0, 1, 0x88],
        ),
        ("a TLS alert", vec![21, 3, 3, 0, 2, 2, 40], b""),
        ("another version of HTTP", other, b""),
        ("nothing", Vec::new(), b""),
    ]
}

#[test]
fn an_agent_that_talks_nonsense_is_away() {
    thread::scope(|scope| {
        for protocol in ALL {
            for (what, first, for_ever) in nonsense(protocol) {
                let agent = server(says(first, for_ever));
                scope.spawn(move || keeps_spans_and_calm(protocol, what, &agent));
            }
            let agent = server(drop);
            scope.spawn(move || keeps_spans_and_calm(protocol, "a closed door", &agent));
        }
    });
}

#[test]
fn a_grpc_server_is_no_agent_for_http_and_the_other_way_round() {
    let grpc = SignalsAgent::start();
    let http = HttpAgent::start([]);
    for (protocol, address) in [
        (Protocol::OtlpHttp, grpc.server.address),
        (Protocol::Otlp, http.address),
        (Protocol::OpenCensus, http.address),
    ] {
        let (provider, guard) = client(protocol, &format!("http://{address}"))
            .timeout(Duration::from_millis(200))
            .tracing();
        end_span(&provider, "a");
        guard.flush().unwrap_err();
        let stats = guard.stats();
        assert_eq!(
            (stats.ended, stats.queued),
            (1, 1),
            "{protocol:?}: {stats:?}"
        );
    }
}

#[test]
fn an_agent_that_never_reads_holds_up_nobody_and_fills_no_memory() {
    for protocol in ALL {
        let what = format!("an agent that does not read over {protocol:?}");
        watched(&what, || {
            let limit = Duration::from_millis(500);
            let (address, _connections) = server(|stream| {
                thread::park();
                drop(stream);
            });
            let bytes = 4 << 20;
            let (provider, guard) = client(protocol, &format!("http://{address}"))
                .buffer_bytes(bytes)
                .flush_timeout(limit)
                .tracing();
            let tracer = provider.tracer("test");
            let large = "x".repeat(1000);
            for _ in 0..10_000 {
                tracer.start(large.clone()).end();
            }
            let begin = Instant::now();
            assert!(matches!(guard.flush(), Err(FlushError::TimedOut { .. })));
            assert!(
                begin.elapsed() < limit * 3,
                "{protocol:?}: {:?}",
                begin.elapsed()
            );
            let stats = guard.stats();
            assert_eq!(
                stats.queued + stats.dropped.buffer_full,
                10_000,
                "{stats:?}"
            );
            assert!(stats.queued * 1000 <= bytes as u64, "{stats:?}");
            assert!(stats.queued > 1000, "{stats:?}");
            let begin = Instant::now();
            drop(guard);
            assert!(
                begin.elapsed() < limit * 3,
                "{protocol:?}: {:?}",
                begin.elapsed()
            );
        });
    }
}
