//! Ids.

/// What is wrong with an id that is no id.
pub(super) const TRACE_ID: &str = "traceId must be 1 to 32 hexadecimal digits, not all zero";
/// The same for spans.
pub(super) const SPAN_ID: &str = "id must be 1 to 16 hexadecimal digits, not all zero";
/// The same for parents.
pub(super) const PARENT_ID: &str = "parentId must be up to 16 hexadecimal digits";

/// Reads up to `2 * N` hexadecimal digits; missing ones on the left are zeros.
pub(super) fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut id = [0; N];
    if text.len() == 2 * N {
        // Unlike the decoder, no prefix of `0x` is allowed.
        let plain = text.as_bytes().get(1) != Some(&b'x');
        return (plain && const_hex::decode_to_slice(text, &mut id).is_ok()).then_some(id);
    }
    if text.is_empty() || text.len() > 2 * N {
        return None;
    }
    for (index, digit) in text.bytes().rev().enumerate() {
        let digit = char::from(digit).to_digit(16)? as u8;
        if let Some(byte) = id.iter_mut().rev().nth(index / 2) {
            *byte |= digit << (4 * (index % 2));
        }
    }
    Some(id)
}

/// `bytes` as an id of 16 bytes: all of them, or the lower eight.
pub(super) fn trace_id(bytes: &[u8]) -> Option<[u8; 16]> {
    let mut id = [0; 16];
    match bytes.len() {
        16 => id.copy_from_slice(bytes),
        8 => id[8..].copy_from_slice(bytes),
        _ => return None,
    }
    Some(id)
}

/// Whether an id stands for nothing.
pub(super) fn is_zero(id: &[u8]) -> bool {
    id.iter().all(|byte| *byte == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_ids_are_padded_on_the_left_and_long_ones_refused() {
        assert_eq!(from_hex::<2>("0"), Some([0, 0]));
        assert_eq!(from_hex::<2>("abc"), Some([0x0a, 0xbc]));
        assert_eq!(from_hex::<2>("ABCD"), Some([0xab, 0xcd]));
        for wrong in ["", "abcde", "0xab", "0x", "xyz", "+1", "-123", "é"] {
            assert_eq!(from_hex::<2>(wrong), None, "{wrong}");
        }
    }
}
