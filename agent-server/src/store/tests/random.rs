use proptest::prelude::*;

use super::trace_id;
use crate::store::Query;
use crate::store::fixture::{TestSpan, payload, store};
use crate::store::model::{Kind, StatusCode};

fn any_span() -> impl Strategy<Value = TestSpan> {
    (
        1..4_u128,
        1..30_u64,
        0..30_u64,
        ".{0,12}",
        0..6_u64,
        any::<u64>(),
        any::<u64>(),
        any::<bool>(),
    )
        .prop_map(
            |(trace, id, parent, name, kind, start, duration, error)| TestSpan {
                trace,
                id,
                parent,
                name,
                kind,
                start,
                duration,
                error,
                attributes: Vec::new(),
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_goes_in_comes_out(spans in prop::collection::vec(any_span(), 1..40)) {
        let store = store();
        for chunk in spans.chunks(7) {
            store.insert(&payload("service", chunk)).expect("inserted");
        }
        let mut first: Vec<&TestSpan> = Vec::new();
        for span in &spans {
            let same = |other: &&TestSpan| (other.trace, other.id, other.kind) == (span.trace, span.id, span.kind);
            if !first.iter().any(same) {
                first.push(span);
            }
        }
        let mut found = 0;
        for summary in store.traces(&Query::default()).expect("read") {
            let trace = store.trace(summary.trace_id).expect("read").expect("listed");
            prop_assert_eq!(trace.spans.len() as u64, summary.spans);
            found += trace.spans.len();
            for span in &trace.spans {
                let sent = first.iter().find(|sent| {
                    trace.trace_id == trace_id(sent.trace)
                        && *span.span_id.as_bytes() == sent.id.to_be_bytes()
                        && span.kind == Kind::from_wire(sent.kind)
                });
                let sent = sent.expect("what comes out went in");
                prop_assert_eq!(&span.name, &sent.name);
                prop_assert_eq!(span.start_unix_nano, sent.start);
                prop_assert_eq!(span.end_unix_nano, sent.start.saturating_add(sent.duration));
                prop_assert_eq!(span.status.code == StatusCode::Error, sent.error);
            }
        }
        prop_assert_eq!(found, first.len());
        let names = store.by_name(1_000).expect("read");
        prop_assert_eq!(names.iter().map(|name| name.spans).sum::<u64>() as usize, found);
    }
}
