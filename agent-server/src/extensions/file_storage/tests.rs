//! The directory, and whether it is there.

use serde_json::json;

use super::FileStorage;
use crate::component::{Context, Entry, Shared};

fn built(config: &serde_json::Value) -> Result<(), String> {
    let context = Context {
        id: "file_storage".parse().expect("an id"),
        shared: Shared::default(),
    };
    let configured = Entry::of::<FileStorage>().configure(config).expect("valid");
    configured
        .build(context)
        .map(drop)
        .map_err(|error| error.to_string())
}

#[test]
fn a_directory_that_is_not_there_is_made_only_where_that_is_asked_for() {
    let there = tempfile::tempdir().expect("a directory");
    assert_eq!(built(&json!({"directory": there.path()})), Ok(()));
    let missing = there.path().join("missing");
    let refused = built(&json!({"directory": missing})).expect_err("it is not there");
    assert!(refused.contains("create_directory"), "{refused}");
    assert_eq!(
        built(&json!({"directory": missing, "create_directory": true})),
        Ok(())
    );
}

#[test]
fn a_mode_that_is_none_is_refused() {
    let config = json!({"directory_permissions": "rwx", "directory": ""});
    let wrong = Entry::of::<FileStorage>()
        .configure(&config)
        .map(drop)
        .expect_err("wrong");
    let keys: Vec<_> = wrong.iter().map(|invalid| invalid.key.as_str()).collect();
    assert_eq!(keys, ["directory", "directory_permissions"]);
}
