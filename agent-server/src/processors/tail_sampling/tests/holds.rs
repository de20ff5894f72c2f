//! The hold between a lane and what follows.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use super::super::TailSampling;
use super::super::held::Answer;
use super::{SECOND, Written, always, child, context, errors, names, payload};
use crate::component::{Consumer, Delivery, Entry, Exported, Processing, Refusal, Tasks};
use crate::payload::Payload;

/// Takes payloads, after it has refused as often as it was told to.
#[derive(Default)]
struct Next {
    taken: Mutex<Vec<(Instant, Vec<String>)>>,
    refusals: Mutex<Vec<Refusal>>,
    looks_inside: bool,
}

impl Next {
    fn refusing(refusals: impl IntoIterator<Item = Refusal>) -> Arc<Self> {
        let mut refusals: Vec<_> = refusals.into_iter().collect();
        refusals.reverse();
        Arc::new(Self {
            refusals: Mutex::new(refusals),
            ..Self::default()
        })
    }

    fn taken(&self) -> Vec<Vec<String>> {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.iter().map(|(_, names)| names.clone()).collect()
    }
}

impl Consumer for Next {
    fn consume(&self, payload: Payload) -> BoxFuture<'_, Result<(), Refusal>> {
        let refusal = self
            .refusals
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let result = match refusal {
            Some(refusal) => Err(refusal),
            None => {
                let taken = (Instant::now(), names(&payload));
                self.taken
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(taken);
                Ok(())
            }
        };
        Box::pin(std::future::ready(result))
    }

    fn looks_inside(&self) -> bool {
        self.looks_inside
    }
}

/// A hold that runs.
struct Running {
    delivery: Delivery,
    tasks: Tasks,
    start: Instant,
}

impl Running {
    async fn new(config: &Value, next: &Arc<Next>) -> Self {
        let configured = Entry::of::<TailSampling>()
            .configure(config)
            .expect("valid");
        let Ok(Processing::Hold(hold)) = configured.build(context("tail_sampling").0) else {
            panic!("not a hold");
        };
        let next: Arc<dyn Consumer> = Arc::<Next>::clone(next);
        let delivery = hold.over(next);
        let tasks = Tasks::default();
        delivery
            .exporter
            .start(tasks.clone())
            .await
            .expect("binds nothing");
        Self {
            delivery,
            tasks,
            start: Instant::now(),
        }
    }

