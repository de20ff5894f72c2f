//! What every component keeps to, run through its life in an agent: it says what its default lacks,
//! starts, takes what it is given, stops, and leaves nothing behind.

use std::collections::{BTreeMap, BTreeSet};
use std::future::ready;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use campanile_wire::otlp::{Signal, write};
use futures_util::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::agent::{Agent, Drained};
use crate::component::{
    Address, ComponentId, Consumer, Context, Entry, Intakes, Refusal, Shared, StartError, Tasks,
};
use crate::config::{Config, Environment, Inputs};
use crate::payload::Payload;
use crate::registries::Registries;

/// The smallest configuration of each component that works here: `FOLDER` is a directory of its
/// own, and nobody listens at port 1. Second: the signal that shows it.
const ROWS: &[(&str, &str, &str)] = &[
    ("connectors/forward", "traces", ""),
    (
        "connectors/routing",
        "traces",
        "{default_pipelines: [traces/behind]}",
    ),
    ("connectors/servicegraph", "traces", ""),
    ("connectors/spanmetrics", "traces", ""),
    ("exporters/debug", "traces", "{verbosity: basic}"),
    ("exporters/file", "traces", "{path: FOLDER/out.json}"),
    (
        "exporters/jaeger",
        "traces",
        "{endpoint: '127.0.0.1:1', tls: {insecure: true}}",
    ),
    ("exporters/nop", "traces", ""),
    (
        "exporters/opencensus",
        "traces",
        "{endpoint: '127.0.0.1:1', tls: {insecure: true}}",
    ),
    (
        "exporters/otlp",
        "traces",
        "{endpoint: '127.0.0.1:1', tls: {insecure: true}}",
    ),
    (
        "exporters/otlphttp",
        "traces",
        "{endpoint: 'http://127.0.0.1:1'}",
    ),
    (
        "exporters/prometheus",
        "metrics",
        "{endpoint: '127.0.0.1:0'}",
    ),
    (
        "exporters/prometheusremotewrite",
        "metrics",
        "{endpoint: 'http://127.0.0.1:1/write'}",
    ),
    ("exporters/store", "traces", "{directory: FOLDER/store}"),
    (
        "exporters/zipkin",
        "traces",
        "{endpoint: 'http://127.0.0.1:1/api/v2/spans'}",
    ),
    (
        "extensions/basicauth",
        "traces",
        "{htpasswd: {inline: 'a:b'}}",
    ),
    ("extensions/bearertokenauth", "traces", "{token: t}"),
    (
        "extensions/file_storage",
        "traces",
        "{directory: FOLDER/kept, create_directory: true}",
    ),
    (
        "extensions/health_check",
        "traces",
        "{endpoint: '127.0.0.1:0'}",
    ),
    ("extensions/zpages", "traces", "{endpoint: '127.0.0.1:0'}"),
    (
        "processors/attributes",
        "traces",
        "{actions: [{key: a, action: insert, value: b}]}",
    ),
    ("processors/batch", "traces", ""),
    (
        "processors/filter",
        "traces",
        "{traces: {span: ['name == \"x\"']}}",
    ),
    ("processors/groupbynode", "traces", ""),
    (
        "processors/k8sattributes",
        "traces",
        "{endpoint: 'http://127.0.0.1:1', auth_type: none}",
    ),
    (
        "processors/memory_limiter",
        "traces",
        "{check_interval: 1s, limit_mib: 4000}",
    ),
    (
        "processors/probabilistic_sampler",
        "traces",
        "{sampling_percentage: 50}",
    ),
    ("processors/redaction", "traces", "{allow_all_keys: true}"),
    (
        "processors/resource",
        "traces",
        "{attributes: [{key: a, action: insert, value: b}]}",
    ),
    (
        "processors/resourcedetection",
        "traces",
        "{detectors: [env]}",
    ),
    (
        "processors/tail_sampling",
        "traces",
        "{policies: [{name: all, type: always_sample}]}",
    ),
    (
        "processors/transform",
        "traces",
        "{trace_statements: ['set(span.name, \"y\")']}",
    ),
    ("receivers/hostmetrics", "metrics", "{scrapers: {load: {}}}"),
    (
        "receivers/jaeger",
        "traces",
        "{protocols: {thrift_http: {endpoint: '127.0.0.1:0'}}}",
    ),
    (
        "receivers/opencensus",
        "traces",
        "{endpoint: '127.0.0.1:0'}",
    ),
    (
        "receivers/otlp",
        "traces",
        "{protocols: {http: {endpoint: '127.0.0.1:0'}}}",
    ),
    (
        "receivers/prometheus",
        "metrics",
        "{config: {scrape_configs: [{job_name: a, static_configs: [{targets: ['127.0.0.1:1']}]}]}}",
    ),
    ("receivers/zipkin", "traces", "{endpoint: '127.0.0.1:0'}"),
];

