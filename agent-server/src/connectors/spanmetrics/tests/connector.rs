//! When metrics are handed over, and what becomes of those that are refused.

use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use serde_json::json;
use tokio::time::sleep;

use super::*;
use crate::component::{Connector, Consumer, Context, Outputs, Refusal, Shared, Tasks};
use crate::connectors::spanmetrics::connector::SpanMetrics;

const CALLS: &str = "traces.span.metrics.calls";

/// A pipeline that answers as it is told, and then always takes.
#[derive(Default)]
struct Pipeline {
    answers: Mutex<Vec<Refusal>>,
    taken: Mutex<Vec<Payload>>,
}

impl Consumer for Pipeline {
    fn consume(&self, payload: Payload) -> BoxFuture<'_, Result<(), Refusal>> {
        let refusal = self.answers.lock().expect("not poisoned").pop();
        if refusal.is_none() {
            self.taken.lock().expect("not poisoned").push(payload);
        }
        Box::pin(std::future::ready(refusal.map_or(Ok(()), Err)))
    }
}

impl Pipeline {
    fn refusing(refusals: &[Refusal]) -> Arc<Self> {
        let pipeline = Self::default();
        pipeline
            .answers
            .lock()
            .expect("not poisoned")
            .extend_from_slice(refusals);
        Arc::new(pipeline)
    }

    /// The calls of each payload.
    fn calls(&self) -> Vec<u64> {
        let taken = self.taken.lock().expect("not poisoned");
        let calls = |payload: &Payload| {
            let points = read(payload.bytes()).into_iter();
            points
                .filter(|point| point.metric == CALLS)
                .map(|point| point.count)
                .sum()
        };
        taken.iter().map(calls).collect()
    }
}

const FULL: Refusal = Refusal::Overloaded {
    retry_after: Duration::from_millis(100),
};

/// A connector that has started, and its surroundings.
fn started(config: Value, pipelines: &[&Arc<Pipeline>]) -> (SpanMetrics, Tasks, Shared) {
    let context = Context {
        id: "spanmetrics".parse().expect("an id"),
        shared: Shared::default(),
    };
    let connector = SpanMetrics::new(&configured(config), &context);
    let (mut outputs, tasks) = (Outputs::default(), Tasks::default());
    for pipeline in pipelines {
        let consumer: Arc<dyn Consumer> = Arc::<Pipeline>::clone(pipeline);
        outputs.push(Signal::Metrics, "metrics".to_owned(), consumer);
    }
    connector.start(outputs, &tasks);
    (connector, tasks, context.shared)
}

fn take(connector: &SpanMetrics, count: usize) {
    let request = Bytes::from(request(&[], &vec![SPAN; count]));
    let payload = Payload::parse(Signal::Traces, request, &Default::default()).expect("spans");
    assert_eq!(connector.route(&payload, &[]), Ok(Vec::new()));
    connector.taken(&payload);
}

async fn ended(connector: SpanMetrics, tasks: &Tasks) {
    drop(connector);
    assert!(tasks.ended_within(Duration::from_secs(60)).await);
}

#[tokio::test(start_paused = true)]
async fn metrics_are_handed_over_at_the_interval_and_at_the_end() {
    let pipeline = Arc::new(Pipeline::default());
    let (connector, tasks, shared) = started(json!({}), &[&pipeline]);
    take(&connector, 2);
    sleep(Duration::from_secs(59)).await;
    assert!(pipeline.calls().is_empty());
    sleep(Duration::from_secs(2)).await;
    assert_eq!(pipeline.calls(), [2]);
    take(&connector, 1);
    ended(connector, &tasks).await;
    assert_eq!(pipeline.calls(), [2, 3]);
    assert_eq!(Arc::strong_count(&pipeline), 1, "the pipeline is let go");
    assert_eq!(
        shared.metrics.values()["campanile_connector_series{connector=\"spanmetrics\"}"],
        1
    );
}

#[tokio::test(start_paused = true)]
async fn deltas_that_one_pipeline_refuses_are_kept_for_it_and_nobody_gets_any_twice() {
    let (small, large) = (Pipeline::refusing(&[FULL, FULL]), Pipeline::refusing(&[]));
    let (connector, tasks, _) = started(delta(), &[&small, &large]);
    take(&connector, 2);
    sleep(Duration::from_secs(61)).await;
    assert_eq!((small.calls(), large.calls()), (vec![], vec![2]));
    take(&connector, 3);
    sleep(Duration::from_secs(60)).await;
    assert_eq!((small.calls(), large.calls()), (vec![], vec![2]));
    sleep(Duration::from_secs(60)).await;
    assert_eq!((small.calls(), large.calls()), (vec![2, 3], vec![2, 3]));
    ended(connector, &tasks).await;
    assert_eq!((small.calls(), large.calls()), (vec![2, 3], vec![2, 3]));
}

#[tokio::test(start_paused = true)]
async fn the_last_metrics_are_offered_for_a_while_and_then_count_as_dropped() {
    let (patient, never) = (Pipeline::refusing(&[FULL; 9]), Pipeline::refusing(&[]));
    never
        .answers
        .lock()
        .expect("not poisoned")
        .extend(vec![FULL; 1_000]);
    let (connector, tasks, shared) = started(delta(), &[&patient, &never]);
    take(&connector, 2);
    ended(connector, &tasks).await;
    assert_eq!((patient.calls(), never.calls()), (vec![2], vec![]));
    let dropped = |reason| {
        let labels = format!("connector=\"spanmetrics\",reason=\"{reason}\"");
        shared.metrics.values()[&format!("campanile_connector_dropped_points{{{labels}}}")]
    };
    assert_eq!((dropped("shutdown"), dropped("rejected")), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn metrics_that_are_rejected_count_as_dropped() {
    let pipeline = Pipeline::refusing(&[Refusal::Rejected("no".to_owned())]);
    let (connector, tasks, shared) = started(json!({}), &[&pipeline]);
    take(&connector, 2);
    sleep(Duration::from_secs(61)).await;
    let values = shared.metrics.values();
    let labels = "connector=\"spanmetrics\",reason=\"rejected\"";
    assert_eq!(
        values[&format!("campanile_connector_dropped_points{{{labels}}}")],
        2
    );
    ended(connector, &tasks).await;
    assert_eq!(pipeline.calls(), [2]);
}
