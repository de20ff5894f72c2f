//! The books balance, whatever happens.

use std::time::Duration;

use proptest::prelude::*;

use super::support::{Answer, Bench, pass};
use crate::config::{ByteSize, HumanDuration};
use crate::delivery::{BatchSettings, DeliverySettings, QueueSettings, RetrySettings};
use crate::payload::testing::spans;

/// One step of a schedule.
#[derive(Clone, Debug)]
enum Step {
    Abandon,
    Pass(u64),
    Send(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        1 => Just(Step::Abandon),
        2 => (1_u64..3_000).prop_map(Step::Pass),
        6 => (0_usize..6).prop_map(Step::Send),
    ];
    prop::collection::vec(step, 0..40)
}

fn answers() -> impl Strategy<Value = Vec<Answer>> {
    let answer = prop_oneof![
        Just(Answer::Hang),
        prop::option::of((0_u64..2_000).prop_map(Duration::from_millis)).prop_map(Answer::Later),
        Just(Answer::Never),
        (0_u64..9).prop_map(Answer::Partial),
        (0_u64..900).prop_map(|wait| Answer::Slow(Duration::from_millis(wait))),
        Just(Answer::Taken),
    ];
    prop::collection::vec(answer, 0..30)
}

fn settings() -> impl Strategy<Value = DeliverySettings> {
    (
        any::<bool>(),
        1_usize..4,
        1_usize..8,
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |(enabled, num_consumers, queue_size, shed, expires)| DeliverySettings {
                queue: QueueSettings {
                    enabled,
                    num_consumers,
                    queue_size,
                    max_bytes: ByteSize(600),
                    ..QueueSettings::default()
                },
                retry: RetrySettings {
                    initial_interval: HumanDuration(Duration::from_millis(100)),
                    max_elapsed_time: HumanDuration(Duration::from_secs(u64::from(expires))),
                    ..RetrySettings::default()
                },
                shed,
                passes: true,
                timeout: Duration::from_secs(1),
            },
        )
}

fn batch() -> impl Strategy<Value = Option<BatchSettings>> {
    let batch = (0_u64..400, 0_u64..12, 0_u64..5).prop_map(|(timeout, size, room)| BatchSettings {
        timeout: Duration::from_millis(timeout),
        send_batch_size: size,
        send_batch_max_size: if room == 0 { 0 } else { size + room },
    });
    prop::option::of(batch)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_item_of_any_schedule_is_accounted_for(
        steps in steps(),
        answers in answers(),
        settings in settings(),
        batch in batch(),
        drain: bool,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let mut bench = Bench::new(answers, settings.clone(), batch);
            let (mut taken, mut held) = (0, 0);
            for step in steps {
                match step {
                    Step::Abandon => drop(bench.lane().reserve(&spans(["x"]))),
                    Step::Pass(millis) => pass(Duration::from_millis(millis).as_secs_f64()).await,
                    Step::Send(count) => {
                        let payload = spans(vec!["x"; count]);
                        let permit = bench.lane().reserve(&payload);
                        prop_assert!(permit.is_ok() || !settings.shed);
                        if let Ok(permit) = permit {
                            permit.send(payload);
                            taken += count as u64;
                        }
                    }
                }
                let balance = bench.balance();
                prop_assert!(balance.is_even(), "{balance:?}");
                prop_assert_eq!(balance.received, taken);
                held = held.max(balance.waiting());
            }
            prop_assert!(held <= 5 * settings.queue.queue_size as u64);
            if drain {
                drop(bench.lane.take());
                pass(3_600.0).await;
                prop_assert!(!bench.is_running());
            } else {
                bench.tasks.stop().await;
            }
            let balance = bench.balance();
            prop_assert!(balance.is_even() && balance.waiting() == 0, "{balance:?}");
            let left = r#"queue_size{exporter="otlp",pipeline="traces"} 0"#;
            prop_assert!(bench.metrics.render().contains(left), "room is left behind");
            Ok(())
        })?;
    }
}
