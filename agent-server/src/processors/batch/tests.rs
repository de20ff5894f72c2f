use std::time::Duration;

use serde_json::json;

use super::Batch;
use super::config::Config;
use crate::component::{Context, Entry, Factory as _, Invalid, Processing, Shared, Validate as _};
use crate::delivery::BatchSettings;

fn configured(value: &serde_json::Value) -> Result<Processing, Vec<Invalid>> {
    let context = Context {
        id: "batch".parse().expect("an id"),
        shared: Shared::default(),
    };
    let configured = Entry::of::<Batch>().configure(value)?;
    Ok(configured.build(context).expect("nothing can fail"))
}

#[test]
fn the_defaults_are_the_collectors() {
    let Ok(Processing::Batch(settings)) = configured(&json!(null)) else {
        panic!("not an instruction to the batchers");
    };
    let expected = BatchSettings {
        timeout: Duration::from_millis(200),
        send_batch_size: 8_192,
        send_batch_max_size: 0,
    };
    assert_eq!(settings, expected);
    assert_eq!(Batch::TYPE, "batch");
}

#[test]
fn every_key_reaches_the_batchers() {
    let written = json!({"timeout": "1s", "send_batch_size": 10, "send_batch_max_size": 20});
    let Ok(Processing::Batch(settings)) = configured(&written) else {
        panic!("not an instruction to the batchers");
    };
    let expected = BatchSettings {
        timeout: Duration::from_secs(1),
        send_batch_size: 10,
        send_batch_max_size: 20,
    };
    assert_eq!(settings, expected);
}

#[test]
fn what_cannot_be_done_is_refused_by_its_key() {
    let keys = |value| match configured(&value) {
        Ok(_) => Vec::new(),
        Err(wrong) => wrong.into_iter().map(|invalid| invalid.key).collect(),
    };
    assert_eq!(
        keys(json!({"metadata_keys": ["tenant"]})),
        ["metadata_keys"]
    );
    let crossed = json!({"send_batch_size": 10, "send_batch_max_size": 5});
    assert_eq!(keys(crossed), ["send_batch_max_size"]);
    assert_eq!(keys(json!({"sizer": "bytes"})).len(), 1);
    assert!(Config::default().validate().is_empty());
}
