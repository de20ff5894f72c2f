//! What the `jaeger` exporter sends.

use serde_json::json;

use super::*;
use crate::component::Exported;
use crate::exporters::EXPORTERS;
use crate::exporters::testing::attempt;
use crate::payload::testing::spans as payload;
use crate::receivers::testing::owners;

#[tokio::test]
async fn what_is_exported_is_received() {
    let running = running().await;
    let address = running.address("jaeger.protocols.grpc.endpoint");
    let mut exporters = EXPORTERS.iter();
    let entry = exporters.find(|entry| entry.kind == "jaeger");
    let config = json!({ "endpoint": format!("http://{address}") });
    let configured = entry
        .expect("it is listed")
        .configure(&config)
        .expect("valid");
    let delivery = configured.build(context("jaeger")).expect("can be built");
    let outcome = attempt(&*delivery.exporter, payload(["a", "b"])).await;
    assert_eq!(outcome, Ok(Exported::default()));
    let of_shop = |name: &str| ("shop".to_owned(), name.to_owned());
    let owners = owners(&running.recorder.taken(), "service.name");
    assert_eq!(owners, [of_shop("a"), of_shop("b")]);
}
