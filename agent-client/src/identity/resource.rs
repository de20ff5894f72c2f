//! The detectors' attributes and the settings, put together.

use std::time::SystemTime;

use opentelemetry::{Key, KeyValue, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::resource::TelemetryResourceDetector;
use opentelemetry_semantic_conventions::attribute;

use super::files::Files;
use super::process::{self, Process};
use super::{container, host, instance, kubernetes};
use crate::environment::Settings;

/// What two processes cannot have in common.
const OF_ONE_PROCESS: [&str; 4] = [
    attribute::PROCESS_CREATION_TIME,
    attribute::PROCESS_PARENT_PID,
    attribute::PROCESS_PID,
    attribute::SERVICE_INSTANCE_ID,
];

/// The resource of this process: what the settings say over what was found out.
pub(crate) fn resource(settings: &Settings, started: SystemTime) -> Resource {
    let files = Files::read();
    let executable = process::executable();
    let executable = executable.as_deref();
    let environment =
        |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    let mut attributes = distribution();
    attributes.push(KeyValue::new(
        attribute::SERVICE_NAME,
        default_service_name(executable.and_then(process::file_name).as_deref()),
    ));
    attributes.extend(of_this_process(started));
    attributes.extend(process::detect(executable, &files));
    attributes.extend(host::detect(&files, &environment));
    attributes.extend(container::detect(&files, &environment));
    attributes.extend(kubernetes::detect(&files, &environment));
    attributes.extend(given(settings));
    Resource::builder_empty()
        .with_detector(Box::new(TelemetryResourceDetector))
        .with_attributes(attributes)
        .build()
}

/// The resource of this process when it was made by a fork of the one with `resource`: as that
/// one's, but for what two processes cannot have in common. What the settings say stays.
///
/// The environment is not looked at: it is behind a lock, which another thread may have held at
/// the time of the fork.
pub(crate) fn reborn(resource: &Resource, settings: &Settings, started: SystemTime) -> Resource {
    let is_given = |key: &Key| {
        let mut names = settings.resource_attributes.iter().map(|(name, _)| name);
        names.any(|name| name == key.as_str())
    };
    let kept = resource
        .iter()
        .filter(|(key, _)| is_given(key) || !OF_ONE_PROCESS.contains(&key.as_str()))
        .map(|(key, value)| KeyValue::new(key.clone(), value.clone()));
    let own = of_this_process(started)
        .into_iter()
        .filter(|own| !is_given(&own.key));
    Resource::builder_empty()
        .with_attributes(kept.chain(own))
        .build()
}

/// A text attribute of a resource, in text form whatever its type.
pub(crate) fn text(resource: &Resource, key: &'static str) -> Option<String> {
    let value: Value = resource.get(&key.into())?;
    Some(value.as_str().into_owned())
}

fn distribution() -> Vec<KeyValue> {
    vec![
        KeyValue::new(attribute::TELEMETRY_DISTRO_NAME, env!("CARGO_PKG_NAME")),
        KeyValue::new(
            attribute::TELEMETRY_DISTRO_VERSION,
            env!("CARGO_PKG_VERSION"),
        ),
    ]
}

fn of_this_process(started: SystemTime) -> Vec<KeyValue> {
    let mut attributes = Process::this(started).attributes();
    attributes.push(instance::attribute());
    attributes
}

/// What the settings say; the later ones win.
fn given(settings: &Settings) -> Vec<KeyValue> {
    let mut attributes = Vec::new();
    if let Some((name, version)) = &settings.default_service {
        attributes.push(KeyValue::new(attribute::SERVICE_NAME, name.clone()));
        attributes.push(KeyValue::new(attribute::SERVICE_VERSION, version.clone()));
    }
    for (key, value) in &settings.resource_attributes {
        attributes.push(KeyValue::new(key.clone(), value.clone()));
    }
    let named = [
        (attribute::SERVICE_NAME, &settings.service_name),
        (attribute::SERVICE_VERSION, &settings.service_version),
    ];
    attributes.extend(
        named
            .into_iter()
            .filter_map(|(key, value)| Some(KeyValue::new(key, value.clone()?))),
    );
    attributes
}

fn default_service_name(executable: Option<&str>) -> String {
    match executable {
        Some(executable) => format!("unknown_service:{executable}"),
        None => "unknown_service".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use opentelemetry::KeyValue;
    use opentelemetry_sdk::Resource;

    use super::{OF_ONE_PROCESS, reborn, resource, text};
    use crate::environment::Settings;

    fn settings(pairs: &[(&str, &str)]) -> Settings {
        let (settings, _) = Settings::from_lookup(|name| {
            pairs
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        });
        settings
    }

    fn of(pairs: &[(&str, &str)]) -> Resource {
        resource(&settings(pairs), UNIX_EPOCH)
    }

    /// The resource of a process that forks.
    fn parent() -> Resource {
        Resource::builder_empty()
            .with_attributes([
                KeyValue::new("process.pid", 1_i64 << 40),
                KeyValue::new("process.parent_pid", 1_i64 << 41),
                KeyValue::new("process.creation.time", "1970-01-01T00:00:00Z"),
                KeyValue::new("process.owner", "shop"),
                KeyValue::new("service.instance.id", "parent"),
                KeyValue::new("service.name", "shop"),
            ])
            .build()
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
        let path = text(&resource, "process.executable.path").unwrap();
        assert!(path.ends_with(&text(&resource, "process.executable.name").unwrap()));
        assert_eq!(
            text(&resource, "process.creation.time").unwrap(),
            "1970-01-01T00:00:00Z"
        );
        assert!(text(&resource, "host.arch").is_some());
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
    fn what_cargo_says_of_the_service_counts_where_nothing_else_does() {
        let with_default = |pairs: &[(&str, &str)]| {
            let mut settings = settings(pairs);
            settings.default_service = Some(("crate".to_owned(), "7".to_owned()));
            resource(&settings, UNIX_EPOCH)
        };
        let default = with_default(&[]);
        assert_eq!(text(&default, "service.name").unwrap(), "crate");
        assert_eq!(text(&default, "service.version").unwrap(), "7");
        let named = with_default(&[("OTEL_RESOURCE_ATTRIBUTES", "service.name=shop")]);
        assert_eq!(text(&named, "service.name").unwrap(), "shop");
    }

    #[test]
    fn the_child_of_a_fork_is_another_instance_of_the_same_service() {
        let started = UNIX_EPOCH + Duration::from_secs(60);
        let child = reborn(&parent(), &Settings::default(), started);
        assert_eq!(child.len(), parent().len());
        for (key, value) in parent().iter() {
            let stays = !OF_ONE_PROCESS.contains(&key.as_str());
            assert_eq!(child.get(key).as_ref() == Some(value), stays, "{key}");
        }
        let pid = text(&child, "process.pid").unwrap();
        assert_eq!(pid, std::process::id().to_string());
        let started = text(&child, "process.creation.time").unwrap();
        assert_eq!(started, "1970-01-01T00:01:00Z");
        let brother = reborn(&parent(), &Settings::default(), UNIX_EPOCH);
        let id = |resource| text(resource, "service.instance.id").unwrap();
        assert_ne!(id(&child), id(&brother));
    }

    #[test]
    fn an_instance_id_that_was_given_stays_in_the_child_of_a_fork() {
        let given = [("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=parent")];
        let child = reborn(&parent(), &settings(&given), UNIX_EPOCH);
        assert_eq!(text(&child, "service.instance.id").unwrap(), "parent");
        let pid = text(&child, "process.pid").unwrap();
        assert_eq!(pid, std::process::id().to_string());
    }
}
