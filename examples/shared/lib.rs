//! What the examples share: spans are kept and printed, the same in every run, instead of sent to
//! an agent. A service begins with `let _tracing = campanile_agent_client::init()?` instead.

use std::error::Error;
use std::io::Write as _;
use std::time::Duration;

use campanile_middleware::opentelemetry::global;
use campanile_middleware::testing::Recorder;
use opentelemetry_sdk::trace::SpanData;
use tokio::time::{sleep, timeout};

/// What can go wrong, printed once, when `main` returns it.
pub type Failure = Box<dyn Error + Send + Sync>;

/// How long a span may take to end once its request is over.
const PATIENCE: Duration = Duration::from_secs(10);

/// The spans that have ended and were not printed yet.
#[derive(Clone, Debug)]
pub struct Recording(Recorder);

impl Recording {
    /// Has every span of this process kept: installs a tracer provider, as
    /// `campanile_agent_client::init` does.
    #[must_use]
    pub fn install() -> Self {
        let recorder = Recorder::new();
        global::set_tracer_provider(recorder.tracer_provider().clone());
        Self(recorder)
    }

    /// Waits until `count` spans have ended, prints them as a tree, and forgets them. Of their
    /// attributes those are printed that `keys` names; no ids, no times.
    ///
    /// # Errors
    ///
    /// When fewer spans have ended after ten seconds, or nobody reads what is printed.
    pub async fn print(&self, count: usize, keys: &[&str]) -> Result<(), Failure> {
        // The other end of a connection may need a moment more than the end that we see.
        let ended = async {
            while self.0.spans().len() < count {
                sleep(Duration::from_millis(1)).await;
            }
        };
        let is_late = timeout(PATIENCE, ended).await.is_err();
        let (tree, spans) = (self.0.tree(), self.0.spans());
        self.0.clear();
        if is_late {
            return Err(format!("{count} spans should have ended, not\n{tree}").into());
        }
        let mut out = std::io::stdout().lock();
        // The lines are in the order of the spans where one request is made after the other.
        for (line, span) in tree.lines().zip(&spans) {
            writeln!(out, "  {line}")?;
            let indent = line.len() - line.trim_start().len() + 4;
            for note in notes(span, &spans, keys) {
                writeln!(out, "{:indent$}| {note}", "")?;
            }
        }
        Ok(())
    }
}

/// What is printed below the line of a span: the attributes that `keys` names, and what it has to
/// do with spans of others.
fn notes(span: &SpanData, spans: &[SpanData], keys: &[&str]) -> Vec<String> {
    let attributes = keys.iter().filter_map(|key| {
        let attribute = span.attributes.iter().find(|kv| kv.key.as_str() == *key)?;
        Some(format!("{key}: {}", attribute.value))
    });
    let is_here = |id| spans.iter().any(|other| other.span_context.span_id() == id);
    let is_child = span.parent_span_is_remote && !is_here(span.parent_span_id);
    let child = is_child.then(|| "child of a span elsewhere".to_owned());
    let links = span
        .links
        .iter()
        .map(|_| "linked to a span elsewhere".to_owned());
    attributes.chain(child).chain(links).collect()
}

/// A client for this machine: no proxy is asked the way.
///
/// In this workspace reqwest is built without a TLS provider of its own, and wants one even for
/// plain HTTP.
pub fn http_client() -> reqwest::ClientBuilder {
    // Fails only when there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy()
}
