//! When a connection has lasted long enough: a pure decision.

use std::time::Duration;

use tokio::time::Instant;

use super::pulse::Pulse;

/// How long a connection may stay in each of its states.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// In all; then it may finish what it has begun.
    pub(super) age: Option<Duration>,
    /// Finishing what it has begun, once it is too old.
    pub(super) grace: Option<Duration>,
    /// Sending the head of a request. `None` where heads are not seen (HTTP/2: the keep-alive
    /// pings find a peer that stops in the middle of one).
    pub(super) head: Option<Duration>,
    /// Without a request.
    pub(super) idle: Option<Duration>,
    /// Not reading what is sent to it.
    pub(super) stall: Duration,
}

/// Why a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// It was too old and has not finished in time.
    Age,
    /// The head of a request has not arrived in time.
    Head,
    /// The peer does not read.
    Stall,
}

/// What to do with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// End it now.
    Close(Why),
    /// Let it finish what it has begun.
    Drain,
    /// Look again then, if nothing moves before.
    Wait(Option<Instant>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Requests are in flight, since then at the latest.
    Busy,
    /// A request's head has begun to arrive.
    Head(Instant),
    /// Nothing is under way.
    Idle(Instant),
}

/// The watch over one connection.
#[derive(Debug)]
pub(super) struct Watch {
    limits: Limits,
    state: State,
    begun: usize,
    opened: Instant,
    draining: Option<Instant>,
    stalled: Option<Instant>,
}

impl Watch {
    /// A watch over a connection whose first bytes have arrived.
    pub(super) fn new(limits: Limits, now: Instant) -> Self {
        Self {
            limits,
            state: match limits.head {
                Some(_) => State::Head(now),
                None => State::Idle(now),
            },
            begun: 0,
            opened: now,
            draining: None,
            stalled: None,
        }
    }

    /// Notes that the connection finishes what it has begun, and no more.
    pub(super) fn drain(&mut self, now: Instant) {
        self.draining.get_or_insert(now);
    }

    /// Looks at what has moved.
    pub(super) fn look(&mut self, pulse: &Pulse, now: Instant) -> Verdict {
        self.follow(pulse, now);
        let after = |since: Option<Instant>, limit: Option<Duration>| Some(since? + limit?);
        let closing = [
            (after(self.stalled, Some(self.limits.stall)), Why::Stall),
            (after(self.head(), self.limits.head), Why::Head),
            (after(self.draining, self.limits.grace), Why::Age),
        ];
        for (deadline, why) in closing {
            if deadline.is_some_and(|deadline| deadline <= now) {
                return Verdict::Close(why);
            }
        }
        let undrained = self.draining.is_none();
        let draining = [
            after(undrained.then_some(self.opened), self.limits.age),
            after(self.idle().filter(|_| undrained), self.limits.idle),
        ];
        if draining.iter().flatten().any(|deadline| *deadline <= now) {
            self.drain(now);
            return Verdict::Drain;
        }
        // Requests may end without waking this task: then it finds out here.
        let again = after((self.state == State::Busy).then_some(now), self.limits.idle);
        let deadlines = closing.into_iter().map(|(deadline, _)| deadline);
        Verdict::Wait(deadlines.chain(draining).chain([again]).flatten().min())
    }

    fn follow(&mut self, pulse: &Pulse, now: Instant) {
        self.stalled = match self.stalled {
            _ if !pulse.is_stalled() => None,
            None => Some(now),
            since => since,
        };
        let begun = pulse.begun();
        let ended = begun != self.begun || self.state == State::Busy;
        self.begun = begun;
        if pulse.is_busy() {
            self.state = State::Busy;
        } else if ended {
            // What was read up to here belonged to the requests.
            pulse.take_read();
            self.state = State::Idle(now);
        } else if self.limits.head.is_some() && pulse.take_read() && self.idle().is_some() {
            self.state = State::Head(now);
        }
    }

