//! Which labels series have.

use super::support::{attributes, metric, number, request, taken};
use crate::otlp::write;
use crate::prometheus::{Labels, Loss, Naming, Settings};

const RESOURCE: [(&str, &str); 4] = [
    ("service.name", "cart"),
    ("service.namespace", "shop"),
    ("service.instance.id", "i-1"),
    ("host.name", "h"),
];

fn gauge(resource: &[(&str, &str)], pairs: &[(&str, &str)]) -> Vec<u8> {
    request(resource, |out| {
        metric(out, ["up", "", ""], 5, |out| number(out, pairs, 1, 1.0));
    })
}

fn shown(labels: &Labels) -> String {
    let pairs = labels.iter().map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join(" ")
}

fn without_scope() -> Settings {
    Settings {
        without_scope: true,
        ..Settings::default()
    }
}

#[test]
fn the_resource_becomes_job_instance_and_target_info() {
    let taken = taken(&gauge(&RESOURCE, &[]), &Settings::default());
    assert_eq!(taken.names(), ["up", "target_info"]);
    assert_eq!(
        shown(taken.labels("up")),
        "instance=i-1 job=shop/cart otel_scope_name=shop.lib otel_scope_version=1.2"
    );
    assert_eq!(
        shown(taken.labels("target_info")),
        "host_name=h instance=i-1 job=shop/cart"
    );
    assert_eq!(taken.point("target_info").time_unix_nano, 1_000_000_000);
}

#[test]
fn target_info_that_says_nothing_or_of_nobody_is_left_out() {
    let nothing = [("service.name", "cart")];
    let nobody = [("host.name", "h")];
    for resource in [&nothing[..], &nobody[..], &[]] {
        let taken = taken(&gauge(resource, &[]), &Settings::default());
        assert_eq!(taken.names(), ["up"]);
    }
    let settings = Settings {
        without_target_info: true,
        ..Settings::default()
    };
    assert_eq!(taken(&gauge(&RESOURCE, &[]), &settings).names(), ["up"]);
}

#[test]
fn resource_attributes_become_labels_where_that_is_asked_for() {
    let settings = Settings {
        resource_labels: true,
        ..without_scope()
    };
    let request = gauge(&RESOURCE[2..], &[("host.name", "mine")]);
    // The point's own value stays; the resource's is in `target_info`.
    assert_eq!(
        shown(taken(&request, &settings).labels("up")),
        "host_name=mine instance=i-1 service_instance_id=i-1"
    );
}

#[test]
fn attributes_that_collide_are_joined_in_the_order_of_their_keys() {
    let table: [(&[(&str, &str)], &str); 5] = [
        (&[("a.b", "2"), ("a-b", "1"), ("a_b", "3")], "a_b=1;2;3"),
        (&[("x", ""), ("", "y")], ""),
        (&[("job", "mine")], "exported_job=mine job=cart"),
        (
            &[("job", "b"), ("exported_job", "a")],
            "exported_job=a;b job=cart",
        ),
        (&[("region", "mine")], "region=mine"),
    ];
    for (pairs, expected) in table {
        let resource = if expected.contains("job=cart") {
            &RESOURCE[..1]
        } else {
            &[]
        };
        let found = taken(&gauge(resource, pairs), &without_scope());
        assert_eq!(shown(found.labels("up")), expected);
    }
}

#[test]
fn added_labels_stand_back_behind_what_is_there() {
    let settings = Settings {
        added_labels: vec![("region".into(), "eu".into()), ("zone".into(), "a".into())],
        ..without_scope()
    };
    let found = taken(&gauge(&RESOURCE[..1], &[("zone", "b")]), &settings);
    assert_eq!(shown(found.labels("up")), "job=cart region=eu zone=b");
}

#[test]
fn scope_attributes_and_schema_are_labels_too() {
    let mut request = Vec::new();
    write::nested(&mut request, 1, |out| {
        write::nested(out, 2, |out| {
            write::nested(out, 1, |out| {
                write::text(out, 1, "lib");
                attributes(out, 3, &[("build", "7"), ("name", "hidden")]);
            });
            metric(out, ["up", "", ""], 5, |out| number(out, &[], 1, 1.0));
            write::text(out, 3, "https://schema");
        });
    });
    assert_eq!(
        shown(taken(&request, &Settings::default()).labels("up")),
        "otel_scope_build=7 otel_scope_name=lib otel_scope_schema_url=https://schema"
    );
    assert_eq!(shown(taken(&request, &without_scope()).labels("up")), "");
}

#[test]
fn names_stay_as_they_are_where_that_is_asked_for() {
    let settings = Settings {
        naming: Naming::Untranslated,
        ..without_scope()
    };
    let found = taken(&gauge(&RESOURCE[..1], &[("a.b", "1")]), &settings);
    assert_eq!(shown(found.labels("up")), "a.b=1 job=cart");
}

#[test]
fn labels_of_more_than_64_kib_are_refused() {
    let long = "x".repeat(70_000);
    let found = taken(&gauge(&[], &[("a", &long)]), &Settings::default());
    assert_eq!(found.lost, [(Loss::TooLarge, 1)]);
    assert!(found.points.is_empty());
}

#[test]
fn what_cannot_be_said_is_counted() {
    let request = request(&[], |out| {
        metric(out, ["a", "", ""], 7, |out| {
            number(out, &[], 1, 1.0);
            number(out, &[], 2, 2.0);
        });
        metric(out, ["\u{e9}", "", ""], 5, |out| number(out, &[], 1, 1.0));
        metric(out, ["down", "", ""], 7, |out| {
            number(out, &[], 1, -1.0);
            write::varint(out, 2, 2);
            write::varint(out, 3, 1);
        });
    });
    let found = taken(&request, &Settings::default());
    assert_eq!(
        found.lost,
        [
            (Loss::Unspecified, 2),
            (Loss::Nameless, 1),
            (Loss::Invalid, 1)
        ]
    );
}
