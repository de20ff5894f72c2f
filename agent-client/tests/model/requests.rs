//! What callers are told, and that they are told.

use std::sync::{Arc, Mutex};

use shuttle::thread::{self, JoinHandle};

use crate::check;
use crate::client::{Agent, BOUNDS, Client, Delay, NEVER};
use crate::shutdown::Ending;

fn spawn<T: Send + 'static>(
    client: &Arc<Client>,
    run: impl FnOnce(&Client) -> T + Send + 'static,
) -> JoinHandle<T> {
    let client = Arc::clone(client);
    thread::spawn(move || run(&client))
}

fn client(agent: Agent) -> Arc<Client> {
    Client::new(BOUNDS, 2, agent, Delay::Lasts)
}

fn end(client: &Client, worker: JoinHandle<()>) {
    assert_eq!(client.shut_down(), Ending::Stopped);
    worker.join().unwrap();
    client.audit();
}

/// Pushes two items and flushes, while others do so too: afterwards the agent has whatever was
/// pushed before. The books are the system's: to a model, what is done to them is no step.
fn push_and_flush(client: &Client, books: &Mutex<Vec<u8>>, first: u8) -> Ending {
    for number in [first, first + 1] {
        client.push(number).unwrap();
        books.lock().unwrap().push(number);
    }
    let before = books.lock().unwrap().clone();
    let ending = client.requests.flush(NEVER);
    if ending == Ending::Done {
        let sent = client.sent();
        let missing = before.iter().find(|number| !sent.contains(number));
        assert_eq!(missing, None, "it was pushed before the flush");
    }
    ending
}

fn flush_by_two(agent: Agent) -> [Ending; 2] {
    let client = client(agent);
    let worker = spawn(&client, Client::work);
    let books = Arc::new(Mutex::new(Vec::new()));
    let flush = |first| {
        let books = Arc::clone(&books);
        spawn(&client, move |client| push_and_flush(client, &books, first))
    };
    let flushers = [0, 10].map(flush);
    for number in 20..22 {
        client.push(number).unwrap();
        books.lock().unwrap().push(number);
    }
    let endings = flushers.map(|flusher| flusher.join().unwrap());
    end(&client, worker);
    endings
}

#[test]
fn a_flush_is_done_when_everything_before_it_is_sent() {
    check(|| assert_eq!(flush_by_two(Agent::Answers), [Ending::Done; 2]));
}

#[test]
fn a_flush_of_an_agent_that_comes_and_goes_ends() {
    check(|| {
        let endings = flush_by_two(Agent::WavesAbout);
        let is_known = |ending| matches!(ending, Ending::Done | Ending::Unreachable);
        assert!(endings.into_iter().all(is_known), "{endings:?}");
    });
}

#[test]
fn a_flush_that_succeeded_is_done_though_a_later_one_fails() {
    check(|| {
        let client = client(Agent::Leaves);
        let first = spawn(&client, |client| client.requests.flush(NEVER));
        let second = spawn(&client, |client| {
            client.wait_for_attempt();
            client.requests.flush(NEVER)
        });
        // With nothing to send, the first attempt is the one that the first flush asks for.
        let worker = spawn(&client, Client::work);
        assert_eq!(first.join().unwrap(), Ending::Done);
        assert_eq!(second.join().unwrap(), Ending::Unreachable);
        end(&client, worker);
    });
}

#[test]
fn a_flush_ends_whenever_the_worker_is_stopped() {
    for agent in [Agent::Answers, Agent::Hangs] {
        check(move || {
            let client = client(agent);
            let worker = spawn(&client, Client::work);
            let flush = |first: u8| {
                spawn(&client, move |client| {
                    let pushed = client.push(first);
                    let ending = client.requests.flush(NEVER);
                    if ending == Ending::Done {
                        assert!(pushed.is_err() || client.sent().contains(&first));
                    }
                    ending
                })
            };
            let flushers = [0, 1].map(flush);
            let ending = client.shut_down();
            assert_eq!(ending, Ending::Stopped);
            let endings = flushers.map(|flusher| flusher.join().unwrap());
            let is_known = |ending| matches!(ending, Ending::Done | Ending::Stopped);
            assert!(endings.into_iter().all(is_known), "{endings:?}");
            worker.join().unwrap();
            client.audit();
        });
    }
}

#[test]
fn a_stop_is_always_seen_whoever_asks_and_whatever_the_worker_does() {
    for agent in [Agent::Answers, Agent::Hangs, Agent::WavesAbout] {
        check(move || {
            let client = client(agent);
            let worker = spawn(&client, Client::work);
            let pusher = spawn(&client, |client| {
                (0..3).filter(|&number| client.push(number).is_ok()).count()
            });
            let callers = [(); 2].map(|()| spawn(&client, Client::shut_down));
            for caller in callers {
                assert_eq!(caller.join().unwrap(), Ending::Stopped);
            }
            worker.join().unwrap();
            pusher.join().unwrap();
            client.audit();
        });
    }
}
