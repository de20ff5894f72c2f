//! Requests that are not what they should be.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

#[tokio::test]
async fn what_is_no_list_of_spans_is_a_bad_request_that_names_the_span() {
    let running = running().await;
    for (path, content_type, body, reason, message) in [
        (
            "/api/v2/spans",
            JSON,
            &b"{}"[..],
            "json",
            "expected a list of spans",
        ),
        (
            "/api/v2/spans",
            JSON,
            b"[{\"traceId\":\"x\"}]",
            "json",
            "span 0: traceId must be",
        ),
        (
            "/api/v2/spans",
            JSON,
            b"[\"\xff\"]",
            "json",
            "the body is not utf-8",
        ),
        (
            "/api/v2/spans",
            JSON,
            b"[{\"binaryAnnotations\":[]}]",
            "json",
            "/api/v1/spans",
        ),
        (
            "/api/v1/spans",
            JSON,
            b"[{\"tags\":{}}]",
            "json",
            "/api/v2/spans",
        ),
        (
            "/",
            "application/x-protobuf",
            b"\x0a\xff",
            "protobuf",
            "malformed protobuf",
        ),
        (
            "/",
            "application/x-thrift",
            b"\x0c\xff",
            "thrift",
            "malformed thrift",
        ),
    ] {
        let before = invalid(&running, reason);
        let request = post(&running, path).header("content-type", content_type);
        let (status, text) = answer(request.body(body.to_vec())).await;
        assert_eq!(status, 400, "{text}");
        assert!(text.contains(message), "{text}");
        assert_eq!(invalid(&running, reason), before + 1);
    }
    assert_eq!(running.recorder.taken(), []);
    still_serves(&running).await;
}

#[tokio::test]
async fn other_paths_methods_and_encodings_are_refused_by_name() {
    let running = running().await;
    let address = running.address("zipkin.endpoint");
    assert_eq!(
        answer(post(&running, "/api/v3/spans").body(SPAN)).await.0,
        404
    );
    let get = send(client().get(format!("http://{address}/api/v2/spans"))).await;
    assert_eq!(
        (get.status().as_u16(), &get.headers()["allow"]),
        (405, &"POST".parse().expect("text"))
    );
    let request = post(&running, "/")
        .header("content-encoding", "br")
        .body(SPAN);
    assert_eq!(answer(request).await.0, 415);
    assert_eq!(
        (invalid(&running, "method"), invalid(&running, "encoding")),
        (1, 1)
    );
    still_serves(&running).await;
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_it_costs() {
    let running = running().await;
    let endless = vec![b' '; (1 << 20) + 1];
    assert_eq!(answer(post(&running, "/").body(endless)).await.0, 413);
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(&vec![0; 4 << 20]).expect("in memory");
    let request = post(&running, "/").header("content-encoding", "gzip");
    assert_eq!(
        answer(request.body(bomb.finish().expect("in memory")))
            .await
            .0,
        413
    );
    let many = format!("[{}]", [r#"{"traceId":"a","id":"b"}"#; 20_001].join(","));
    assert!(many.len() < 1 << 20);
    let (status, message) = answer(post(&running, "/").body(many)).await;
    assert_eq!(
        (status, message.as_str()),
        (413, "more than 20000 spans in one list\n")
    );
    let tags: Vec<_> = (0..1_001)
        .map(|index| format!("\"{index}\":\"\""))
        .collect();
    let wide = format!(
        r#"[{{"traceId":"a","id":"b","tags":{{{}}}}}]"#,
        tags.join(",")
    );
    assert_eq!(answer(post(&running, "/").body(wide)).await.0, 413);
    assert_eq!(invalid(&running, "too_large"), 4);
    still_serves(&running).await;
}

#[tokio::test]
async fn two_million_empty_spans_are_refused_at_the_first() {
    let running = running().await;
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(&[0x0a, 0x00].repeat(500_000))
        .expect("in memory");
    let request = post(&running, "/")
        .header("content-encoding", "gzip")
        .header("content-type", "application/x-protobuf");
    let (status, _) = answer(request.body(bomb.finish().expect("in memory"))).await;
    // Inflated they are within the size, but not within the ratio.
    assert_eq!(status, 413);
    let request = post(&running, "/").header("content-type", "application/x-protobuf");
    let (status, message) = answer(request.body([0x0a, 0x00].repeat(500_000))).await;
    assert_eq!(status, 400);
    assert!(message.starts_with("span 0:"), "{message}");
}

#[tokio::test]
async fn json_that_nests_without_end_does_no_harm() {
    let running = running().await;
    let deep = format!(r#"[{{"traceId":"a","id":"b","x":{}"#, "[".repeat(100_000));
    let closed = format!("{deep}{}}}]", "]".repeat(100_000));
    assert_eq!(answer(post(&running, "/").body(deep)).await.0, 400);
    // Of what is ignored the depth does not matter: nothing is built of it.
    assert_eq!(answer(post(&running, "/").body(closed)).await, accepted());
    still_serves(&running).await;
}