/// A whole configuration around one component.
fn around(section: &str, kind: &str, signal: &str, written: &str) -> String {
    let mut parts = BTreeMap::from([
        (
            "receivers",
            "otlp/in: {protocols: {http: {endpoint: '127.0.0.1:0'}}}".to_owned(),
        ),
        ("exporters", "nop/out: ".to_owned()),
    ]);
    let mut pipeline = BTreeMap::from([("receivers", "otlp/in"), ("exporters", "nop/out")]);
    let mut more = String::new();
    let mut extensions = "";
    let own = parts.entry(section).or_default();
    *own = format!("{kind}: {written}, {own}");
    match section {
        "extensions" => extensions = kind,
        "connectors" => {
            let behind = match kind {
                "servicegraph" | "spanmetrics" => "metrics",
                _ => signal,
            };
            more = format!("{behind}/behind: {{receivers: [{kind}], exporters: [nop/out]}}, ");
            pipeline.insert("exporters", kind);
        }
        section => drop(pipeline.insert(section, kind)),
    }
    let parts = parts
        .iter()
        .map(|(section, own)| format!("{section}: {{{}}}\n", own.trim_end_matches(", ")));
    let pipeline = pipeline.iter().map(|(role, id)| format!("{role}: [{id}]"));
    let pipeline = pipeline.collect::<Vec<_>>().join(", ");
    format!(
        "{}service: {{extensions: [{extensions}], telemetry: {{metrics: {{level: none}}}}, \
         pipelines: {{{more}{signal}: {{{pipeline}}}}}}}\n",
        parts.collect::<String>()
    )
}

fn load(text: &str) -> Config {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), text).expect("written");
    let inputs = Inputs {
        files: vec![file.path().to_owned()],
        ..Inputs::default()
    };
    let config = inputs.load(&Environment::default(), &Registries::builtin());
    config.unwrap_or_else(|report| panic!("{report}{text}"))
}

async fn start(text: &str) -> Agent {
    let started = Agent::start(load(text)).await;
    started.unwrap_or_else(|failure| panic!("{failure}\n{text}"))
}

/// Sends a span to the agent, where it takes spans.
async fn send(agent: &Agent) {
    let listener = agent.addresses().remove("otlp/in.protocols.http.endpoint");
    let Some(address) = listener.as_ref().and_then(Address::inet) else {
        return;
    };
    let mut request = Vec::new();
    write::nested(&mut request, 1, |resource_spans| {
        write::nested(resource_spans, 2, |scope_spans| {
            write::nested(scope_spans, 2, |span| {
                write::bytes(span, 1, &[0xa1; 16]);
                write::bytes(span, 2, &[0xb2; 8]);
            });
        });
    });
    let answer = reqwest::Client::new()
        .post(format!("http://{address}/v1/traces"))
        .header("content-type", "application/x-protobuf")
        .body(Bytes::from(request))
        .send()
        .await
        .expect("it answers");
    let status = answer.status();
    // A pipeline of metrics takes no spans.
    assert!(status.is_success() || status == 404, "{status}");
}

