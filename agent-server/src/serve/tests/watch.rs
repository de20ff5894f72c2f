//! The watch over one connection, by a clock of its own.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::serve::pulse::Pulse;
use crate::serve::watch::{Limits, Verdict, Watch, Why};

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
fn a_connection_that_has_nothing_left_to_do_ends_soon() {
    let mut scene = Scene::new(Limits {
        head: None,
        ..limits()
    });
    let request = scene.pulse.begin();
    assert_eq!(scene.at(1), scene.wait(61));
    scene.watch.drain(scene.start + SECOND);
    assert_eq!(scene.at(5), scene.wait(11));
    drop(request);
    assert_eq!(scene.at(6), scene.wait(8));
    assert_eq!(scene.at(8), Verdict::Close(Why::Drained));
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
