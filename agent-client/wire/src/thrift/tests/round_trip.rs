use proptest::prelude::*;

use super::tree::{Tree, read, structs};
use crate::thrift::{Kind, Protocol, Reader, ThriftError};

const PROTOCOLS: [Protocol; 2] = [Protocol::Binary, Protocol::Compact];

fn written(tree: &Tree, protocol: Protocol) -> Vec<u8> {
    let mut bytes = Vec::new();
    tree.write(protocol, &mut bytes);
    bytes
}

proptest! {
    #[test]
    fn what_is_written_is_read(tree in structs()) {
        for protocol in PROTOCOLS {
            let bytes = written(&tree, protocol);
            let mut reader = Reader::new(protocol, &bytes);
            prop_assert_eq!(read(&mut reader, Kind::Struct), Ok(tree.clone()));
            prop_assert_eq!((reader.rest(), reader.depth), (&[][..], 0));
        }
    }

    #[test]
    fn what_is_skipped_is_what_was_written(tree in structs(), behind: [u8; 4]) {
        for protocol in PROTOCOLS {
            let mut bytes = written(&tree, protocol);
            bytes.extend_from_slice(&behind);
            let mut reader = Reader::new(protocol, &bytes);
            prop_assert_eq!(reader.skip(Kind::Struct), Ok(()));
            prop_assert_eq!((reader.rest(), reader.depth), (&behind[..], 0));
        }
    }

    #[test]
    fn a_struct_cut_anywhere_is_refused(tree in structs(), cut: prop::sample::Index) {
        for protocol in PROTOCOLS {
            let bytes = written(&tree, protocol);
            let part = &bytes[..cut.index(bytes.len())];
            let error = Reader::new(protocol, part).skip(Kind::Struct);
            prop_assert!(
                matches!(error, Err(ThriftError::Truncated | ThriftError::Size)),
                "{:?}", error
            );
        }
    }

    #[test]
    fn any_bytes_are_read_and_skipped_alike(bytes in prop::collection::vec(0_u8..0x20, 0..60)) {
        for protocol in PROTOCOLS {
            let mut reads = Reader::new(protocol, &bytes);
            let mut skips = Reader::new(protocol, &bytes);
            let read = read(&mut reads, Kind::Struct);
            let skipped = skips.skip(Kind::Struct);
            prop_assert_eq!(read.map(drop), skipped);
            prop_assert_eq!(reads.rest(), skips.rest());
        }
    }

    #[test]
    fn any_bytes_are_a_message_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        for protocol in PROTOCOLS {
            let mut reader = Reader::new(protocol, &bytes);
            let _ = reader.message().and_then(|_| reader.skip(Kind::Struct));
        }
    }
}