/// One life: start, take something, stop at once.
async fn live(text: &str) -> (BTreeMap<String, Address>, Drained) {
    let agent = start(text).await;
    send(&agent).await;
    let addresses = agent.addresses();
    (addresses, agent.shutdown(Duration::from_millis(400)).await)
}

fn running() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

/// Waits until no more tasks run than `before`.
async fn alone(before: usize) -> bool {
    let ended = async {
        while running() > before {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(5), ended).await.is_ok()
}

fn listens(address: &Address) -> bool {
    address.inet().is_some_and(|address| {
        std::net::TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok()
    })
}

fn left_behind(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    names
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_component_starts_stops_and_leaves_nothing_behind() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let before = running();
    for (name, signal, written) in ROWS {
        let (section, kind) = name.split_once('/').expect("a section and a type");
        let folder = tempfile::tempdir().expect("a folder");
        let written = written.replace("FOLDER", &folder.path().display().to_string());
        let text = around(section, kind, signal, &written);
        // Twice: what is left of the first life would be in the way of the second.
        for _ in 0..2 {
            let (addresses, drained) = live(&text).await;
            assert!(drained.receivers_in_time, "{name}");
            for (lane, balance) in &drained.lanes {
                assert!(balance.is_even(), "{name}: {lane:?} {balance:?}");
            }
            if section == "exporters" && *signal == "traces" {
                let received: u64 = drained.lanes.iter().map(|(_, books)| books.received).sum();
                assert_eq!(received, 1, "{name}");
            }
            for (key, address) in addresses {
                assert!(!listens(&address), "{name}: {key} still listens");
            }
            assert!(alone(before).await, "{name}: {} tasks", running() - before);
        }
        let may_write = written.contains(&folder.path().display().to_string());
        assert_eq!(left_behind(folder.path()).is_empty(), !may_write, "{name}");
    }
}

/// Every extension and every receiver, in one configuration.
fn together(folder: &Path) -> Config {
    let mut sections = BTreeMap::<_, String>::new();
    let mut ids = BTreeMap::<_, Vec<&str>>::new();
    for (name, signal, written) in ROWS {
        let (section, kind) = name.split_once('/').expect("a section and a type");
        let role = match section {
            "extensions" => section,
            "receivers" => signal,
            _ => continue,
        };
        let written = written.replace("FOLDER", &folder.display().to_string());
        *sections.entry(section).or_default() += &format!("{kind}: {written}, ");
        ids.entry(role).or_default().push(kind);
    }
    let list = |role| ids.get(role).map(|ids| ids.join(", ")).unwrap_or_default();
    load(&format!(
        "extensions: {{{}}}\nreceivers: {{{}}}\nexporters: {{nop: }}\nservice: {{\
         extensions: [{}], pipelines: {{traces: {{receivers: [{}], exporters: [nop]}}, \
         metrics: {{receivers: [{}], exporters: [nop]}}}}}}\n",
        sections["extensions"].trim_end_matches(", "),
        sections["receivers"].trim_end_matches(", "),
        list("extensions"),
        list("traces"),
        list("metrics"),
    ))
}

/// Takes everything.
struct Open;

impl Consumer for Open {
    fn consume(&self, _: Payload) -> BoxFuture<'_, Result<(), Refusal>> {
        Box::pin(ready(Ok(())))
    }
}

type Starting = BoxFuture<'static, Result<(), StartError>>;

