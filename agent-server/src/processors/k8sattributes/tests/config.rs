//! What a user writes.

use serde_json::json;

use crate::component::Entry;
use crate::processors::k8sattributes::K8sAttributesFactory;

#[test]
fn a_collectors_configuration_is_taken_as_it_is() {
    let config = json!({
        "auth_type": "serviceAccount", "passthrough": false,
        "filter": {"node_from_env_var": "KUBE_NODE_NAME",
                   "labels": [{"key": "a", "value": "b", "op": "not-equals"}],
                   "fields": [{"key": "status.phase", "value": "Running"}]},
        "extract": {
            "metadata": ["k8s.pod.name", "k8s.pod.uid", "k8s.deployment.name"],
            "labels": [{"tag_name": "app.label.component", "key": "app.kubernetes.io/component",
                        "from": "pod"}]
        },
        "pod_association": [
            {"sources": [{"from": "resource_attribute", "name": "k8s.pod.ip"}]},
            {"sources": [{"from": "connection"}]}
        ],
        "exclude": {"pods": [{"name": "jaeger-agent"}]}
    });
    let checked = Entry::of::<K8sAttributesFactory>().configure(&config);
    assert!(checked.is_ok(), "{:?}", checked.map(drop));
}

#[test]
fn everything_that_is_wrong_is_found_at_its_key() {
    let config = json!({
        "endpoint": "nowhere", "watch_sync_period": "0s",
        "filter": {"labels": [{"key": "a", "value": "b,c"}], "fields": [{"value": "b"}]},
        "extract": {"labels": [{}, {"key_regex": "("}], "otel_annotations": true},
        "pod_association": [
            {"sources": []},
            {"sources": [{"from": "resource_attribute", "name": "color"}]}
        ]
    });
    let wrong = Entry::of::<K8sAttributesFactory>().configure(&config);
    let wrong = wrong.map(drop).expect_err("wrong");
    let keys: Vec<_> = wrong.iter().map(|invalid| invalid.key.as_str()).collect();
    let expected = [
        "extract.otel_annotations",
        "endpoint",
        "filter.labels[0]",
        "filter.fields[0]",
        "watch_sync_period",
        "extract.labels[0]",
        "extract.labels[1].key_regex",
        "pod_association[0].sources",
        "pod_association[1].sources[0].name",
    ];
    assert_eq!(keys, expected);
}

#[test]
fn the_token_is_not_shown_to_the_network() {
    for (endpoint, auth_type, is_taken) in [
        ("http://10.0.0.1:8001", "serviceAccount", false),
        ("http://10.0.0.1:8001", "none", true),
        ("https://10.0.0.1", "serviceAccount", true),
        ("http://localhost:8001", "serviceAccount", true),
        ("http://[::1]:8001", "serviceAccount", true),
    ] {
        let config = json!({"endpoint": endpoint, "auth_type": auth_type});
        let checked = Entry::of::<K8sAttributesFactory>().configure(&config);
        assert_eq!(checked.is_ok(), is_taken, "{endpoint} {auth_type}");
    }
}
