use campanile_wire::thrift::Protocol;
use proptest::prelude::*;

use super::super::batch::thrift_batch;
use super::*;

proptest! {
    #[test]
    fn any_bytes_are_valid_otlp_or_refused(bytes in prop::collection::vec(0_u8..0x20, 0..80)) {
        for protocol in [Protocol::Binary, Protocol::Compact] {
            if let Ok(translated) = thrift_batch(protocol, &bytes) {
                as_json(&translated);
            }
        }
        if let Ok(translated) = post_spans(&bytes) {
            as_json(&translated);
        }
    }

    #[test]
    fn a_mutated_batch_is_valid_otlp_or_refused(
        thrift: bool,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
    ) {
        let (file, name) = match thrift {
            true => ("wire/thrift.json", "http_batch_binary_full"),
            false => ("wire/jaeger_zipkin_proto.json", "jaeger_post_spans"),
        };
        let mut bytes = vector(file, name);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let translated = match thrift {
            true => thrift_batch(Protocol::Binary, &bytes),
            false => post_spans(&bytes),
        };
        if let Ok(translated) = translated {
            as_json(&translated);
        }
    }
}
