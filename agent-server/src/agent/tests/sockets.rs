//! Tests of reloads that move listeners.

use std::net::{SocketAddr, TcpListener, TcpStream};

use super::super::Agent;
use super::{SECOND, config};
use crate::payload::testing::spans;
use crate::testing::Stage;

fn free() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

fn listening(receiver: &str, address: SocketAddr) -> String {
    format!("receivers.{receiver}.endpoint={address}")
}

fn bound(agent: &Agent, key: &str) -> Option<SocketAddr> {
    agent.shared().addresses.inet(key)
}

#[tokio::test]
async fn a_changed_receiver_takes_over_its_address() {
    let at = listening("opencensus", free());
    let agent = Agent::start(config("same address", &[&at])).await;
    let mut agent = agent.expect("started");
    let stage = Stage::named("same address");
    stage.forget();
    let before = bound(&agent, "opencensus.endpoint");
    let changed = "receivers.opencensus.protocols={grpc: {max_recv_msg_size_mib: 8}}";
    let new = config("same address", &[&at, changed]);
    let reloaded = agent.reload(new).await.expect("valid");
    assert_eq!(reloaded.to_string(), "restarted receivers.opencensus");
    let expected = ["receiver opencensus stopped", "receiver opencensus started"];
    assert_eq!(stage.events(), expected);
    assert_eq!(bound(&agent, "opencensus.endpoint"), before);
    assert_eq!(stage.arrive("opencensus", spans(["a"])).await, Ok(()));
    agent.shutdown(SECOND).await;
}

#[tokio::test]
async fn a_receiver_that_moves_listens_at_the_new_address_before_it_leaves_the_old() {
    let (old, new) = (free(), free());
    let agent = Agent::start(config("moved", &[&listening("opencensus", old)])).await;
    let mut agent = agent.expect("started");
    let stage = Stage::named("moved");
    stage.forget();
    let moved = config("moved", &[&listening("opencensus", new)]);
    agent.reload(moved).await.expect("valid");
    agent.leaving.ended().await;
    let expected = ["receiver opencensus started", "receiver opencensus stopped"];
    assert_eq!(stage.events(), expected);
    assert_eq!(bound(&agent, "opencensus.endpoint"), Some(new));
    assert!(TcpStream::connect(old).is_err());
    TcpStream::connect(new).expect("it listens");
    agent.shutdown(SECOND).await;
}

#[tokio::test]
async fn two_receivers_exchange_their_addresses() {
    let (one, other) = (free(), free());
    let at = |first, second| {
        let settings = [listening("opencensus", first), listening("otlp", second)];
        config("exchange", &settings.each_ref().map(String::as_str))
    };
    let mut agent = Agent::start(at(one, other)).await.expect("started");
    agent.reload(at(other, one)).await.expect("valid");
    assert_eq!(bound(&agent, "opencensus.endpoint"), Some(other));
    assert_eq!(bound(&agent, "otlp.endpoint"), Some(one));
    agent.shutdown(SECOND).await;
}

#[tokio::test]
async fn a_receiver_that_had_to_make_room_comes_back_when_the_reload_fails() {
    let at = listening("opencensus", free());
    let agent = Agent::start(config("comes back", &[&at])).await;
    let mut agent = agent.expect("started");
    let stage = Stage::named("comes back");
    stage.forget();
    let before = bound(&agent, "opencensus.endpoint");
    // Receivers start by id: `opencensus` has its successor when `otlp` fails.
    let settings = [
        &*at,
        "receivers.opencensus.protocols={grpc: {max_recv_msg_size_mib: 8}}",
        "receivers.otlp.fails=true",
    ];
    let failure = agent.reload(config("comes back", &settings)).await;
    let failure = failure.expect_err("otlp does not start").to_string();
    assert!(failure.contains("it does as it is told"), "{failure}");
    let expected = [
        "receiver opencensus stopped",
        "receiver opencensus started",
        "receiver opencensus stopped",
        "receiver opencensus started",
    ];
    let mut events = stage.events();
    events.retain(|event| event.starts_with("receiver opencensus"));
    assert_eq!(events, expected);
    assert_eq!(bound(&agent, "opencensus.endpoint"), before);
    assert_eq!(stage.arrive("opencensus", spans(["a"])).await, Ok(()));
    assert_eq!(stage.arrive("otlp", spans(["a"])).await, Ok(()));
    let reloaded = agent.reload(config("comes back", &[&at])).await;
    assert!(reloaded.expect("valid").is_empty());
    let drained = agent.shutdown(SECOND).await;
    assert_eq!(drained.dropped(), 0);
}

#[tokio::test]
async fn an_address_of_another_program_is_refused_and_the_old_one_kept() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let foreign = taken.local_addr().expect("an address");
    let old = free();
    let agent = Agent::start(config("foreign", &[&listening("opencensus", old)])).await;
    let mut agent = agent.expect("started");
    let new = config("foreign", &[&listening("opencensus", foreign)]);
    let failure = agent.reload(new).await.expect_err("taken").to_string();
    assert!(failure.contains("Address already in use"), "{failure}");
    assert_eq!(bound(&agent, "opencensus.endpoint"), Some(old));
    TcpStream::connect(old).expect("it listens");
    let stage = Stage::named("foreign");
    let stopped = "receiver opencensus stopped".to_owned();
    assert!(!stage.events().contains(&stopped));
    assert_eq!(stage.arrive("opencensus", spans(["a"])).await, Ok(()));
    agent.shutdown(SECOND).await;
}
