use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceResponse,
};
use proptest::prelude::*;
use prost::Message as _;

use crate::otlp::Signal;
use crate::otlp::response::*;
use crate::protobuf::WireError;

#[test]
fn a_partial_success_that_says_nothing_is_a_full_success() {
    assert_eq!(decode(&[]), Ok(None));
    assert_eq!(decode(&[0x0a, 0x00]), Ok(None));
    for json in [
        "{}",
        r#"{"partialSuccess":{}}"#,
        r#"{"partialSuccess":null}"#,
    ] {
        assert_eq!(
            decode_json(Signal::Logs, json.as_bytes()),
            Ok(None),
            "{json}"
        );
    }
}

#[test]
fn a_count_that_an_int64_cannot_hold_is_bounded() {
    let all = Some(PartialSuccess {
        rejected: u64::MAX,
        message: String::new(),
    });
    let read = decode(&encode(&all)).expect("valid").expect("partial");
    assert_eq!(read.rejected, i64::MAX as u64);
    // A count of -1 is none.
    let negative = [
        0x0a, 0x0b, 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01,
    ];
    assert_eq!(decode(&negative), Ok(None));
}

#[test]
fn a_response_that_is_cut_is_refused() {
    assert_eq!(decode(&[0x0a, 0x02, 0x08]), Err(WireError::Truncated));
    assert_eq!(decode(&[0x0a, 0x01, 0x08]), Err(WireError::Truncated));
    assert!(decode_json(Signal::Traces, b"{").is_err());
}

#[test]
fn an_error_has_one_meaning_in_both_forms() {
    assert_eq!(rpc_status(3, "bad"), [0x08, 3, 0x12, 3, b'b', b'a', b'd']);
    let json = rpc_status_json(3, "no \"id\"\n");
    assert_eq!(json, r#"{"code":3,"message":"no \"id\"\n"}"#);
}

#[test]
fn a_retry_delay_is_found_among_other_details() {
    let delay = Duration::from_millis(1_500);
    let status = retry_info(14, "busy", delay);
    assert!(status.starts_with(&rpc_status(14, "busy")));
    assert_eq!(retry_delay(&status), Some(delay));
    // Another detail before it: an Any of another type.
    let other = [&[0x1a, 0x05, 0x0a, 0x03][..], b"x/y", &status].concat();
    assert_eq!(retry_delay(&other), Some(delay));
    assert_eq!(retry_delay(&rpc_status(14, "busy")), None);
    assert_eq!(
        retry_delay(&retry_info(14, "", Duration::ZERO)),
        Some(Duration::ZERO)
    );
}

#[test]
fn a_retry_delay_that_makes_no_sense_is_none() {
    let status = |seconds: i64, nanos: i32| {
        let duration = prost_types::Duration { seconds, nanos }.encode_to_vec();
        let mut status = Vec::new();
        crate::otlp::write::nested(&mut status, 3, |any| {
            crate::otlp::write::text(any, 1, "type.googleapis.com/google.rpc.RetryInfo");
            crate::otlp::write::nested(any, 2, |info| {
                crate::protobuf::put_bytes(info, 1, &duration);
            });
        });
        status
    };
    assert_eq!(retry_delay(&status(2, 5)), Some(Duration::new(2, 5)));
    for (seconds, nanos) in [(-1, 0), (1, -1), (0, 1_000_000_000)] {
        assert_eq!(
            retry_delay(&status(seconds, nanos)),
            None,
            "{seconds} {nanos}"
        );
    }
}

proptest! {
    #[test]
    fn a_response_is_that_of_the_protocol(rejected in 0..=i64::MAX, error_message: String) {
        let partial = PartialSuccess {
            rejected: rejected.cast_unsigned(),
            message: error_message.clone(),
        };
        let partial = (partial != PartialSuccess::default()).then_some(partial);
        let partial_success = partial.is_some().then_some(ExportTracePartialSuccess {
            rejected_spans: rejected,
            error_message,
        });
        let theirs = ExportTraceServiceResponse { partial_success }.encode_to_vec();
        prop_assert_eq!(encode(&partial), &*theirs);
        prop_assert_eq!(decode(&theirs), Ok(partial.clone()));
        for signal in Signal::ALL {
            let json = encode_json(signal, &partial);
            prop_assert_eq!(decode_json(signal, json.as_bytes()), Ok(partial.clone()));
        }
    }

    #[test]
    fn a_delay_is_that_of_the_protocol(delay in (0..1_u64 << 40, 0..1_000_000_000_u32)) {
        let delay = Duration::new(delay.0, delay.1);
        let status = retry_info(8, "later", delay);
        let any = crate::otlp::view::messages(&status, 3).next().expect("a detail");
        let any = prost_types::Any::decode(any).expect("an Any");
        prop_assert_eq!(any.type_url, "type.googleapis.com/google.rpc.RetryInfo");
        let duration = crate::otlp::view::messages(&any.value, 1).next().expect("a delay");
        let duration = prost_types::Duration::decode(duration).expect("a Duration");
        prop_assert_eq!(Duration::try_from(duration), Ok(delay));
        prop_assert_eq!(retry_delay(&status), Some(delay));
    }

    #[test]
    fn any_bytes_give_a_verdict(bytes: Vec<u8>) {
        let _partial = decode(&bytes);
        let _delay = retry_delay(&bytes);
    }
}