    /// The lane exports a payload; the handle ends with the answer.
    async fn export(&self, payload: Payload) -> JoinHandle<Answer> {
        let exporter = Arc::clone(&self.delivery.exporter);
        let handle = tokio::spawn(async move { exporter.export(payload).await });
        tokio::task::yield_now().await;
        handle
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

async fn answer(handle: JoinHandle<Answer>) -> Answer {
    let answer = timeout(60 * SECOND, handle).await;
    answer.expect("in time").expect("no panic")
}

fn exported(sampled_out: u64) -> Answer {
    Ok(Exported {
        sampled_out,
        ..Exported::default()
    })
}

fn one_second(policies: &Value) -> Value {
    json!({"decision_wait": "1s", "policies": policies})
}

#[tokio::test(start_paused = true)]
async fn payloads_that_share_traces_are_answered_for_when_their_last_span_is() {
    let next = Arc::new(Next::default());
    let hold = Running::new(&one_second(&json!([errors()])), &next).await;
    let error = |trace, name: &str| Written {
        status: 2,
        ..child(trace, name)
    };
    let first = hold.export(payload(&[error(1, "a"), child(2, "b")])).await;
    sleep(SECOND / 2).await;
    let second = hold
        .export(payload(&[child(1, "c"), error(3, "d"), child(2, "e")]))
        .await;
    assert_eq!(answer(first).await, exported(1));
    assert_eq!(hold.elapsed(), SECOND);
    assert!(!second.is_finished());
    assert_eq!(answer(second).await, exported(1));
    assert_eq!(hold.elapsed(), SECOND * 3 / 2);
    assert_eq!(next.taken(), [vec!["a", "c"], vec!["d"]]);
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_for_want_of_room_is_handed_over_again_and_answered_for_then() {
    let retry_after = 3 * SECOND;
    let next = Next::refusing(vec![Refusal::Overloaded { retry_after }; 2]);
    let hold = Running::new(&one_second(&json!([always()])), &next).await;
    let export = hold.export(payload(&[child(1, "a")])).await;
    assert_eq!(answer(export).await, exported(0));
    assert_eq!(hold.elapsed(), 7 * SECOND);
    assert_eq!(next.taken(), [["a"]]);
}

#[tokio::test(start_paused = true)]
async fn decisions_go_on_while_what_follows_has_no_room() {
    let retry_after = 20 * SECOND;
    let next = Next::refusing([Refusal::Overloaded { retry_after }]);
    let hold = Running::new(&one_second(&json!([errors()])), &next).await;
    let error = Written {
        status: 2,
        ..child(1, "a")
    };
    let kept = hold.export(payload(&[error])).await;
    sleep(2 * SECOND).await;
    let dropped = hold.export(payload(&[child(2, "b")])).await;
    assert_eq!(answer(dropped).await, exported(1));
    assert_eq!(hold.elapsed(), 3 * SECOND);
    assert!(!kept.is_finished());
    assert_eq!(answer(kept).await, exported(0));
}

#[tokio::test(start_paused = true)]
async fn what_is_rejected_is_tried_in_halves_and_said_to_be_rejected() {
    let rejected = || Refusal::Rejected("too large".to_owned());
    // The whole, its first half, and of that the first span again.
    let next = Next::refusing([rejected(), rejected(), rejected()]);
    let hold = Running::new(&one_second(&json!([always()])), &next).await;
    let export = hold
        .export(payload(&[child(1, "a"), child(1, "b"), child(1, "c")]))
        .await;
    let answer = answer(export).await.expect("the rest is taken");
    assert_eq!((answer.rejected, answer.message.as_str()), (1, "too large"));
    assert_eq!(next.taken(), [["b"], ["c"]]);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_is_left_to_take_may_be_tried_again() {
    let next = Next::refusing([Refusal::ShuttingDown]);
    let hold = Running::new(&one_second(&json!([always()])), &next).await;
    let export = hold.export(payload(&[child(1, "a")])).await;
    answer(export).await.expect_err("nobody took it");
}

#[tokio::test(start_paused = true)]
async fn what_is_decided_on_soon_after_another_goes_on_together_with_it() {
    let next = Arc::new(Next::default());
    let hold = Running::new(&one_second(&json!([always()])), &next).await;
    let mut exports = Vec::new();
    for trace in 1..=4 {
        exports.push(
            hold.export(payload(&[child(trace, &trace.to_string())]))
                .await,
        );
        sleep(Duration::from_millis(60)).await;
    }
    for export in exports {
        assert_eq!(answer(export).await, exported(0));
    }
    assert_eq!(next.taken(), [vec!["1"], vec!["2", "3", "4"]]);
}

#[tokio::test(start_paused = true)]
async fn when_nothing_more_comes_everything_is_decided_on_at_once() {
    let next = Arc::new(Next::default());
    let hold = Running::new(&json!({"policies": [always()]}), &next).await;
    let waiting = hold.export(payload(&[child(1, "a")])).await;
    hold.delivery.exporter.drain();
    let queued = hold.export(payload(&[child(2, "b")])).await;
    assert_eq!(answer(waiting).await, exported(0));
    assert_eq!(answer(queued).await, exported(0));
    assert_eq!(hold.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn the_task_and_what_follows_are_let_go_of_with_the_exporter() {
    let next = Arc::new(Next::default());
    let Running {
        delivery, tasks, ..
    } = Running::new(&json!({"policies": [always()]}), &next).await;
    drop(delivery);
    assert!(tasks.ended_within(SECOND).await);
    assert_eq!(Arc::strong_count(&next), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stopped_task_leaves_nobody_waiting() {
    let next = Arc::new(Next::default());
    let hold = Running::new(&json!({"policies": [always()]}), &next).await;
    let waiting = hold.export(payload(&[child(1, "a")])).await;
    hold.tasks.stop().await;
    answer(waiting).await.expect_err("it was not decided on");
    let later = hold.export(payload(&[child(1, "a")])).await;
    answer(later).await.expect_err("nobody is there");
}

#[tokio::test(start_paused = true)]
async fn the_lane_in_front_lets_everything_come_and_is_bounded_in_bytes() {
    let config = json!({"policies": [always()], "max_bytes": "16MiB"});
    for looks_inside in [false, true] {
        let next = Arc::new(Next {
            looks_inside,
            ..Next::default()
        });
        let hold = Running::new(&config, &next).await;
        let settings = &hold.delivery.settings;
        assert_eq!(settings.passes, !looks_inside);
        assert!(settings.timeout.is_zero() && !settings.shed);
        assert_eq!(settings.queue.max_bytes.0, (16 + 64) << 20);
        assert_eq!(settings.queue.num_consumers, settings.queue.queue_size);
        assert!(settings.queue.queue_size >= 50_000);
    }
}
