//! What is known of the process, and the settings, put together.

use std::time::SystemTime;

use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::resource::TelemetryResourceDetector;
use opentelemetry_semantic_conventions::attribute;

use crate::environment::Settings;
use crate::process;

/// The resource of this process: what the settings say over what was found out.
///
/// `service.instance.id` is drawn anew for every process, so that two copies of one service on one
/// host stay apart.
/// <https://opentelemetry.io/docs/specs/semconv/resource/service/>
pub(crate) fn resource(settings: &Settings, started: SystemTime) -> Resource {
    let executable = process::executable();
    let mut attributes = vec![
        KeyValue::new(attribute::SERVICE_NAME, default_service_name(&executable)),
        KeyValue::new(attribute::SERVICE_INSTANCE_ID, random_uuid()),
        KeyValue::new(attribute::PROCESS_PID, i64::from(std::process::id())),
        KeyValue::new(
            attribute::PROCESS_CREATION_TIME,
            prost_types::Timestamp::from(started).to_string(),
        ),
        KeyValue::new(attribute::TELEMETRY_DISTRO_NAME, env!("CARGO_PKG_NAME")),
        KeyValue::new(
            attribute::TELEMETRY_DISTRO_VERSION,
            env!("CARGO_PKG_VERSION"),
        ),
    ];
    if let Some(executable) = executable {
        attributes.push(KeyValue::new(
            attribute::PROCESS_EXECUTABLE_NAME,
            executable,
        ));
    }
    if let Some(host) = process::host_name() {
        attributes.push(KeyValue::new(attribute::HOST_NAME, host));
    }
    for (key, value) in &settings.resource_attributes {
        attributes.push(KeyValue::new(key.clone(), value.clone()));
    }
    if let Some(name) = &settings.service_name {
        attributes.push(KeyValue::new(attribute::SERVICE_NAME, name.clone()));
    }
    if let Some(version) = &settings.service_version {
        attributes.push(KeyValue::new(attribute::SERVICE_VERSION, version.clone()));
    }
    Resource::builder_empty()
        .with_detector(Box::new(TelemetryResourceDetector))
        .with_attributes(attributes)
        .build()
}

/// A text attribute of a resource, in text form whatever its type.
pub(crate) fn text(resource: &Resource, key: &'static str) -> Option<String> {
    let value: Value = resource.get(&key.into())?;
    Some(value.as_str().into_owned())
}

fn default_service_name(executable: &Option<String>) -> String {
    match executable {
        Some(executable) => format!("unknown_service:{executable}"),
        None => "unknown_service".to_owned(),
    }
}

/// A random (version 4) UUID.
fn random_uuid() -> String {
    let random = fastrand::u128(..);
    let bits = random & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ]
    .join("-")
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::{random_uuid, resource, text};
    use crate::environment::Settings;

    fn of(pairs: &[(&str, &str)]) -> opentelemetry_sdk::Resource {
        let (settings, _) = Settings::from_lookup(|name| {
            pairs
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        });
        resource(&settings, UNIX_EPOCH)
    }

    #[test]
    fn a_service_without_a_name_is_called_after_its_executable() {
        let name = text(&of(&[]), "service.name").unwrap();
        let executable = text(&of(&[]), "process.executable.name").unwrap();
        assert_eq!(name, format!("unknown_service:{executable}"));
    }

    #[test]
    fn the_process_is_described() {
        let resource = of(&[]);
        assert_eq!(
            text(&resource, "process.pid"),
            Some(std::process::id().to_string())
        );
        assert_eq!(
            text(&resource, "process.creation.time").unwrap(),
            "1970-01-01T00:00:00Z"
        );
        assert_eq!(text(&resource, "telemetry.sdk.language").unwrap(), "rust");
        assert_eq!(
            text(&resource, "telemetry.sdk.name").unwrap(),
            "opentelemetry"
        );
        assert!(text(&resource, "telemetry.sdk.version").is_some());
        assert_eq!(
            text(&resource, "telemetry.distro.name").unwrap(),
            "campanile-agent-client"
        );
    }

    #[test]
    fn the_service_name_wins_over_the_attributes_and_these_over_what_was_found() {
        let resource = of(&[
            (
                "OTEL_RESOURCE_ATTRIBUTES",
                "service.name=a,host.name=h,service.version=3",
            ),
            ("OTEL_SERVICE_NAME", "b"),
        ]);
        assert_eq!(text(&resource, "service.name").unwrap(), "b");
        assert_eq!(text(&resource, "host.name").unwrap(), "h");
        assert_eq!(text(&resource, "service.version").unwrap(), "3");
    }

    #[test]
    fn instance_ids_are_random_uuids() {
        let (a, b) = (random_uuid(), random_uuid());
        assert_ne!(a, b);
        assert_eq!((a.len(), &a[8..9], &a[14..15]), (36, "-", "4"));
        assert!(matches!(&a[19..20], "8" | "9" | "a" | "b"), "{a}");
    }
}
