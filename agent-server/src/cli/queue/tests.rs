use std::sync::Arc;

use clap::Parser;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::Arguments;
use crate::cli::CliError;
use crate::component::{Context, Shared, Tasks};
use crate::delivery::dead_letters::{Address, DeadLetters, NewLetter};
use crate::delivery::log::{LogSettings, Logs, NewRecord};
use crate::delivery::queues::testing::Noting;
use crate::delivery::queues::{Selection, Subject, dead_letters_of, queue_of};
use crate::extensions::EXTENSIONS;

#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    arguments: Arguments,
}

/// Runs a command line as `main` does: outside of any runtime.
fn run(arguments: &[&str]) -> Result<String, CliError> {
    let line = Line::try_parse_from([&["queue"], arguments].concat()).expect("good usage");
    let mut out = Vec::new();
    super::run(line.arguments, &mut out)?;
    Ok(String::from_utf8(out).expect("text"))
}

/// An agent's pages; they end with the runtime.
fn agent(shared: &Shared) -> (Runtime, String) {
    let runtime = Runtime::new().expect("a runtime");
    let context = Context {
        id: "zpages".parse().expect("an id"),
        shared: shared.clone(),
    };
    let entry = EXTENSIONS.iter().find(|entry| entry.kind == "zpages");
    let config = json!({"endpoint": "127.0.0.1:0"});
    let configured = entry
        .expect("registered")
        .configure(&config)
        .expect("valid");
    let extension = configured.build(context).expect("built");
    runtime
        .block_on(extension.start(Tasks::default()))
        .expect("started");
    let address = shared.addresses.inet("zpages.endpoint").expect("bound");
    (runtime, address.to_string())
}

fn operated() -> (Arc<Noting>, Runtime, String) {
    let shared = Shared::default();
    let noting = Arc::new(Noting::default());
    shared.queues.fill(Arc::clone(&noting) as _);
    let (runtime, endpoint) = agent(&shared);
    (noting, runtime, endpoint)
}

#[test]
fn the_queues_of_a_running_agent_are_listed() {
    let (_noting, _runtime, endpoint) = operated();
    let list = |format| run(&["ls", "--endpoint", &endpoint, "--format", format]);
    let expected = "\
PIPELINE  EXPORTER      LEVEL    PAYLOADS  ITEMS  OLDEST
traces    otlp/backend  written        12    480  2025-11-21T20:00:00.000Z

dead letters: `campanile queue replay` or `drop`
PIPELINE  EXPORTER      REASON     PAYLOADS  ITEMS  OLDEST
traces    otlp/backend  permanent         3      7  -
";
    assert_eq!(list("human").expect("listed"), expected);
    let json: Value = serde_json::from_str(&list("json").expect("listed")).expect("JSON");
    assert_eq!(json["waiting"][0]["items"], 480);
    let lines = list("ndjson").expect("listed");
    let kinds: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["kind"].take())
        .collect();
    assert_eq!(kinds, ["waiting", "dead_letters"]);
}

#[test]
fn replaying_and_dropping_ask_for_what_is_meant() {
    let (noting, _runtime, endpoint) = operated();
    let ask = |arguments: &[&str]| run(&[arguments, &["--endpoint", &endpoint]].concat());
    let done = ask(&["replay"]).expect("replayed");
    assert_eq!(done, "replayed: payloads 3, items 7\n");
    let done = ask(&["drop", "waiting", "--exporter", "otlp/backend"]).expect("dropped");
    assert_eq!(
        done,
        "dropped: payloads 3, items 7; left for want of room: 1, run it again later\n"
    );
    let done = ask(&["drop", "dead-letters", "--all", "--format", "json"]).expect("dropped");
    let json: Value = serde_json::from_str(&done).expect("JSON");
    assert_eq!(json, json!({"payloads": 3, "items": 7, "left": 0}));
    let none = ask(&["replay", "--pipeline", "metrics"]).expect_err("nothing of that");
    assert!(matches!(none, CliError::NotFound(_)), "{none:?}");
    let selection = |subject, pipeline: Option<&str>, exporter: Option<&str>| Selection {
        subject,
        pipeline: pipeline.map(str::to_owned),
        exporter: exporter.map(str::to_owned),
    };
    assert_eq!(
        *noting.asked.lock().expect("nothing panicked"),
        [
            ("replay", selection(Subject::DeadLetters, None, None)),
            (
                "discard",
                selection(Subject::Waiting, None, Some("otlp/backend"))
            ),
            ("discard", selection(Subject::DeadLetters, None, None)),
            (
                "replay",
                selection(Subject::DeadLetters, Some("metrics"), None)
            ),
        ]
    );
}

#[test]
fn nothing_is_dropped_unless_it_is_said_what() {
    for usage in [
        &["drop"][..],
        &["drop", "waiting"],
        &["drop", "dead-letters", "--all", "--exporter", "a"],
        &["drop", "everything", "--all"],
    ] {
        let line = Line::try_parse_from([&["queue"], usage].concat());
        assert!(line.is_err(), "{usage:?}");
    }
}

#[test]
fn an_agent_without_queues_says_so() {
    let (_runtime, endpoint) = agent(&Shared::default());
    let error = run(&["ls", "--endpoint", &endpoint]).expect_err("nobody answers for them");
    assert!(matches!(&error, CliError::NotFound(message) if message.contains("starting")));
}

#[test]
fn the_data_directory_of_a_stopped_agent_is_looked_into() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().to_str().expect("text");
    let list = || run(&["ls", "--data-dir", path]);
    assert_eq!(
        list().expect("empty"),
        "nothing waits, and nothing was refused\n"
    );
    let mut logs = Logs::open(&queue_of(directory.path())).expect("opened");
    let exporters = ["otlp", "zipkin"];
    let opened = logs.log_for("traces/slow", LogSettings::default(), &exporters);
    let (mut log, _) = opened.expect("opened");
    let body = ["payload".into()];
    let record = NewRecord {
        time: 1_763_755_200_000,
        signal: campanile_wire::otlp::Signal::Traces,
        items: 40,
        body: &body,
    };
    let numbers = log.append(&[record, record]).expect("appended");
    assert_eq!(numbers, 0..2);
    let end = log.end();
    log.advance("zipkin", end).expect("advanced");
    let dead = DeadLetters::open(&dead_letters_of(directory.path()), 1 << 20).expect("opened");
    let address = Address {
        pipeline: "traces/slow".to_owned(),
        exporter: "zipkin".to_owned(),
    };
    let letter = NewLetter {
        time: record.time,
        died: record.time,
        signal: record.signal,
        items: 2,
        reason: "permanent",
        detail: "",
        payload: &body,
    };
    dead.keep(&address, &letter).expect("kept");
    let refused = list().expect_err("it is in use");
    let pid = std::process::id().to_string();
    assert!(refused.to_string().contains(&pid), "{refused}");
    drop((log, logs, dead));
    let expected = "\
PIPELINE     EXPORTER  LEVEL  PAYLOADS  ITEMS  OLDEST
traces/slow  otlp      -             2     80  2025-11-21T20:00:00.000Z
traces/slow  zipkin    -             0      0  -

dead letters: `campanile queue replay` or `drop`
PIPELINE     EXPORTER  REASON  PAYLOADS  ITEMS  OLDEST
traces/slow  zipkin    -              1      2  2025-11-21T20:00:00.000Z
";
    assert_eq!(list().expect("looked into"), expected);
    let none = run(&["ls", "--data-dir", "/no/such/directory"]).expect_err("not there");
    assert!(matches!(none, CliError::NotFound(_)));
}
