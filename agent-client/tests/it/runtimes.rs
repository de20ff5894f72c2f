//! Inside any runtime and none, however the program holds it up.

use campanile_agent_client::environment::Settings;
use campanile_agent_client::{AgentClient, InitError, Protocol};
use opentelemetry::global;
use opentelemetry::propagation::TextMapCompositePropagator;
use opentelemetry::trace::{Span, Tracer};

use crate::support::{OtlpAgent, Tracing, client, end_span, watched};

/// Everything the client does, on a thread that never yields to its runtime.
fn whole_life(name: &str) {
    watched(name, || live_and_die(name));
}

fn live_and_die(name: &str) {
    let agent = OtlpAgent::start([]);
    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint()).tracing();
    end_span(&provider, name);
    guard.flush().unwrap();
    assert_eq!(agent.wait_for_spans(1), [name]);
    end_span(&provider, "last");
    drop(guard);
    assert_eq!(agent.wait_for_spans(2), [name, "last"]);
    // The test's own server has a runtime, which must not end inside of another one.
    std::thread::spawn(move || drop(agent)).join().unwrap();
}

#[test]
fn no_runtime_is_needed() {
    whole_life("none");
}

#[tokio::test(flavor = "current_thread")]
async fn a_blocked_single_threaded_runtime_does_no_harm() {
    whole_life("current_thread");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_blocked_only_worker_does_no_harm() {
    tokio::spawn(async { whole_life("one worker") })
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_blocking_task_does_no_harm() {
    tokio::task::spawn_blocking(|| whole_life("blocking"))
        .await
        .unwrap();
}

#[test]
fn a_blocked_local_set_does_no_harm() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async {
        let task = tokio::task::spawn_local(async { whole_life("local") });
        task.await.unwrap();
    });
}

#[test]
fn a_runtime_without_time_and_network_does_no_harm() {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime
        .unwrap()
        .block_on(async { whole_life("neither time nor network") });
}

#[test]
fn the_client_outlives_the_runtime_it_was_made_in() {
    let agent = OtlpAgent::start([]);
    let endpoint = agent.server.endpoint();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (provider, guard) = runtime.block_on(async { client(Protocol::Otlp, &endpoint).tracing() });
    drop(runtime);
    end_span(&provider, "a");
    drop(guard);
    assert_eq!(agent.wait_for_spans(1), ["a"]);
}

#[test]
fn init_installs_the_provider_and_the_propagator() {
    let agent = OtlpAgent::start([]);
    global::set_text_map_propagator(TextMapCompositePropagator::new(Vec::new()));
    let guard = client(Protocol::Otlp, &agent.server.endpoint())
        .init()
        .unwrap();
    global::tracer("test").start("a").end();
    guard.flush().unwrap();
    assert_eq!(agent.wait_for_spans(1), ["a"]);
    let fields: Vec<_> = global::get_text_map_propagator(|propagator| {
        propagator.fields().map(str::to_owned).collect()
    });
    assert!(
        fields.iter().any(|field| field == "traceparent"),
        "{fields:?}"
    );
}

#[test]
fn a_disabled_sdk_makes_no_spans_and_no_connection() {
    let agent = OtlpAgent::start([]);
    let (mut settings, _) = Settings::from_lookup(|_| None);
    settings.disabled = true;
    let (provider, guard) = AgentClient::with_settings(settings)
        .endpoint(&agent.server.endpoint())
        .tracing();
    let span = opentelemetry::trace::TracerProvider::tracer(&provider, "test").start("a");
    assert!(!span.is_recording());
    drop(span);
    guard.flush().unwrap();
    assert_eq!(guard.stats(), campanile_agent_client::Stats::default());
}

#[test]
fn without_an_exporter_spans_are_made_and_go_nowhere() {
    let (mut settings, _) = Settings::from_lookup(|_| None);
    settings.traces.export = false;
    let (provider, guard) = AgentClient::with_settings(settings).tracing();
    let span = opentelemetry::trace::TracerProvider::tracer(&provider, "test").start("a");
    assert!(span.span_context().is_sampled());
    drop(span);
    assert_eq!(guard.stats().ended, 0);
}

#[test]
fn mistakes_in_the_program_are_errors() {
    let builder = || AgentClient::with_settings(Settings::default());
    let error = builder()
        .endpoint("http://user:secret@host")
        .build()
        .unwrap_err();
    assert!(matches!(error, InitError::Endpoint { .. }));
    assert!(!error.to_string().contains("secret"));
    assert!(error.to_string().contains("as headers"), "{error}");
    let error = builder().header("a b", "secret").build().unwrap_err();
    assert!(matches!(error, InitError::Header { .. }));
    assert!(!error.to_string().contains("secret"));
}
