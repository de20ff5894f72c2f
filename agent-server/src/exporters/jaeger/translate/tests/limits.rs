use super::*;

#[test]
fn spans_without_ids_are_rejected_and_the_others_sent() {
    let bytes = otlp(&json!({ "resourceSpans": [{ "scopeSpans": [{ "spans": [
        { "traceId": "01", "spanId": "02".repeat(8) },
        { "traceId": "01".repeat(16), "spanId": "00".repeat(8) },
        { "traceId": "01".repeat(16), "spanId": "02".repeat(8), "name": "kept" },
    ] }] }] }));
    let written = request(&[bytes]).expect("not large");
    assert_eq!(written.rejected, 2);
    let (spans, _) = read(&written);
    assert_eq!((spans.len(), spans[0].operation_name.as_ref()), (1, "kept"));
}

#[test]
fn nothing_to_send_is_no_request() {
    let expected = Written {
        request: Vec::new(),
        rejected: 0,
    };
    assert_eq!(request::<Vec<u8>>(&[]), Ok(expected));
}

#[test]
fn a_request_that_repeats_too_much_is_refused() {
    let service = |name: &str, filler: usize, spans: usize| {
        let text = "x".repeat(filler);
        let span = json!({ "traceId": "01".repeat(16), "spanId": "02".repeat(8) });
        otlp(&json!({ "resourceSpans": [{
            "resource": { "attributes": [
                attribute("service.name", &json!({ "stringValue": name })),
                attribute("filler", &json!({ "stringValue": text })),
            ] },
            "scopeSpans": [{ "spans": vec![span; spans] }],
        }] }))
    };
    let large = service("b", 1 << 20, 70);
    assert!(
        request(std::slice::from_ref(&large)).is_ok(),
        "the process is shared"
    );
    assert!(request(&[service("a", 0, 1), large]).is_err());
}
