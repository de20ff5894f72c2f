//! Which span an event belongs to, and what it says.

use opentelemetry::Context;
use opentelemetry::trace::{SpanKind, Status};
use tracing::{Instrument as _, error, info, info_span};

use super::*;

#[tokio::test]
async fn an_event_of_the_handler_is_an_event_of_the_request() {
    let traces = Traces::new();
    let _default = bridged(&traces);
    serve(&traces, async || {
        let items = vec![1, 2];
        info!(
            target: "shop::carts",
            count = 2_u16,
            large = u64::MAX,
            price = 1.5,
            paid = true,
            who = "you",
            ?items,
            "loaded {}",
            7
        );
    })
    .await;
    let server = traces.of_kind(&SpanKind::Server);
    assert_eq!(names(&server), ["loaded 7"]);
    let event = &server.events.events[0];
    let expected = [
        ("count", "2"),
        ("large", "\"18446744073709551615\""),
        ("price", "1.5"),
        ("paid", "true"),
        ("who", "\"you\""),
        ("items", "\"[1, 2]\""),
        ("level", "\"INFO\""),
        ("target", "\"shop::carts\""),
        ("code.file.path", &format!("{:?}", file!())),
    ];
    for (key, expected) in expected {
        assert_eq!(value(event, key), expected, "{key}");
    }
    assert_eq!(event.attributes.len(), expected.len() + 1, "{event:?}");
    assert!(value(event, "code.line.number").parse::<u32>().is_ok());
    assert!(server.start_time <= event.timestamp && event.timestamp <= server.end_time);
}

#[tokio::test]
async fn an_event_belongs_to_the_innermost_span_whoever_made_it() {
    let traces = Traces::new();
    let _default = bridged(&traces);
    serve(&traces, async || {
        info!("of the request");
        let load = info_span!("load");
        async {
            info!("of the load");
            let api = opentelemetry::trace::Tracer::start(&traces.tracer(), "api");
            let api = <Context as opentelemetry::trace::TraceContextExt>::current_with_span(api);
            let attached = api.attach();
            info!("of the api");
            info_span!("deep").in_scope(|| info!("of the deep"));
            drop(attached);
            info!("of the load again");
        }
        .instrument(load)
        .await;
        info!("of the request again");
    })
    .await;
    let server = traces.of_kind(&SpanKind::Server);
    assert_eq!(names(&server), ["of the request", "of the request again"]);
    assert_eq!(
        names(&traces.named("load")),
        ["of the load", "of the load again"]
    );
    assert_eq!(names(&traces.named("api")), ["of the api"]);
    assert_eq!(names(&traces.named("deep")), ["of the deep"]);
}

#[tokio::test]
async fn an_event_that_names_its_span_goes_there_and_one_that_refuses_all_goes_nowhere() {
    let traces = Traces::new();
    let _default = bridged(&traces);
    serve(&traces, async || {
        let other = info_span!("other");
        info!(parent: &other, "told");
        info!(parent: None, "homeless");
    })
    .await;
    assert_eq!(names(&traces.named("other")), ["told"]);
    assert!(names(&traces.of_kind(&SpanKind::Server)).is_empty());
}

#[tokio::test]
async fn an_error_fails_the_span_of_the_handler_but_not_the_request() {
    let traces = Traces::new();
    let _default = bridged(&traces);
    serve(&traces, async || {
        error!("of the request");
        info_span!("load").in_scope(|| error!("of the load"));
    })
    .await;
    let server = traces.of_kind(&SpanKind::Server);
    assert_eq!(server.status, Status::Unset);
    assert_error(&server, None);
    assert_eq!(value(&server.events.events[0], "level"), "\"ERROR\"");
    assert!(matches!(traces.named("load").status, Status::Error { .. }));
}

#[tokio::test]
async fn an_error_value_says_its_causes() {
    let traces = Traces::new();
    let _default = bridged(&traces);
    serve(&traces, async || {
        let cause = std::io::Error::other("no route");
        let error = std::io::Error::other(Failed(cause));
        let error: &(dyn std::error::Error + 'static) = &error;
        info!(error, "not loaded");
    })
    .await;
    let server = traces.of_kind(&SpanKind::Server);
    let event = &server.events.events[0];
    assert_eq!(value(event, "exception.message"), "\"not reached\"");
    assert_eq!(value(event, "error"), "\"not reached\"");
    assert_eq!(value(event, "error.chain"), "[\"no route\"]");
}

/// An error with a cause.
#[derive(Debug)]
struct Failed(std::io::Error);

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not reached")
    }
}

impl std::error::Error for Failed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[tokio::test]
async fn a_record_of_the_crate_log_says_where_it_comes_from() {
    let traces = Traces::new();
    let _default = bridged(&traces);
    serve(&traces, async || {
        // What tracing-log makes of `log::warn!(target: "sqlite", "slow")`.
        info!(
            target: "log",
            message = "slow",
            log.target = "sqlite",
            log.module_path = "sqlite::pool",
            log.line = 3_u64,
        );
    })
    .await;
    let server = traces.of_kind(&SpanKind::Server);
    let event = &server.events.events[0];
    assert_eq!(value(event, "target"), "\"sqlite\"");
    let keys = event.attributes.iter().map(|kv| kv.key.as_str());
    assert_eq!(keys.filter(|key| key.starts_with("log.")).count(), 0);
}

#[tokio::test]
async fn an_event_in_a_context_without_a_span_stays_with_the_span_around_it() {
    let traces = Traces::new();
    let _default = bridged(&traces);
    serve(&traces, async || {
        let load = info_span!("load").entered();
        let attached = Context::new().attach();
        info!("loaded");
        drop(attached);
        drop(load);
    })
    .await;
    assert_eq!(names(&traces.named("load")), ["loaded"]);
}

#[tokio::test]
async fn an_event_outside_of_any_request_is_an_event_of_nothing() {
    let traces = Traces::new();
    let _default = bridged(&traces);
    info!("nobody asked");
    info_span!("start").in_scope(|| info!("started"));
    assert_eq!(names(&traces.only()), ["started"]);
}

#[tokio::test]
async fn the_location_can_be_left_out() {
    let traces = Traces::new();
    let bridge = crate::bridge::Bridge::new(&traces.provider).without_location();
    let subscriber = tracing_subscriber::registry().with(bridge.into_layer());
    let _default = tracing::subscriber::set_default(subscriber);
    serve(&traces, async || {
        info!("of the request");
        info_span!("load").in_scope(|| info!("of the load"));
    })
    .await;
    for span in traces.spans() {
        let of_events = span.events.iter().flat_map(|event| &event.attributes);
        let mut keys = span
            .attributes
            .iter()
            .chain(of_events)
            .map(|kv| kv.key.as_str());
        assert!(!keys.any(|key| key.starts_with("code.")), "{span:#?}");
    }
}
