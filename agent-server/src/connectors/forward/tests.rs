//! What `forward` hands to whom.

use super::connector::Forward;
use crate::component::Connector;
use crate::payload::testing::spans;

#[test]
fn every_pipeline_gets_the_whole_payload() {
    let pipelines = ["traces/a".to_owned(), "traces/b".to_owned()];
    let routed = Forward.route(&spans(["x"]), &pipelines).expect("routed");
    assert_eq!(routed, [(0, spans(["x"])), (1, spans(["x"]))]);
}
