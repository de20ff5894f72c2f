//! Policies that let so much pass.

use serde_json::{Value, json};

use super::{Scene, Written, always, child, errors, payload};

/// Traces of so many spans each come at once, at this millisecond; says which are kept.
fn kept(scene: &mut Scene, at: u64, traces: &[(u8, usize)]) -> Vec<u8> {
    for (trace, spans) in traces {
        scene.arrive(
            at,
            payload(&vec![child(*trace, &trace.to_string()); *spans]),
        );
    }
    // Each is decided on by itself, in order.
    let taken = scene.decide(at + 1_000);
    let mut kept: Vec<u8> = taken
        .iter()
        .map(|name| name.parse().expect("a number"))
        .collect();
    kept.dedup();
    kept
}

fn scene(policies: &Value) -> Scene {
    Scene::new(&json!({"decision_wait": "1s", "policies": policies}))
}

#[test]
fn rate_limiting_lets_spans_pass_as_the_bucket_fills() {
    let limit = json!([{
        "name": "limit", "type": "rate_limiting", "rate_limiting": {"spans_per_second": 10},
    }]);
    let mut scene = scene(&limit);
    // Two seconds' worth at first; what does not fit leaves what is there to others.
    assert_eq!(
        kept(&mut scene, 0, &[(1, 15), (2, 6), (3, 5), (4, 1)]),
        [1, 3]
    );
    assert_eq!(kept(&mut scene, 500, &[(5, 6), (6, 5)]), [6]);
    assert_eq!(kept(&mut scene, 60_000, &[(7, 21), (8, 20)]), [8]);
}

#[test]
fn bytes_limiting_counts_the_bytes_of_spans() {
    let bytes = payload(&[child(1, "1")]).size() as u64;
    let policy = |burst: u64| {
        json!([{
            "name": "limit", "type": "bytes_limiting",
            "bytes_limiting": {"bytes_per_second": 1, "burst_capacity": burst},
        }])
    };
    let mut small = scene(&policy(10));
    assert!(kept(&mut small, 0, &[(1, 1)]).is_empty());
    // Spans alone, without resource and scope.
    let mut exact = scene(&policy(bytes));
    assert_eq!(kept(&mut exact, 0, &[(1, 1), (2, 1)]), [1]);
}

fn composite(order: &Value, allocation: &Value) -> Value {
    json!([{
        "name": "composite", "type": "composite",
        "composite": {
            "max_total_spans_per_second": 10, "policy_order": order,
            "composite_sub_policy": [always(), errors()],
            "rate_allocation": allocation,
        },
    }])
}

#[test]
fn composite_asks_in_order_and_keeps_within_parts_and_total() {
    let parts = json!([{"policy": "errors", "percent": 50}]);
    let mut scene = scene(&composite(&json!(["errors", "all"]), &parts));
    let error = |trace: u8, spans: usize| {
        let error = Written {
            status: 2,
            ..child(trace, &trace.to_string())
        };
        payload(&vec![error; spans])
    };
    // Five a second for errors; one more does not fall to the policy behind.
    scene.arrive(0, error(1, 3));
    scene.arrive(0, error(2, 3));
    scene.arrive(0, error(3, 2));
    // What the parts leave is for the one without: five of ten.
    assert_eq!(kept(&mut scene, 0, &[(4, 4), (5, 2), (6, 1)]), [1, 3, 4, 6]);
    assert_eq!(kept(&mut scene, 1_000, &[(7, 11), (8, 10)]), [8]);
}

#[test]
fn a_part_of_no_percent_is_an_equal_one() {
    let parts = json!([{"policy": "all", "percent": 0}]);
    let mut scene = scene(&composite(&json!([]), &parts));
    assert_eq!(kept(&mut scene, 0, &[(1, 6), (2, 5), (3, 1)]), [2]);
}

#[test]
fn the_first_match_ends_the_asking_if_it_is_to() {
    let limit = json!({
        "name": "limit", "type": "rate_limiting",
        "rate_limiting": {"spans_per_second": 1, "burst_capacity": 1},
    });
    for (first, left) in [(true, vec![2]), (false, vec![])] {
        let mut scene = Scene::new(&json!({
            "decision_wait": "1s", "sample_on_first_match": first, "policies": [errors(), limit],
        }));
        let error = Written {
            status: 2,
            ..child(1, "1")
        };
        scene.arrive(0, payload(&[error]));
        assert_eq!(scene.decide(1_000), ["1"]);
        assert_eq!(kept(&mut scene, 1, &[(2, 1)]), left);
    }
}
