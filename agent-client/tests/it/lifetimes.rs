//! Who ends before whom, and what a process has to do with it.

use std::any::Any;
use std::process::Command;
use std::time::{Duration, Instant};

use campanile_agent_client::{Builder, Guard, Protocol, Providers};
use opentelemetry::global;
use opentelemetry::metrics::MeterProvider;
use opentelemetry::trace::{Span, Tracer};
use tokio::runtime::Runtime;

use crate::support::{DEADLINE, SignalsAgent, client, end_span, watched};

fn all_signals(endpoint: &str) -> Builder {
    client(Protocol::Otlp, endpoint)
        .metrics(true)
        .logs(true)
        .schedule_delay(Duration::from_secs(3600))
        .metric_interval(Duration::from_secs(3600))
}

fn record(providers: &Providers) {
    end_span(&providers.tracer_provider, "a");
    let meter = providers.meter_provider.meter("test");
    meter.u64_counter("orders").build().add(1, &[]);
}

fn wait_for_all(agent: &SignalsAgent) {
    agent.arrived.wait_for(|arrived| {
        let names = arrived.span_names();
        (names == ["a"] && arrived.sum("orders") == Some(1)).then_some(())
    });
}

fn runtimes() -> [Runtime; 2] {
    [
        tokio::runtime::Builder::new_current_thread(),
        tokio::runtime::Builder::new_multi_thread(),
    ]
    .map(|mut builder| builder.worker_threads(1).enable_all().build().unwrap())
}

#[test]
fn providers_guard_and_runtime_may_end_in_any_order() {
    for order in [
        ["providers", "guard", "runtime"],
        ["providers", "runtime", "guard"],
        ["guard", "providers", "runtime"],
        ["guard", "runtime", "providers"],
        ["runtime", "providers", "guard"],
        ["runtime", "guard", "providers"],
    ] {
        for runtime in runtimes() {
            watched(&order.join(", "), || {
                let agent = SignalsAgent::start();
                let endpoint = agent.server.endpoint();
                let (providers, guard) =
                    runtime.block_on(async { all_signals(&endpoint).build().unwrap() });
                record(&providers);
                let mut providers: Option<Box<dyn Any>> = Some(Box::new(providers));
                let mut guard: Option<Box<dyn Any>> = Some(Box::new(guard));
                let mut runtime: Option<Box<dyn Any>> = Some(Box::new(runtime));
                for part in order {
                    match part {
                        "providers" => drop(providers.take()),
                        "guard" => drop(guard.take()),
                        _ => drop(runtime.take()),
                    }
                }
                wait_for_all(&agent);
            });
        }
    }
}

#[test]
fn everything_may_end_inside_of_a_runtime() {
    for runtime in runtimes() {
        watched("an end inside of a runtime", || {
            let agent = SignalsAgent::start();
            let endpoint = agent.server.endpoint();
            runtime.block_on(async {
                let (providers, guard) = all_signals(&endpoint).build().unwrap();
                record(&providers);
                drop(guard);
                drop(providers);
            });
            wait_for_all(&agent);
        });
    }
}

#[test]
fn two_clients_in_one_process_do_not_know_of_each_other() {
    watched("two clients", || {
        let agents = [SignalsAgent::start(), SignalsAgent::start()];
        let [first, second] = agents.each_ref().map(|agent| {
            let builder = all_signals(&agent.server.endpoint());
            builder.build().unwrap()
        });
        record(&first.0);
        drop(first);
        wait_for_all(&agents[0]);
        agents[1]
            .arrived
            .wait_for(|arrived| arrived.spans().is_empty().then_some(()));
        record(&second.0);
        drop(second);
        wait_for_all(&agents[1]);
        wait_for_all(&agents[0]);
    });
}

/// Says that this process is a child, and what it is to do.
const ROLE: &str = "CAMPANILE_TEST_ROLE";
/// The endpoints of the test's agents.
const AGENTS: &str = "CAMPANILE_TEST_AGENTS";

/// A process of its own in a role, as this test binary with one test, that ends with this code.
fn run_child(role: &str, agents: &[&SignalsAgent], code: i32) {
    let endpoints = agents.iter().map(|agent| agent.server.endpoint());
    let name = format!("{}::a_child_process_does_as_it_is_told", module_path!());
    let (_crate, name) = name.split_once("::").unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", name])
        .env(ROLE, role)
        .env(AGENTS, endpoints.collect::<Vec<_>>().join(" "));
    let output = watched(role, || command.output()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{output:#?}");
}

fn install(endpoint: &str) -> Guard {
    let guard = all_signals(endpoint).init().unwrap();
    global::tracer("test").start("a").end();
    let meter = global::meter("test");
    meter.u64_counter("orders").build().add(1, &[]);
    guard
}

/// No test: it is run by others, in a process of its own.
#[test]
fn a_child_process_does_as_it_is_told() {
    let (Ok(role), Ok(agents)) = (std::env::var(ROLE), std::env::var(AGENTS)) else {
        return;
    };
    let agents: Vec<_> = agents.split(' ').collect();
    watched(&role, || match role.as_str() {
        "a guard is shut down before an exit" => {
            let guard = install(agents[0]);
            guard.shutdown(DEADLINE).unwrap();
            std::process::exit(7);
        }
        "an exit without a word" => {
            let _guard = install(agents[0]);
            std::process::exit(7);
        }
        "a guard is dropped and the global providers are not" => drop(install(agents[0])),
        "a guard is dropped by a panic" => {
            let _guard = install(agents[0]);
            panic!("as it should");
        }
        "init is called twice" => {
            let first = install(agents[0]);
            let second = install(agents[1]);
            assert_eq!((first.stats().ended, second.stats().ended), (1, 1));
            drop(second);
            drop(first);
        }
        _ => panic!("{role}"),
    });
}

#[test]
fn a_process_that_shuts_its_guard_down_may_exit() {
    let agent = SignalsAgent::start();
    run_child("a guard is shut down before an exit", &[&agent], 7);
    wait_for_all(&agent);
}

#[test]
fn a_process_that_exits_without_a_word_is_not_held_up() {
    let agent = SignalsAgent::start();
    let begin = Instant::now();
    run_child("an exit without a word", &[&agent], 7);
    assert!(begin.elapsed() < DEADLINE / 2, "{:?}", begin.elapsed());
}

#[test]
fn global_providers_that_nobody_drops_do_no_harm() {
    let agent = SignalsAgent::start();
    let role = "a guard is dropped and the global providers are not";
    run_child(role, &[&agent], 0);
    wait_for_all(&agent);
}

#[test]
fn a_panic_sends_what_there_is() {
    let agent = SignalsAgent::start();
    run_child("a guard is dropped by a panic", &[&agent], 101);
    wait_for_all(&agent);
}

#[test]
fn the_second_init_replaces_what_the_first_one_installed() {
    let agents = [SignalsAgent::start(), SignalsAgent::start()];
    run_child("init is called twice", &agents.each_ref(), 0);
    agents.iter().for_each(wait_for_all);
}
