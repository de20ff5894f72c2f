//! The books of all signals: where everything is, and where it goes.

use std::time::Duration;

use campanile_agent_client::environment::Settings;
use campanile_agent_client::{AgentClient, Protocol, Stats};

use crate::signals::{FOR_EVER, all_signals, assert_all_sent, assert_balanced, record_all};
use crate::support::{DEADLINE, SignalsAgent, free_address};

#[test]
fn the_clients_own_statistics_are_metrics() {
    let agent = SignalsAgent::start();
    let (providers, guard) = all_signals(Protocol::Otlp, &agent.server.endpoint())
        .build()
        .unwrap();
    for _ in 0..3 {
        record_all(&providers);
    }
    guard.flush().unwrap();
    providers.meter_provider.force_flush().unwrap();
    guard.flush().unwrap();
    let points = guard.metric_stats().sent;
    // What was collected then says what was sent before.
    providers.meter_provider.force_flush().unwrap();
    guard.flush().unwrap();
    let (spans, logs) = (guard.stats(), guard.log_stats());
    assert_eq!((spans.started, spans.sent, logs.sent), (3, 3, 3));
    agent.arrived.wait_for(|arrived| {
        for (name, value) in [
            ("otel.sdk.span.started", spans.started),
            ("otel.sdk.processor.span.processed", spans.sent),
            ("otel.sdk.processor.span.queue.size", spans.queued),
            ("otel.sdk.exporter.span.exported", spans.sent),
            ("otel.sdk.log.created", logs.ended),
            ("otel.sdk.processor.log.processed", logs.sent),
            ("otel.sdk.processor.log.queue.size", logs.queued),
            ("otel.sdk.exporter.log.exported", logs.sent),
            ("otel.sdk.exporter.metric_data_point.exported", points),
        ] {
            assert_eq!(arrived.sum(name), Some(value.cast_signed()), "{name}");
        }
        for error in ["queue_full", "already_shutdown"] {
            let dropped = arrived.sum_of("otel.sdk.processor.span.processed", Some(error));
            assert_eq!(dropped, Some(0), "{error}");
        }
        Some(())
    });
}

#[test]
fn signals_with_endpoints_of_their_own_go_to_agents_of_their_own() {
    let agents = [
        SignalsAgent::start(),
        SignalsAgent::start(),
        SignalsAgent::start(),
    ];
    let endpoints = agents.each_ref().map(|agent| agent.server.endpoint());
    let (settings, warnings) = Settings::from_lookup(|name| match name {
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" => Some(endpoints[0].clone()),
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT" => Some(endpoints[1].clone()),
        "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT" => Some(endpoints[2].clone()),
        _ => None,
    });
    assert_eq!(warnings, []);
    let builder = AgentClient::with_settings(settings).flush_timeout(DEADLINE);
    let (providers, guard) = builder.metric_interval(FOR_EVER).build().unwrap();
    record_all(&providers);
    guard.shutdown(DEADLINE).unwrap();
    assert_all_sent(&guard);
    let counts = agents.each_ref().map(|agent| {
        agent.arrived.wait_for(|arrived| {
            let orders = arrived.sum("orders").is_some();
            Some((arrived.spans().len(), orders, arrived.records().len()))
        })
    });
    assert_eq!(counts, [(1, false, 0), (0, true, 0), (0, false, 1)]);
}

#[test]
fn a_signal_that_is_switched_off_goes_nowhere() {
    for off in 0..3 {
        let agent = SignalsAgent::start();
        let (providers, guard) = all_signals(Protocol::Otlp, &agent.server.endpoint())
            .traces(off != 0)
            .metrics(off != 1)
            .logs(off != 2)
            .build()
            .unwrap();
        record_all(&providers);
        guard.shutdown(DEADLINE).unwrap();
        let stats = [guard.stats(), guard.metric_stats(), guard.log_stats()];
        for (signal, stats) in stats.into_iter().enumerate() {
            assert_eq!(stats == Stats::default(), signal == off, "{off}: {stats:?}");
        }
        agent.arrived.wait_for(|arrived| {
            let requests = [
                arrived.traces.len(),
                arrived.metrics.len(),
                arrived.logs.len(),
            ];
            for (signal, requests) in requests.into_iter().enumerate() {
                assert_eq!(requests == 0, signal == off, "{off}: {requests:?}");
            }
            Some(())
        });
    }
}

#[test]
fn nothing_of_any_signal_is_lost_track_of_while_the_agent_is_away() {
    let endpoint = format!("http://{}", free_address());
    let (providers, guard) = all_signals(Protocol::Otlp, &endpoint)
        .flush_timeout(Duration::from_millis(100))
        .build()
        .unwrap();
    record_all(&providers);
    guard.flush().unwrap_err();
    let of_all = || [guard.stats(), guard.log_stats(), guard.metric_stats()];
    of_all().into_iter().for_each(assert_balanced);
    assert_eq!((guard.stats().queued, guard.log_stats().queued), (1, 1));
    guard.shutdown(Duration::from_millis(500)).unwrap_err();
    record_all(&providers);
    for stats in of_all() {
        assert_balanced(stats);
        assert!(stats.dropped.shutdown > 0 && stats.queued == 0, "{stats:?}");
    }
}
