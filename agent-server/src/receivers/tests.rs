use super::RECEIVERS;

#[test]
fn every_receiver_is_listed_once_and_takes_its_own_defaults() {
    let kinds: Vec<_> = RECEIVERS.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, ["jaeger", "opencensus", "otlp", "zipkin"]);
    for entry in RECEIVERS {
        let configured = entry.configure(&entry.defaults());
        configured.unwrap_or_else(|wrong| panic!("{}: {wrong:?}", entry.kind));
    }
}
