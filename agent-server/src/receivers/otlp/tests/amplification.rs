//! Small bodies that unfold into millions of elements: 4 MB of two million empty messages in 4 KB
//! of gzip. Decoded as such they take hundreds of megabytes.

use campanile_wire::otlp::write::nested;
use tonic::Code;

use super::hostile::{frame, frames, gzip};
use super::*;

/// What refusing one may cost, with all that the client does.
const MAX_CPU: Duration = Duration::from_millis(50);

/// A trace request with `count` empty spans; or one span with as many empty attributes (9), events
/// (11) or links (13).
fn amplified(count: usize, field: Option<u32>) -> Vec<u8> {
    let many = |out: &mut Vec<u8>, number: u32| {
        let tag = u8::try_from(number << 3 | 2).expect("a small number");
        out.extend([tag, 0].repeat(count));
    };
    let mut request = Vec::new();
    nested(&mut request, 1, |out| {
        nested(out, 2, |out| match field {
            None => many(out, 2),
            Some(field) => nested(out, 2, |out| many(out, field)),
        });
    });
    request
}

/// How long this thread has been running; nothing where the system does not say.
fn cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text.split(' ').next().and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}

#[tokio::test]
async fn millions_of_empty_elements_in_four_kilobytes_are_refused_for_next_to_nothing() {
    let running = running().await;
    let http = http();
    let url = format!(
        "http://{}/v1/traces",
        running.address("otlp.protocols.http.endpoint")
    );
    for field in [None, Some(9), Some(11), Some(13)] {
        let body = gzip(&amplified(2_000_000, field));
        assert!(body.len() < 6_000, "{} bytes", body.len());
        let before = cpu();
        let request = http.post(&url).header(CONTENT_TYPE, PROTOBUF);
        let request = request
            .header("content-encoding", "gzip")
            .body(body.clone());
        assert_eq!(answer(request).await.0, 413);
        let http_cost = cpu() - before;
        let before = cpu();
        let (status, message) = frames(&running, "gzip", frame(1, &body)).await;
        assert_eq!(status, "8", "RESOURCE_EXHAUSTED: {message}");
        let grpc_cost = cpu() - before;
        assert!(
            http_cost < MAX_CPU,
            "field {field:?}: {http_cost:?} over HTTP"
        );
        assert!(
            grpc_cost < MAX_CPU,
            "field {field:?}: {grpc_cost:?} over gRPC"
        );
    }
    assert_eq!(invalid(&running, "too_large"), 8);
    assert_eq!(running.recorder.taken(), []);
    still_serves(&running).await;
}

#[tokio::test]
async fn the_same_uncompressed_is_refused_at_the_limit_of_elements() {
    let running = running().await;
    let mut client = client(&running).await;
    // Below the limits of bytes: what is left to refuse it by is the count.
    for field in [None, Some(9), Some(11), Some(13)] {
        let body = amplified(500_000, field);
        let before = cpu();
        let called = client.unary(Signal::Traces.grpc_path(), body).await;
        let cost = cpu() - before;
        let status = called.expect_err("refused");
        assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
        // Fewer items are a smaller batch; fewer attributes are another item.
        let advice = status.message().contains("smaller batches");
        assert_eq!(advice, field.is_none(), "{status}");
        assert!(cost < MAX_CPU, "field {field:?}: {cost:?}");
    }
}
