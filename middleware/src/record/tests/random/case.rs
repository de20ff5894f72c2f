//! What may happen to a request.

use http::{Method, Request, Version};
use proptest::prelude::*;

use crate::testing::words::{Step, headers};

/// Where a time limit of a second is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    Inside,
    None,
    Outside,
}

/// What the innermost service does about an attempt.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    Fail,
    /// Panics when it is polled.
    Panic,
    /// Panics before there is a future.
    PanicInCall,
    Respond(u16, Vec<Step>),
    /// Takes longer than anybody waits.
    Stall,
}

/// One course of events.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) method: Method,
    pub(super) is_grpc: bool,
    pub(super) is_sampled: bool,
    /// How many polls the service waits for.
    pub(super) pending: usize,
    /// One for each attempt; the last one for all that follow.
    pub(super) answers: Vec<Answer>,
    pub(super) limit: Limit,
    /// After how many polls, of future and body together, the caller lets go.
    pub(super) patience: usize,
    /// Which hooks panic: at the start, at the response, at the end.
    pub(super) panicking_hooks: [bool; 3],
    /// Whether a panic is caught around each poll, as in runtimes, or further out.
    pub(super) catches_early: bool,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Data("data")),
        2 => Just(Step::Pending),
        1 => Just(Step::Fail),
        1 => Just(Step::Panic),
        1 => prop_oneof![Just("0"), Just("5"), Just("13"), Just("x")]
            .prop_map(|status| Step::Trailers(headers("grpc-status", status))),
    ]
}

fn answer() -> impl Strategy<Value = Answer> {
    const STATUSES: [u16; 6] = [200, 204, 304, 101, 404, 500];
    let status = prop::sample::select(&STATUSES[..]);
    prop_oneof![
        1 => Just(Answer::Fail),
        1 => Just(Answer::Panic),
        1 => Just(Answer::PanicInCall),
        1 => Just(Answer::Stall),
        8 => (status, prop::collection::vec(step(), 0..5))
            .prop_map(|(status, steps)| Answer::Respond(status, steps)),
    ]
}

pub(super) fn case() -> impl Strategy<Value = Case> {
    let method = prop_oneof![
        3 => Just(Method::GET),
        1 => Just(Method::HEAD),
        1 => Just(Method::CONNECT),
    ];
    let limit = prop_oneof![Just(Limit::Inside), Just(Limit::None), Just(Limit::Outside)];
    let answers = prop::collection::vec(answer(), 1..4);
    let what = (method, any::<bool>(), prop::bool::weighted(0.8), 0_usize..3);
    let how = (limit, 0_usize..16, any::<[bool; 3]>(), any::<bool>());
    (what, answers, how).prop_map(|(what, answers, how)| {
        let (method, is_grpc, is_sampled, pending) = what;
        let (limit, patience, panicking_hooks, catches_early) = how;
        Case {
            method,
            is_grpc,
            is_sampled,
            pending,
            answers,
            limit,
            patience,
            panicking_hooks,
            catches_early,
        }
    })
}

impl Case {
    pub(super) fn request(&self) -> Request<()> {
        let (version, content_type) = if self.is_grpc {
            (Version::HTTP_2, "application/grpc")
        } else {
            (Version::HTTP_11, "text/plain")
        };
        let request = Request::builder().method(&self.method).version(version);
        request
            .uri("http://h/a.B/C")
            .header("content-type", content_type)
            .body(())
            .expect("a valid request")
    }

    /// What the attempt of this number is answered with.
    pub(super) fn answer(&self, attempt: usize) -> Answer {
        let last = self.answers.last().expect("there is at least one");
        self.answers.get(attempt).unwrap_or(last).clone()
    }
}
