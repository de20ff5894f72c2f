//! Requests over real sockets.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::sink::{decode, shown};
use crate::component::{Delivery, ExportError};
use crate::exporters::prometheusremotewrite::PrometheusRemoteWrite;
use crate::exporters::testing::{Backend, SUM, Sum, answer, attempt, build, refused, sums, vector};
use crate::payload::Payload;

fn exporter(backend: &Backend, mut config: Value) -> Delivery {
    config["endpoint"] = json!(format!("http://{}/api/v1/write?x=secret", backend.address));
    build::<PrometheusRemoteWrite>(&config)
}

fn paths() -> Payload {
    let paths = ["/a", "/b", "/c"].map(|path| Sum { path, ..SUM });
    sums("cart", &paths)
}

/// Answers with these codes in turn, then with 204.
async fn in_turn(codes: &'static [u16]) -> Backend {
    let next = Arc::new(AtomicUsize::new(0));
    Backend::start(move || {
        let code = codes.get(next.fetch_add(1, Ordering::Relaxed));
        answer(code.copied().unwrap_or(204), &[], "why")
    })
    .await
}

#[tokio::test]
async fn a_payload_is_one_request_with_all_its_series() {
    let mut backend = in_turn(&[]).await;
    let config = json!({
        "headers": {"x-scope-orgid": "shop"},
        "external_labels": {"region": "eu"},
        "namespace": "ns",
        "send_metadata": true,
    });
    let delivery = exporter(&backend, config);
    let points = [
        Sum {
            time: 2,
            value: 5.0,
            ..SUM
        },
        SUM,
        Sum {
            temporality: 1,
            ..SUM
        },
    ];
    let exported = attempt(&*delivery.exporter, sums("cart", &points))
        .await
        .expect("taken");
    assert_eq!(exported.rejected, 1);
    assert_eq!(exported.message, "points dropped: 1 not_cumulative");
    let received = backend.received();
    assert_eq!(received.path, "/api/v1/write");
    assert_eq!(received.headers["x-scope-orgid"], "shop");
    let request = decode(&received);
    let expected = [
        "ns_requests_total{job=cart,path=/,region=eu} 1@1000 5@2000",
        "target_info{host_name=h,job=cart,region=eu} 1@2000",
    ];
    assert_eq!(shown(&request), expected);
    let metadata = &request.metadata[0];
    assert_eq!(
        (metadata.kind, metadata.family.as_str()),
        (1, "ns_requests_total")
    );
    assert_eq!(metadata.help, "All of them.");
    backend.stop().await;
}

#[tokio::test]
async fn answers_say_what_to_do() {
    let table = [
        (200, None, "ok"),
        (204, None, "ok"),
        (429, Some("7"), "again 7"),
        (500, None, "again"),
        (503, Some("1"), "again 1"),
        (400, None, "refused"),
        (413, None, "refused"),
        (401, None, "permanent"),
        (404, None, "permanent"),
        (302, None, "permanent"),
    ];
    for (code, wait, expected) in table {
        let backend = Backend::start(move || {
            let wait = wait.map(|wait| ("retry-after", wait));
            answer(code, wait.as_slice(), "no\nroom")
        })
        .await;
        let delivery = exporter(&backend, json!({}));
        let answer = attempt(&*delivery.exporter, sums("cart", &[SUM])).await;
        let (found, message) = match answer {
            Ok(_) => ("ok".to_owned(), None),
            Err(ExportError::Permanent { message }) => ("permanent".to_owned(), Some(message)),
            Err(ExportError::Refused { message }) => ("refused".to_owned(), Some(message)),
            Err(ExportError::Retryable {
                message,
                retry_after,
            }) => {
                let wait = retry_after.map(|wait| format!(" {}", wait.as_secs()));
                (format!("again{}", wait.unwrap_or_default()), Some(message))
            }
        };
        assert_eq!(found, expected, "{code}");
        for message in message.into_iter() {
            let start = format!(
                "http://{}/api/v1/write (remote write): {code}",
                backend.address
            );
            assert!(message.starts_with(&start), "{message}");
            assert!(message.contains(r"no\nroom"), "{message}");
        }
        backend.stop().await;
    }
}

