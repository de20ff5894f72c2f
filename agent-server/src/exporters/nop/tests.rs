use serde_json::json;

use super::Nop;
use crate::component::{Context, Entry, Exported, Shared};
use crate::payload::testing::spans;

#[tokio::test]
async fn everything_is_taken() {
    let context = Context {
        id: "nop".parse().expect("an id"),
        shared: Shared::default(),
    };
    let entry = Entry::of::<Nop>();
    let configured = entry.configure(&json!(null)).expect("no keys, no mistakes");
    let delivery = configured.build(context).expect("nothing can fail");
    let answer = delivery.exporter.export(spans(["a"])).await;
    assert_eq!(answer, Ok(Exported::default()));
    assert!(entry.configure(&json!({"endpoint": "x"})).is_err());
}