    fn head(&self) -> Option<Instant> {
        match self.state {
            State::Head(since) => Some(since),
            State::Busy | State::Idle(_) => None,
        }
    }

    fn idle(&self) -> Option<Instant> {
        match self.state {
            State::Idle(since) => Some(since),
            State::Busy | State::Head(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn limits() -> Limits {
        Limits {
            age: Some(100 * SECOND),
            grace: Some(10 * SECOND),
            head: Some(5 * SECOND),
            idle: Some(60 * SECOND),
            stall: 30 * SECOND,
        }
    }

    /// A watch, the pulse it looks at, and a clock that counts seconds.
    struct Scene {
        watch: Watch,
        pulse: Arc<Pulse>,
        start: Instant,
    }

    impl Scene {
        fn new(limits: Limits) -> Self {
            let start = Instant::now();
            Self {
                watch: Watch::new(limits, start),
                pulse: Arc::default(),
                start,
            }
        }

        fn at(&mut self, second: u32) -> Verdict {
            let now = self.start + second * SECOND;
            self.watch.look(&self.pulse, now)
        }

        fn wait(&self, second: u32) -> Verdict {
            Verdict::Wait(Some(self.start + second * SECOND))
        }
    }

    #[test]
    fn a_head_has_five_seconds_and_an_idle_connection_a_minute() {
        let mut scene = Scene::new(limits());
        assert_eq!(scene.at(0), scene.wait(5));
        drop(scene.pulse.begin());
        assert_eq!(scene.at(1), scene.wait(61));
        assert_eq!(scene.at(60), scene.wait(61));
        scene.pulse.note_read();
        assert_eq!(scene.at(60), scene.wait(65));
        scene.pulse.note_read();
        assert_eq!(
            scene.at(64),
            scene.wait(65),
            "each byte does not begin anew"
        );
        assert_eq!(scene.at(65), Verdict::Close(Why::Head));
        let mut scene = Scene::new(limits());
        drop(scene.pulse.begin());
        assert_eq!(scene.at(0), scene.wait(60));
        assert_eq!(scene.at(60), Verdict::Drain);
    }

    #[test]
    fn a_request_in_flight_is_neither_idle_nor_a_slow_head() {
        let mut scene = Scene::new(limits());
        let request = scene.pulse.begin();
        scene.pulse.note_read();
        assert_eq!(scene.at(10), scene.wait(70), "only to look again");
        drop(request);
        assert_eq!(scene.at(70), scene.wait(100), "the age comes first");
    }

    #[test]
    fn an_old_connection_is_drained_and_closed_after_the_grace() {
        let mut scene = Scene::new(limits());
        let _request = scene.pulse.begin();
        assert_eq!(scene.at(100), Verdict::Drain);
        assert_eq!(scene.at(100), scene.wait(110));
        assert_eq!(scene.at(110), Verdict::Close(Why::Age));
    }

    #[test]
    fn a_peer_that_does_not_read_is_cut_and_one_that_does_is_not() {
        let mut scene = Scene::new(Limits {
            idle: None,
            age: None,
            ..limits()
        });
        let _request = scene.pulse.begin();
        scene.pulse.note_write(false);
        assert_eq!(scene.at(1), scene.wait(31));
        scene.pulse.note_write(true);
        assert_eq!(scene.at(30), Verdict::Wait(None));
        scene.pulse.note_write(false);
        assert_eq!(scene.at(32), scene.wait(62));
        assert_eq!(scene.at(62), Verdict::Close(Why::Stall));
    }

    #[test]
    fn what_is_read_on_http_2_is_no_head() {
        let mut scene = Scene::new(Limits {
            head: None,
            ..limits()
        });
        scene.pulse.note_read();
        assert_eq!(scene.at(0), scene.wait(60));
        scene.pulse.note_read();
        assert_eq!(scene.at(59), scene.wait(60));
        assert_eq!(scene.at(60), Verdict::Drain);
    }
}