#[tokio::test]
async fn an_attempt_that_is_repeated_goes_on_where_the_last_one_ended() {
    let mut backend = in_turn(&[204, 503]).await;
    let config = json!({
        "max_batch_size_bytes": 1,
        "remote_write_queue": {"num_consumers": 1},
        "target_info": {"enabled": false},
    });
    let delivery = exporter(&backend, config);
    let payload = paths();
    let error = attempt(&*delivery.exporter, payload.clone())
        .await
        .expect_err("one failed");
    assert!(matches!(error, ExportError::Retryable { .. }), "{error:?}");
    attempt(&*delivery.exporter, payload.clone())
        .await
        .expect("taken");
    // The same payload another time is another payload's worth of requests.
    attempt(&*delivery.exporter, payload).await.expect("taken");
    let mut paths = Vec::new();
    for _ in 0..7 {
        let request = decode(&backend.received());
        let shown = shown(&request);
        let path = shown[0].split("path=").nth(1).expect("a path");
        paths.push(path.chars().take(2).collect::<String>());
    }
    assert_eq!(paths, ["/a", "/b", "/b", "/c", "/a", "/b", "/c"]);
    backend.stop().await;
}

#[tokio::test]
async fn points_of_a_request_that_is_refused_are_counted_and_the_others_sent() {
    let backend = in_turn(&[204, 401, 204]).await;
    let config = json!({
        "max_batch_size_bytes": 1,
        "remote_write_queue": {"num_consumers": 1},
        "target_info": {"enabled": false},
    });
    let delivery = exporter(&backend, config);
    let exported = attempt(&*delivery.exporter, paths())
        .await
        .expect("two of three");
    assert_eq!(exported.rejected, 1);
    assert!(
        exported.message.ends_with("401 Unauthorized: why"),
        "{}",
        exported.message
    );
    backend.stop().await;
}

#[tokio::test]
async fn nothing_to_write_is_no_request() {
    let mut backend = in_turn(&[]).await;
    let delivery = exporter(&backend, json!({"target_info": {"enabled": false}}));
    let delta = sums(
        "cart",
        &[Sum {
            temporality: 1,
            ..SUM
        }],
    );
    let exported = attempt(&*delivery.exporter, delta)
        .await
        .expect("nothing failed");
    assert_eq!(exported.rejected, 1);
    attempt(&*delivery.exporter, sums("cart", &[SUM]))
        .await
        .expect("taken");
    assert_eq!(decode(&backend.received()).timeseries.len(), 1);
    backend.stop().await;
}

#[tokio::test]
async fn a_destination_that_is_away_is_tried_again() {
    let address = refused().await;
    let config = json!({"endpoint": format!("http://{address}/write")});
    let delivery = build::<PrometheusRemoteWrite>(&config);
    assert_eq!(delivery.settings.timeout, Duration::from_secs(5));
    let error = attempt(&*delivery.exporter, sums("cart", &[SUM]))
        .await
        .expect_err("away");
    assert!(matches!(error, ExportError::Retryable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_destination_with_tls_is_known_by_its_authority() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut backend = Backend::start_tls(|| answer(204, &[], "")).await;
    let config = json!({
        "endpoint": format!("https://localhost:{}/write", backend.address.port()),
        "tls": {"ca_file": vector("ca.pem")},
    });
    let delivery = build::<PrometheusRemoteWrite>(&config);
    attempt(&*delivery.exporter, sums("cart", &[SUM]))
        .await
        .expect("taken");
    assert_eq!(decode(&backend.received()).timeseries.len(), 2);
    backend.stop().await;
}
