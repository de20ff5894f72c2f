//! What a person is told when the agent is ready, and when it stops.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use crate::component::Address;
use crate::config::{Acknowledge, Service};

/// Where the commands look for the pages unless they are told.
const DEFAULT_PAGES: &str = "127.0.0.1:55679";

/// What listens where, where traces are shown, and what "accepted" means in each pipeline of
/// `service`. `kept` says whether there is a store.
pub(super) fn ready(
    addresses: &BTreeMap<String, Address>,
    kept: bool,
    service: Option<&Service>,
) -> String {
    let mut text = format!("campanile {} is ready\n", env!("CARGO_PKG_VERSION"));
    let width = addresses.keys().map(String::len).max().unwrap_or_default();
    for (key, address) in addresses {
        let _ = writeln!(text, "  {key:width$}  {address}");
    }
    let pages = addresses
        .iter()
        .find(|(key, _)| key.starts_with("zpages.") || key.starts_with("zpages/"));
    let _ = match (kept, pages) {
        (true, Some((_, address))) => {
            let endpoint = match address.to_string().as_str() {
                DEFAULT_PAGES => String::new(),
                address => format!(" --endpoint http://{address}"),
            };
            writeln!(
                text,
                "Traces are shown on http://{address}/debug/tracez and by `campanile \
                 traces{endpoint}`."
            )
        }
        (true, None) => writeln!(
            text,
            "Traces are kept; the extension `zpages` would show them."
        ),
        (false, _) => writeln!(
            text,
            "Traces are passed on and not kept: no pipeline has a `store`."
        ),
    };
    text.push_str(&accepted(service));
    text.push_str("Ctrl-C delivers what is queued and stops.\n");
    text
}

/// What "accepted" means: by level the pipelines that have it, weakest first, because that is what
/// may surprise.
fn accepted(service: Option<&Service>) -> String {
    let pipelines = service.map_or(&[][..], |service| &service.pipelines);
    let at = |level: Acknowledge| {
        let those = pipelines.iter().filter(|one| one.acknowledge == level);
        let names: Vec<_> = those.map(|one| one.name.as_str()).collect();
        names.join(", ")
    };
    let directory = service.and_then(|service| service.data.directory.as_deref());
    let Some(directory) = directory else {
        return "What has been accepted is queued in memory: it survives a destination's outage, \
                but not this process being killed (with `--data-dir DIR` it would).\n"
            .to_owned();
    };
    let mut text = format!(
        "What has been accepted survives a destination's outage; what is kept in {} survives more:\n",
        directory.display()
    );
    for (level, fate) in [
        (
            Acknowledge::Memory,
            "in memory: not this process being killed",
        ),
        (
            Acknowledge::Written,
            "written before it is accepted: this process being killed",
        ),
        (
            Acknowledge::Synced,
            "synced before it is accepted: a loss of power, too",
        ),
    ] {
        let names = at(level);
        if !names.is_empty() {
            let _ = writeln!(text, "  {names}: {fate}");
        }
    }
    text
}

/// That it stops, and for how long it may take.
pub(super) fn stopping(signal: &str, deadline: Duration) -> String {
    let seconds = deadline.as_secs();
    format!("{signal}: delivering what is queued, for at most {seconds} s; again to stop at once\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, Inputs};
    use crate::registries::Registries;

    fn addresses(pages: &str) -> BTreeMap<String, Address> {
        let address = |text: &str| Address::Inet(text.parse().expect("an address"));
        BTreeMap::from([
            (
                "otlp.protocols.grpc.endpoint".to_owned(),
                address("127.0.0.1:4317"),
            ),
            ("zpages.endpoint".to_owned(), address(pages)),
        ])
    }

    #[test]
    fn the_banner_says_where_traces_are_shown() {
        let text = ready(&addresses("127.0.0.1:55679"), true, None);
        for part in [
            "  otlp.protocols.grpc.endpoint  127.0.0.1:4317\n",
            "  zpages.endpoint               127.0.0.1:55679\n",
            "shown on http://127.0.0.1:55679/debug/tracez and by `campanile traces`.\n",
        ] {
            assert!(text.contains(part), "{text}");
        }
        let text = ready(&addresses("127.0.0.1:7"), true, None);
        assert!(
            text.contains("by `campanile traces --endpoint http://127.0.0.1:7`.\n"),
            "{text}"
        );
    }

    #[test]
    fn the_banner_says_that_nothing_is_kept() {
        let text = ready(&addresses("127.0.0.1:55679"), false, None);
        assert!(text.contains("not kept"), "{text}");
        assert!(!text.contains("tracez"), "{text}");
    }

    #[test]
    fn the_banner_says_what_accepted_means_in_every_pipeline() {
        let yaml = "receivers: {otlp: }\nexporters: {nop: }\nservice:\n  DATA\n  pipelines:\n    \
                    traces: {receivers: [otlp], exporters: [nop]}\n    \
                    traces/b: {receivers: [otlp], exporters: [nop], acknowledge: memory}\n    \
                    logs: {receivers: [otlp], exporters: [nop], acknowledge: synced}\n";
        let text = |yaml: &str| {
            let file = tempfile::NamedTempFile::new().expect("a file");
            std::fs::write(file.path(), yaml).expect("written");
            let inputs = Inputs {
                files: vec![file.path().to_owned()],
                ..Inputs::default()
            };
            let config = inputs.load(&Environment::default(), &Registries::builtin());
            let config = config.expect("it is valid");
            ready(&BTreeMap::new(), false, Some(&config.service))
        };
        let kept = text(&yaml.replace("DATA", "data: {directory: /var/lib/campanile}"));
        for part in [
            "kept in /var/lib/campanile survives more:\n",
            "  traces/b: in memory: not this process being killed\n",
            "  traces: written before it is accepted: this process being killed\n",
            "  logs: synced before it is accepted: a loss of power, too\n",
        ] {
            assert!(kept.contains(part), "{kept}");
        }
        let plain = yaml
            .replace("DATA", "")
            .replace(", acknowledge: synced", "");
        let memory = text(&plain);
        assert!(
            memory.contains("but not this process being killed"),
            "{memory}"
        );
    }
}
