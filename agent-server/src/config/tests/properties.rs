//! Whatever is written, the answer is a configuration or a report.

use proptest::prelude::*;

use super::load;

/// Pieces that configurations are made of, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("receivers:"),
        Just("exporters:"),
        Just("service:"),
        Just("pipelines:"),
        Just("telemetry:"),
        Just("traces:"),
        Just("otlp:"),
        Just("endpoint:"),
        Just("otlp"),
        Just("[otlp]"),
        Just("{"),
        Just("}"),
        Just("["),
        Just("]"),
        Just(" "),
        Just("  "),
        Just("    "),
        Just("\n"),
        Just("\n"),
        Just("\t"),
        Just("- "),
        Just(", "),
        Just("localhost:1"),
        Just("${env:A}"),
        Just("${"),
        Just("$"),
        Just("}"),
        Just("&a"),
        Just("*a"),
        Just("<<: "),
        Just("? "),
        Just("| "),
        Just("\""),
        Just("'"),
        Just("#"),
        Just("---\n"),
        Just("~"),
        Just("1"),
        Just("\u{e9}"),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// The embedded default with a few characters changed.
fn changed() -> impl Strategy<Value = String> {
    let text = include_str!("../default.yaml");
    prop::collection::vec((0..text.len(), any::<u8>()), 1..6).prop_map(move |changes| {
        let mut bytes = text.as_bytes().to_vec();
        for (index, byte) in changes {
            bytes[index] = byte;
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn total(text: &str) {
    match load(text, &[("A", "x")]) {
        Ok(config) => drop(config.warnings.render(false)),
        Err(report) => {
            assert!(report.has_errors(), "{text:?}");
            drop(report.render(true));
            assert!(!report.to_string().is_empty());
        }
    }
}

proptest! {
    #[test]
    fn any_text_gets_an_answer(text in any::<String>()) {
        total(&text);
    }

    #[test]
    fn any_pieces_of_configuration_get_an_answer(text in pieces()) {
        total(&text);
    }

    #[test]
    fn any_change_of_the_default_gets_an_answer(text in changed()) {
        total(&text);
    }

    #[test]
    fn any_setting_gets_an_answer(text in any::<String>()) {
        let _ = crate::config::set::setting(&text);
    }
}
