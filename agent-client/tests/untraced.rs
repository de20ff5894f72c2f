//! What the client does on its own thread is not traced: a process of its own, because the
//! subscriber is the process's.

// Said so that the whole binary counts as a test, its helpers too.
#![cfg(test)]

use std::net::TcpListener;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use campanile_agent_client::environment::Settings;
use campanile_agent_client::{AgentClient, Protocol};
use opentelemetry::trace::{Tracer, TracerProvider};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};

/// What was traced on the client's thread, but for the client's own lines.
static TRACED: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Listener;

impl Listener {
    fn note(metadata: &Metadata<'_>) {
        let is_line = metadata.target().starts_with("campanile_agent_client");
        if thread::current().name() == Some("campanile-agent") && !is_line {
            let name = format!("{} {}", metadata.target(), metadata.name());
            TRACED.lock().unwrap().push(name);
        }
    }
}

impl Subscriber for Listener {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::always()
    }

    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        Self::note(attributes.metadata());
        Id::from_u64(1)
    }

    fn event(&self, event: &Event<'_>) {
        Self::note(event.metadata());
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn the_clients_own_traffic_is_not_traced() {
    tracing::subscriber::set_global_default(Listener).unwrap();
    for protocol in [Protocol::Otlp, Protocol::OpenCensus] {
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let (providers, guard) = AgentClient::with_settings(Settings::default())
            .protocol(protocol)
            .endpoint(&format!("http://{}", silent.local_addr().unwrap()))
            .flush_timeout(Duration::from_millis(100))
            .build()
            .unwrap();
        drop(providers.tracer_provider.tracer("test").start("a"));
        // The client connects to somebody who says nothing, and writes.
        let (mut stream, _) = silent.accept().unwrap();
        let mut preface = [0; 24];
        std::io::Read::read_exact(&mut stream, &mut preface).unwrap();
        assert!(guard.flush().is_err());
        drop(guard);
    }
    let traced = TRACED.lock().unwrap();
    assert!(traced.is_empty(), "{traced:#?}");
}
