//! The connector as an agent runs it: the last metrics come when it is dropped.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::json;

use super::*;
use crate::component::{Connector, Consumer, Context, Outputs, Refusal, Shared, Tasks};
use crate::connectors::servicegraph::connector::ServiceGraph;

#[derive(Default)]
struct Pipeline(Mutex<Vec<Vec<String>>>);

impl Consumer for Pipeline {
    fn consume(&self, payload: Payload) -> BoxFuture<'_, Result<(), Refusal>> {
        self.0
            .lock()
            .expect("not poisoned")
            .push(read(payload.bytes()));
        Box::pin(std::future::ready(Ok(())))
    }
}

#[tokio::test(start_paused = true)]
async fn metrics_come_at_the_interval_and_at_the_end_and_the_graph_is_shown() {
    let context = Context {
        id: "servicegraph".parse().expect("an id"),
        shared: Shared::default(),
    };
    let connector = ServiceGraph::new(&configured(json!({})), &context);
    let (pipeline, tasks) = (Arc::new(Pipeline::default()), Tasks::default());
    let mut outputs = Outputs::default();
    let consumer: Arc<dyn Consumer> = Arc::<Pipeline>::clone(&pipeline);
    outputs.push(Signal::Metrics, "metrics".to_owned(), consumer);
    connector.start(outputs, &tasks);
    let spans = Bytes::from(request(&[CLIENT, SERVER]));
    let spans = Payload::parse(Signal::Traces, spans, &Limits::default()).expect("spans");
    assert_eq!(connector.route(&spans, &[]), Ok(Vec::new()));
    connector.taken(&spans);
    tokio::time::sleep(Duration::from_secs(61)).await;
    connector.taken(&spans);
    drop(connector);
    assert!(tasks.ended_within(Duration::from_secs(60)).await);
    let taken = pipeline.0.lock().expect("not poisoned");
    let totals: Vec<_> = taken.iter().map(|lines| lines[3].as_str()).collect();
    let edge = "total client=shop server=cart connection_type=";
    assert_eq!(totals, [format!("{edge} 1"), format!("{edge} 2")]);
    let values = context.shared.metrics.values();
    let name = "otelcol_connector_servicegraph_total_edges{connector=\"servicegraph\"}";
    assert_eq!(values[name], 2);
}
