//! Variables of the SDK as a whole.

use super::{SIGNALS, bad, bad_of, but, good, read};
use crate::environment::{LogLevel, Settings};

#[test]
fn the_sdk_is_disabled_by_true_alone() {
    let name = "OTEL_SDK_DISABLED";
    let expected = but(|settings| settings.disabled = true);
    for value in ["true", "TRUE", " True "] {
        assert_eq!(good(&[(name, value)]), expected);
    }
    assert_eq!(good(&[(name, "False")]), Settings::default());
    for value in ["1", "yes", "on"] {
        assert_eq!(bad(name, value).used, "false");
    }
}

#[test]
fn the_service_has_any_name() {
    let expected = but(|settings| settings.service_name = Some("my shop".to_owned()));
    assert_eq!(good(&[("OTEL_SERVICE_NAME", " my shop ")]), expected);
}

#[test]
fn resource_attributes_are_percent_encoded_pairs() {
    let settings = good(&[("OTEL_RESOURCE_ATTRIBUTES", "a=1, b = x%2Cy=z ,c=,")]);
    let pairs = [("a", "1"), ("b", "x,y=z"), ("c", "")];
    let expected = but(|settings| {
        settings.resource_attributes = pairs
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into();
    });
    assert_eq!(settings, expected);
}

#[test]
fn one_bad_resource_attribute_spoils_all() {
    for value in ["a", "=1", "a=1,b", "a=%ff"] {
        assert_eq!(
            bad("OTEL_RESOURCE_ATTRIBUTES", value).used,
            "none of them",
            "{value}"
        );
    }
}

#[test]
fn the_level_of_the_log_has_many_names() {
    let cases = [
        ("none", LogLevel::Off),
        ("off", LogLevel::Off),
        ("fatal", LogLevel::Error),
        ("error", LogLevel::Error),
        ("warn", LogLevel::Warn),
        ("WARNING", LogLevel::Warn),
        ("info", LogLevel::Info),
        ("debug", LogLevel::Info),
        ("trace", LogLevel::Info),
        ("verbose", LogLevel::Info),
    ];
    for (value, level) in cases {
        let expected = but(|settings| settings.log_level = level);
        assert_eq!(good(&[("OTEL_LOG_LEVEL", value)]), expected, "{value}");
    }
    assert_eq!(bad("OTEL_LOG_LEVEL", "loud").used, "info");
}

#[test]
fn propagators_are_formats_of_the_propagation_crate() {
    for value in ["baggage", "b3, XRAY", "none", "tracecontext,none"] {
        let expected = but(|settings| settings.propagators = value.to_owned());
        assert_eq!(good(&[("OTEL_PROPAGATORS", value)]), expected);
    }
}

#[test]
fn a_propagator_that_is_not_known_is_left_out_with_one_warning() {
    let name = "OTEL_PROPAGATORS";
    for (list, unknown, used) in [
        ("tracecontext,smoke", "smoke", "tracecontext"),
        ("smoke,b3,mirrors,b3multi", "smoke,mirrors", "b3,b3multi"),
        ("smoke", "smoke", "none"),
        ("smoke,baggage,none", "smoke", "none"),
    ] {
        let (settings, warning) = bad_of(&[(name, list)], name);
        assert_eq!((warning.value.as_str(), &*warning.used), (unknown, used));
        assert!(warning.accepted.starts_with("tracecontext, baggage, "));
        let expected = but(|settings| settings.propagators = list.to_owned());
        assert_eq!(settings, expected);
    }
}

#[test]
fn every_signal_has_an_exporter_of_its_own() {
    for (signal, name) in SIGNALS {
        let variable = format!("OTEL_{name}_EXPORTER");
        let off = but(|settings| settings.destination_mut(signal).export = false);
        for value in ["none", "NONE", "otlp,none"] {
            assert_eq!(good(&[(&variable, value)]), off, "{variable}={value}");
        }
        for value in ["otlp", "Otlp, otlp", ","] {
            assert_eq!(good(&[(&variable, value)]), Settings::default());
        }
        for value in ["console", "otlp,console", "logging,console,"] {
            let warning = bad(&variable, value);
            assert!(warning.value.ends_with("console"), "{warning}");
            assert_eq!(warning.used, "otlp");
        }
        let (settings, warning) = bad_of(&[(&variable, "none,zipkin")], &variable);
        assert_eq!(settings, off);
        assert_eq!((&*warning.value, &*warning.used), ("zipkin", "none"));
    }
}

#[test]
fn a_variable_of_several_signals_is_warned_of_once() {
    let (_, warnings) = read(&[
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "nowhere"),
        ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/protobuf"),
    ]);
    let names: Vec<_> = warnings.iter().map(|warning| warning.variable).collect();
    let expected = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TIMEOUT"];
    assert_eq!(names, expected);
}
