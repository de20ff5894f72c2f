use std::sync::Arc;

use clap::Parser;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::cli::{CliError, trace, traces};
use crate::component::{Context, Shared, Tasks};
use crate::extensions::EXTENSIONS;
use crate::store::fixture::{payload, span, store};

#[derive(Debug, Parser)]
enum Command {
    Trace(trace::Arguments),
    Traces(traces::Arguments),
}

/// Runs a command line as `main` does: outside of any runtime.
fn run(arguments: &[&str]) -> Result<String, CliError> {
    let program = ["campanile"].iter().chain(arguments);
    let mut out = Vec::new();
    match Command::try_parse_from(program).expect("good usage") {
        Command::Trace(arguments) => trace::run(arguments, &mut out)?,
        Command::Traces(arguments) => traces::run(arguments, &mut out)?,
    }
    Ok(String::from_utf8(out).expect("text"))
}

/// An agent's pages over two traces; they end with the runtime.
fn agent() -> (Runtime, String) {
    let runtime = Runtime::new().expect("a runtime");
    let shared = Shared::default();
    let store = store();
    let spans = [
        span(0xaaaa << 112, 1, "GET /"),
        span(0xaaaa << 112, 2, "query")
            .parent(1)
            .attribute("db.system", "sqlite"),
        span(0xaaab << 112, 1, "POST /").at(5, 50_000_000).failed(),
    ];
    store.insert(&payload("front", &spans)).expect("inserted");
    shared.store.fill(Arc::new(store));
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
    (runtime, format!("{address}"))
}

#[test]
fn traces_are_listed_as_they_are_filtered() {
    let (_agent, endpoint) = agent();
    let list = |more: &[&str]| {
        let arguments = [&["traces", "--endpoint", &endpoint], more].concat();
        run(&arguments).expect("answered")
    };
    let all = list(&[]);
    assert_eq!(all.lines().count(), 3, "{all}");
    let slow = list(&["--min-duration", "20ms", "--errors", "--service", "front"]);
    assert!(slow.contains("POST /") && !slow.contains("GET /"), "{slow}");
    assert!(list(&["--name", "query"]).contains("GET /"));
    assert_eq!(
        list(&["--format", "ndjson", "--limit", "1"])
            .lines()
            .count(),
        1
    );
    let json: Value = serde_json::from_str(&list(&["--format", "json"])).expect("JSON");
    assert_eq!(json["traces"][1]["spans"], 2);
}

#[test]
fn a_trace_is_printed_by_the_beginning_of_its_id() {
    let (_agent, endpoint) = agent();
    let arguments = ["trace", "AAAA", "--attributes", "--endpoint", &endpoint];
    let tree = run(&arguments).expect("found");
    assert!(tree.contains("front  GET /  internal"), "{tree}");
    assert!(tree.contains("db.system = sqlite"), "{tree}");
    let arguments = ["trace", "aaaa", "--format", "json", "--endpoint", &endpoint];
    let json: Value = serde_json::from_str(&run(&arguments).expect("found")).expect("JSON");
    assert_eq!(json["spans"][1]["attributes"]["db.system"], "sqlite");
}

#[test]
fn a_trace_that_is_not_kept_is_not_found() {
    let (_agent, endpoint) = agent();
    let error = run(&["trace", "bbbb", "--endpoint", &endpoint]).expect_err("not kept");
    assert!(
        matches!(&error, CliError::NotFound(message) if message == "bbbb: no such trace is kept")
    );
    let command = Command::try_parse_from(["campanile", "trace", "xyz"]);
    assert!(command.is_err());
}

#[test]
fn where_nothing_listens_no_agent_is_reachable() {
    let runtime = Runtime::new().expect("a runtime");
    let listener = runtime
        .block_on(TcpListener::bind("127.0.0.1:0"))
        .expect("bound");
    let address = listener.local_addr().expect("bound").to_string();
    drop(listener);
    let error = run(&["traces", "--endpoint", &address]).expect_err("nobody is there");
    let CliError::Unreachable(message) = error else {
        panic!("{error:?}");
    };
    assert!(
        message.starts_with(&format!("no agent answers at http://{address}: ")),
        "{message}"
    );
    assert!(message.contains("campanile run"), "{message}");
}

#[test]
fn what_is_no_agent_is_said_to_be_none() {
    let (_agent, endpoint) = agent();
    let query = format!("http://{endpoint}/");
    let agent = query.parse().expect("an address");
    let answer: Result<Value, CliError> = super::get(&agent, "/style.css", &[]);
    let error = answer.expect_err("a style sheet is no JSON");
    assert!(
        error.to_string().contains("is not a Campanile agent's"),
        "{error}"
    );
}
