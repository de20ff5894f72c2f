//! What must hold for any bytes, on stable: the fuzzer's corpus, and property tests beside it.

use std::path::{Path, PathBuf};

use campanile_tests::fuzz::{self, TARGETS};
use proptest::collection::vec;
use proptest::prelude::*;

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus");

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    paths.sort();
    paths
}

#[test]
fn every_file_of_the_corpus_keeps_every_promise() {
    for (name, body) in TARGETS {
        let files = files(&Path::new(CORPUS).join(name));
        assert!(files.len() >= 3, "the corpus of {name} is lost");
        for file in files {
            println!("{}", file.display()); // shown on failure
            body(&std::fs::read(&file).expect("a readable file"));
        }
    }
}

#[test]
fn every_target_has_a_corpus_and_a_program() {
    let names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    for folder in files(Path::new(CORPUS)) {
        let name = folder.file_name().and_then(|name| name.to_str());
        assert!(name.is_some_and(|name| names.contains(&name)), "{folder:?}");
    }
    for name in names {
        let program = format!("{CORPUS}/../fuzz_targets/{name}.rs");
        assert!(Path::new(&program).exists(), "{program} is missing");
    }
}

/// A header that some format reads, with a value that is nearly right.
fn header() -> impl Strategy<Value = String> {
    let id = prop_oneof![
        Just("4bf92f3577b34da6a3ce929d0e0e4736".to_owned()),
        Just("00f067aa0ba902b7".to_owned()),
        "[0-9a-f]{1,32}",
        "[0-9]{1,20}",
    ];
    let name = prop::sample::select(vec![
        "traceparent",
        "tracestate",
        "baggage",
        "b3",
        "x-b3-traceid",
        "x-b3-spanid",
        "x-b3-sampled",
        "x-b3-flags",
        "uber-trace-id",
        "uberctx-Key",
        "jaeger-baggage",
        "ot-tracer-traceid",
        "ot-tracer-spanid",
        "ot-tracer-sampled",
        "ot-baggage-key",
        "x-cloud-trace-context",
        "x-amzn-trace-id",
        "x-datadog-trace-id",
        "x-datadog-parent-id",
        "x-datadog-sampling-priority",
        "x-datadog-origin",
        "x-datadog-tags",
        "grpc-trace-bin",
        "grpc-tags-bin",
        "host",
    ]);
    let value = prop_oneof![
        (id.clone(), id.clone(), "[:/-]", "(-?[0-9d?]|;o=1|:0:3)?")
            .prop_map(|(a, b, between, end)| format!("{a}{between}{b}{end}")),
        id.clone(),
        (id.clone(), id).prop_map(|(a, b)| format!("00-{a}-{b}-0{}", a.len() % 4)),
        "[a-z]{1,3}=[ -~]{0,12}(,[a-z]{1,3}=[ -~]{0,12}){0,70}",
        "Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=[01?]",
        "AAA[A-Za-z0-9+/]{20,40}={0,2}",
        "[01d]|true|false",
        "[ -~]{0,60}",
    ];
    (name, value).prop_map(|(name, value)| format!("{name}: {value}\n"))
}

proptest! {
    #[test]
    fn any_headers_through_all_formats_in_any_order_keep_every_promise(
        order: [u8; 12], lines in vec(header(), 0..12),
    ) {
        let mut input: Vec<u8> = order.iter().map(|byte| byte | 0x80).collect();
        input.push(b'\n');
        input.extend(lines.concat().into_bytes());
        fuzz::run("headers", &input);
    }

    #[test]
    fn any_bytes_keep_every_promise(bytes in vec(any::<u8>(), 0..200)) {
        for (_, body) in TARGETS {
            body(&bytes);
        }
    }
}
