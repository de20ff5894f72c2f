//! What the client wrote to the log. One subscriber for the whole binary: the client writes from
//! its own thread. Lines name the agent's address, which tells the tests apart.

use std::fmt::{Debug, Write};
use std::net::SocketAddr;
use std::sync::{Mutex, Once};

use opentelemetry::Context;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Each with whether it was written where telemetry is suppressed.
static LINES: Mutex<Vec<(String, bool)>> = Mutex::new(Vec::new());
static LISTEN: Once = Once::new();

/// Starts to listen. To be called before the client is made.
pub(crate) fn listen() {
    LISTEN.call_once(|| tracing::subscriber::set_global_default(Listener).unwrap());
}

/// The lines so far that name an address.
pub(crate) fn lines_about(address: SocketAddr) -> Vec<String> {
    select(address).into_iter().map(|(line, _)| line).collect()
}

/// Whether every line so far that names an address came from where telemetry is suppressed.
pub(crate) fn are_suppressed(address: SocketAddr) -> bool {
    let lines = select(address);
    !lines.is_empty() && lines.iter().all(|(_, suppressed)| *suppressed)
}

fn select(address: SocketAddr) -> Vec<(String, bool)> {
    let address = address.to_string();
    let lines = LINES.lock().unwrap();
    lines
        .iter()
        .filter(|(line, _)| line.contains(&address))
        .cloned()
        .collect()
}

struct Listener;

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("campanile_agent_client")
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        let suppressed = Context::is_current_telemetry_suppressed();
        LINES.lock().unwrap().push((line.0, suppressed));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, _field: &Field, value: &dyn Debug) {
        write!(self.0, " {value:?}").unwrap();
    }
}
