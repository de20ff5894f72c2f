//! What a person is told when the agent is ready, and when it stops.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use crate::component::Address;

/// Where the commands look for the pages unless they are told.
const DEFAULT_PAGES: &str = "127.0.0.1:55679";

/// What listens where, where traces are shown, and what "accepted" means. `kept` says whether there
/// is a store.
pub(super) fn ready(addresses: &BTreeMap<String, Address>, kept: bool) -> String {
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
    text.push_str(
        "What has been accepted is queued in memory: it survives a destination's outage, but not \
         this process being killed. Ctrl-C delivers what is queued and stops.\n",
    );
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
        let text = ready(&addresses("127.0.0.1:55679"), true);
        for part in [
            "  otlp.protocols.grpc.endpoint  127.0.0.1:4317\n",
            "  zpages.endpoint               127.0.0.1:55679\n",
            "shown on http://127.0.0.1:55679/debug/tracez and by `campanile traces`.\n",
        ] {
            assert!(text.contains(part), "{text}");
        }
        let text = ready(&addresses("127.0.0.1:7"), true);
        assert!(
            text.contains("by `campanile traces --endpoint http://127.0.0.1:7`.\n"),
            "{text}"
        );
    }

    #[test]
    fn the_banner_says_that_nothing_is_kept() {
        let text = ready(&addresses("127.0.0.1:55679"), false);
        assert!(text.contains("not kept"), "{text}");
        assert!(!text.contains("tracez"), "{text}");
    }
}
