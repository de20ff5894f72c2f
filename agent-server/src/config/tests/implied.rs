//! Pipelines that receive OpenCensus group by node.

use super::environment;
use crate::config::load::checked;
use crate::config::parse::parse;
use crate::config::{Config, Source};
use crate::pipeline::Plan;
use crate::registries::Registries;

/// A configuration of real components with these processors, and these lists in its pipeline.
fn config(declared: &str, receivers: &str, processors: &str) -> Config {
    let text = format!(
        "receivers: {{opencensus: , opencensus/two: , otlp: }}\nprocessors: {{{declared}}}\n\
         exporters: {{debug: }}\nservice: {{pipelines: {{traces: {{receivers: [{receivers}], \
         processors: [{processors}], exporters: [debug]}}}}}}\n"
    );
    let root = parse(&Source::new("f", &text)).expect("YAML");
    let registries = Registries::builtin();
    checked(root, &environment(&[]), &registries).unwrap_or_else(|report| panic!("{report}"))
}

fn processors(config: &Config) -> Vec<String> {
    let pipeline = config.service.pipelines.first().expect("one");
    pipeline
        .processors
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn a_pipeline_of_opencensus_groups_by_node_first_and_says_so() {
    for receivers in ["opencensus", "otlp, opencensus/two"] {
        let config = config("batch: ", receivers, "batch");
        assert_eq!(processors(&config), ["groupbynode", "batch"]);
        let plan = Plan::of(&config.service).to_string();
        assert!(
            plan.contains("pipeline traces -> groupbynode -> batch\n"),
            "{plan}"
        );
        let effective = config.effective();
        let expected = serde_json::json!({"enabled": true, "keys": []});
        assert_eq!(effective["processors"]["groupbynode"], expected);
    }
}

#[test]
fn a_declared_groupbynode_is_the_one_that_is_used() {
    let config = config("groupbynode: {enabled: false}", "opencensus", "");
    assert_eq!(processors(&config), ["groupbynode"]);
    assert_eq!(
        config.effective()["processors"]["groupbynode"]["enabled"],
        false
    );
}

#[test]
fn a_pipeline_that_lists_one_gets_no_other() {
    let declared = "batch: , groupbynode/off: {enabled: false}";
    let config = config(declared, "opencensus", "batch, groupbynode/off");
    assert_eq!(processors(&config), ["batch", "groupbynode/off"]);
    assert_eq!(config.processors.len(), 2);
}

#[test]
fn no_other_pipeline_groups_by_node() {
    assert!(processors(&config("", "otlp", "")).is_empty());
}
