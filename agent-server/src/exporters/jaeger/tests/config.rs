use serde_json::json;

use super::super::Jaeger;
use crate::component::Entry;
use crate::exporters::testing::wrong;

#[test]
fn the_defaults_are_those_of_exporters_over_grpc() {
    let entry = Entry::of::<Jaeger>();
    let otlp = Entry::of::<crate::exporters::otlp::Otlp>();
    assert_eq!(entry.defaults(), otlp.defaults());
}

#[test]
fn what_is_wrong_is_found_by_key() {
    assert_eq!(wrong::<Jaeger>(&json!({})), ["endpoint"]);
    let config = json!({
        "endpoint": "jaeger.example:14250",
        "user_agent": "x",
        "headers": { "host": "x" },
    });
    assert_eq!(wrong::<Jaeger>(&config), ["user_agent", "headers.host"]);
}