/// Starts of every extension, then of every receiver.
fn starts(config: &Config, shared: &Shared) -> Vec<(ComponentId, Tasks, Starting)> {
    let mut intakes = Intakes::default();
    for signal in Signal::ALL {
        intakes.set(signal, Arc::new(Open));
    }
    let of = |id: &ComponentId| Context {
        id: id.clone(),
        shared: shared.clone(),
    };
    let mut all = Vec::new();
    for (id, extension) in &config.extensions {
        let tasks = Tasks::default();
        let built = extension.configure().expect("valid").build(of(id));
        let start = built.expect("built").start(tasks.clone());
        all.push((id.clone(), tasks, start));
    }
    for (id, receiver) in &config.receivers {
        let tasks = Tasks::default();
        let built = receiver.configure().expect("valid").build(of(id));
        let start = built.expect("built").start(intakes.clone(), tasks.clone());
        all.push((id.clone(), tasks, start));
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn extensions_and_receivers_start_and_stop_in_any_order() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let folder = tempfile::tempdir().expect("a folder");
    let before = running();
    for (starts_backwards, stops_backwards) in
        [(false, false), (false, true), (true, false), (true, true)]
    {
        let shared = Shared::default();
        let mut parts = starts(&together(folder.path()), &shared);
        if starts_backwards {
            parts.reverse();
        }
        let mut started = Vec::new();
        for (id, tasks, start) in parts {
            start.await.unwrap_or_else(|error| panic!("{id}: {error}"));
            started.push((id, tasks));
        }
        let addresses = shared.addresses.all();
        for (key, address) in &addresses {
            assert!(listens(address), "{key} does not listen");
        }
        if stops_backwards {
            started.reverse();
        }
        for (id, tasks) in started {
            assert!(tasks.stop_within(Duration::from_secs(5)).await, "{id}");
        }
        for (key, address) in &addresses {
            assert!(!listens(address), "{key} still listens");
        }
        assert!(alone(before).await, "{} tasks", running() - before);
    }
}

fn kinds<C>(section: &str, entries: &[Entry<C>]) -> Vec<String> {
    entries
        .iter()
        .map(|entry| format!("{section}/{}", entry.kind))
        .collect()
}

#[test]
fn every_component_has_a_row() {
    let registries = Registries::builtin();
    let mut all = kinds("connectors", registries.connectors);
    all.extend(kinds("exporters", registries.exporters));
    all.extend(kinds("extensions", registries.extensions));
    all.extend(kinds("processors", registries.processors));
    all.extend(kinds("receivers", registries.receivers));
    let rows: BTreeSet<_> = ROWS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(rows, all.into_iter().collect());
}

/// What the defaults of every entry lack, as `section/type: keys`.
fn lacking<C>(section: &str, entries: &[Entry<C>], found: &mut Vec<String>) {
    for entry in entries {
        let Err(wrong) = entry.configure(&serde_json::Value::Null).map(drop) else {
            continue;
        };
        let keys: Vec<_> = wrong.into_iter().map(|invalid| invalid.key).collect();
        found.push(format!("{section}/{}: {}", entry.kind, keys.join(", ")));
    }
}

#[test]
fn a_default_is_valid_or_says_what_it_lacks() {
    let registries = Registries::builtin();
    let mut found = Vec::new();
    lacking("connectors", registries.connectors, &mut found);
    lacking("exporters", registries.exporters, &mut found);
    lacking("extensions", registries.extensions, &mut found);
    lacking("processors", registries.processors, &mut found);
    lacking("receivers", registries.receivers, &mut found);
    let expected = [
        "exporters/file: path",
        "exporters/jaeger: endpoint",
        "exporters/opencensus: endpoint",
        "exporters/otlp: endpoint",
        "exporters/otlphttp: endpoint",
        "exporters/prometheus: endpoint",
        "exporters/prometheusremotewrite: endpoint",
        "exporters/zipkin: endpoint",
        "extensions/basicauth: htpasswd",
        "extensions/bearertokenauth: token",
        "processors/attributes: actions",
        "processors/memory_limiter: check_interval, limit_mib",
        "processors/resource: attributes",
        "processors/tail_sampling: policies",
        "receivers/hostmetrics: scrapers",
        "receivers/prometheus: config.scrape_configs",
    ];
    assert_eq!(found, expected);
}
