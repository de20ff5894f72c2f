//! TLS in front of agents.

use std::fs;
use std::net::SocketAddr;

use campanile_agent_client::environment::Tls;
use campanile_agent_client::{FlushError, Protocol};

use crate::support::{
    Authority, HttpAgent, SignalsAgent, TlsFront, Tracing, client, end_span, free_address,
    lines_about, listen,
};

/// Flushes one span to an agent behind a front; says what became of it.
fn send(front: &TlsFront, protocol: Protocol, tls: &Tls) -> Result<(), FlushError> {
    listen();
    let (provider, guard) = client(protocol, &front.endpoint()).tls(tls).tracing();
    end_span(&provider, "a");
    let result = guard.flush();
    let stats = guard.stats();
    assert_eq!(stats.sent, u64::from(result.is_ok()));
    assert_eq!(stats.queued, u64::from(result.is_err()), "{stats:?}");
    assert_eq!((stats.failed.total(), stats.dropped.total()), (0, 0));
    result
}

/// The one line that says that, and why, an agent was not reached.
fn outage(address: SocketAddr) -> String {
    let lines = lines_about(address);
    let mut outages = lines
        .iter()
        .filter(|line| line.contains("is not reachable"));
    let (Some(line), None) = (outages.next(), outages.next()) else {
        panic!("one line: {lines:#?}")
    };
    line.clone()
}

#[test]
fn spans_go_over_tls_with_grpc_and_http() {
    let authority = Authority::new();
    let agent = SignalsAgent::start();
    let front = TlsFront::start(agent.server.address, &authority, false);
    send(&front, Protocol::Otlp, &authority.trusted()).unwrap();
    agent
        .arrived
        .wait_for(|arrived| (arrived.span_names() == ["a"]).then_some(()));
    assert_eq!(front.protocols(), [Some(b"h2".to_vec())]);

    let agent = HttpAgent::start([]);
    let front = TlsFront::start(agent.address, &authority, false);
    send(&front, Protocol::OtlpHttp, &authority.trusted()).unwrap();
    agent
        .arrived
        .wait_for(|arrived| (arrived.span_names() == ["a"]).then_some(()));
    assert_eq!(front.protocols(), [Some(b"http/1.1".to_vec())]);
}

#[test]
fn an_agent_that_nobody_vouches_for_is_an_outage_that_says_so() {
    let (authority, other) = (Authority::new(), Authority::new());
    for protocol in [Protocol::Otlp, Protocol::OtlpHttp, Protocol::OpenCensus] {
        let agent = SignalsAgent::start();
        let front = TlsFront::start(agent.server.address, &authority, false);
        let result = send(&front, protocol, &other.trusted());
        assert_eq!(result, Err(FlushError::Unreachable { left: 1 }));
        let line = outage(front.address);
        assert!(line.contains("invalid peer certificate"), "{line}");
        assert_eq!(front.protocols(), [], "no handshake");
    }
}

#[test]
fn a_name_that_is_not_the_certificates_is_an_outage_that_says_so() {
    listen();
    let authority = Authority::new();
    let agent = SignalsAgent::start();
    let front = TlsFront::start(agent.server.address, &authority, false);
    let endpoint = format!("https://localhost:{}", front.address.port());
    let (provider, guard) = client(Protocol::Otlp, &endpoint)
        .tls(&authority.trusted())
        .tracing();
    end_span(&provider, "a");
    guard.flush().unwrap_err();
    assert_eq!(guard.stats().queued, 1);
    assert_eq!(front.protocols(), []);
}

#[test]
fn an_agent_that_asks_for_a_client_certificate_takes_only_clients_with_one() {
    let authority = Authority::new();
    let agent = SignalsAgent::start();
    for protocol in [Protocol::Otlp, Protocol::OtlpHttp, Protocol::OpenCensus] {
        let front = TlsFront::start(agent.server.address, &authority, true);
        send(&front, protocol, &authority.trusted()).unwrap_err();
        let line = outage(front.address);
        // What the server said is lost where its end of the connection overtakes it.
        let reasons = ["CertificateRequired", "broken pipe", "reset", "closed"];
        assert!(reasons.iter().any(|reason| line.contains(reason)), "{line}");
    }
    let front = TlsFront::start(agent.server.address, &authority, true);
    send(&front, Protocol::Otlp, &authority.known()).unwrap();
    agent
        .arrived
        .wait_for(|arrived| (arrived.span_names() == ["a"]).then_some(()));
}

#[test]
fn files_that_were_renewed_count_at_the_next_connection() {
    let (old, new) = (Authority::new(), Authority::new());
    let agent = SignalsAgent::start();
    let front = TlsFront::start(agent.server.address, &old, true);
    let address = front.address;
    let (provider, guard) = client(Protocol::Otlp, &front.endpoint())
        .tls(&old.known())
        .tracing();
    end_span(&provider, "a");
    guard.flush().unwrap();
    drop(front);
    let _front = TlsFront::start_at(address, agent.server.address, &new, true);
    end_span(&provider, "b");
    guard.flush().unwrap_err();
    for name in ["ca.pem", "client.pem", "client.key"] {
        fs::copy(new.path(name), old.path(name)).unwrap();
    }
    guard.flush().unwrap();
    agent
        .arrived
        .wait_for(|arrived| (arrived.span_names() == ["a", "b"]).then_some(()));
    assert_eq!(guard.stats().sent, 2);
}

#[test]
fn a_file_that_cannot_be_used_is_named_in_one_line() {
    listen();
    let authority = Authority::new();
    fs::write(authority.path("empty"), "").unwrap();
    let missing = authority.path("missing");
    let empty = authority.path("empty");
    let change: [fn(&mut Tls, std::path::PathBuf); 3] = [
        |tls, path| tls.certificate = Some(path),
        |tls, path| tls.client_certificate = Some(path),
        |tls, path| tls.client_key = Some(path),
    ];
    // Somebody has to take the connection before the files are read.
    let agent = SignalsAgent::start();
    for change in change {
        for file in [&missing, &empty] {
            let front = TlsFront::start(agent.server.address, &authority, true);
            let mut tls = authority.known();
            change(&mut tls, file.clone());
            let result = send(&front, Protocol::Otlp, &tls);
            assert_eq!(result, Err(FlushError::Unreachable { left: 1 }));
            let line = outage(front.address);
            assert!(line.contains(&file.display().to_string()), "{line}");
        }
    }
}

#[test]
fn an_agent_without_tls_is_an_outage() {
    let authority = Authority::new();
    let agent = HttpAgent::start([]);
    for protocol in [Protocol::Otlp, Protocol::OtlpHttp] {
        listen();
        let endpoint = format!("https://{}", agent.address);
        let (provider, guard) = client(protocol, &endpoint)
            .tls(&authority.trusted())
            .tracing();
        end_span(&provider, "a");
        guard.flush().unwrap_err();
        assert_eq!(
            (guard.stats().queued, guard.stats().dropped.total()),
            (1, 0)
        );
    }
    let nobody = free_address();
    let (_, guard) = client(Protocol::Otlp, &format!("https://{nobody}"))
        .tls(&authority.trusted())
        .tracing();
    guard.flush().unwrap_err();
    assert!(outage(nobody).contains("refused"));
}
