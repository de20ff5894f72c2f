//! Lower-case hexadecimal, eight digits at a time.
//!
//! Eight ASCII digits are handled as one 64-bit word, without a table and without a branch per
//! digit; decoding checks itself by writing the digits again.

const LOW_NIBBLES: u64 = 0x0f0f_0f0f_0f0f_0f0f;
const ONES: u64 = 0x0101_0101_0101_0101;

/// Decodes two lower-case digits.
pub(crate) fn decode_u8(digits: [u8; 2]) -> Option<u8> {
    let mut padded = *b"00000000";
    padded[6] = digits[0];
    padded[7] = digits[1];
    u8::try_from(decode_u32(padded)?).ok()
}

/// Decodes eight lower-case digits.
pub(crate) fn decode_u32(digits: [u8; 8]) -> Option<u32> {
    let word = u64::from_be_bytes(digits);
    let letters = (word >> 6) & ONES;
    let nibbles = (word & LOW_NIBBLES) + letters * 9;
    // A byte that is no digit either leaves the nibble's range or is not written back as itself.
    if nibbles & !LOW_NIBBLES != 0 || ascii(nibbles) != word {
        return None;
    }
    let bytes = (nibbles | nibbles >> 4) & 0x00ff_00ff_00ff_00ff;
    let halves = (bytes | bytes >> 8) & 0x0000_ffff_0000_ffff;
    u32::try_from((halves | halves >> 16) & 0xffff_ffff).ok()
}

/// Decodes sixteen lower-case digits.
pub(crate) fn decode_u64(digits: [u8; 16]) -> Option<u64> {
    let (halves, _) = digits.as_chunks::<8>();
    halves.iter().try_fold(0, |word, half| {
        Some(word << 32 | u64::from(decode_u32(*half)?))
    })
}

/// Encodes a byte as two digits.
pub(crate) fn encode_u8(value: u8) -> [u8; 2] {
    let [.., high, low] = encode_u32(u32::from(value));
    [high, low]
}

/// Encodes a word as eight digits.
pub(crate) fn encode_u32(value: u32) -> [u8; 8] {
    let word = u64::from(value);
    let halves = (word | word << 16) & 0x0000_ffff_0000_ffff;
    let bytes = (halves | halves << 8) & 0x00ff_00ff_00ff_00ff;
    ascii((bytes | bytes << 4) & LOW_NIBBLES).to_be_bytes()
}

/// The digits of eight nibbles, one in each byte.
fn ascii(nibbles: u64) -> u64 {
    let above_nine = ((nibbles + ONES * 6) >> 4) & ONES;
    nibbles + ONES * u64::from(b'0') + above_nine * u64::from(b'a' - b'0' - 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The slow definition: what the standard library reads, lower case only.
    fn reference(digits: [u8; 8]) -> Option<u32> {
        if !digits
            .iter()
            .all(|d| matches!(d, b'0'..=b'9' | b'a'..=b'f'))
        {
            return None;
        }
        u32::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()
    }

    #[test]
    fn every_byte_in_every_place_is_read_as_the_standard_library_reads_it() {
        for place in 0..8 {
            for byte in 0..=u8::MAX {
                let mut digits = *b"09af5c3e";
                digits[place] = byte;
                assert_eq!(decode_u32(digits), reference(digits), "{digits:?}");
            }
        }
    }

    #[test]
    fn what_is_encoded_is_decoded_again() {
        for value in [0, 1, 0x0123_4567, 0x89ab_cdef, u32::MAX] {
            assert_eq!(encode_u32(value), *format!("{value:08x}").as_bytes());
            assert_eq!(decode_u32(encode_u32(value)), Some(value));
        }
        for value in 0..=u8::MAX {
            assert_eq!(decode_u8(encode_u8(value)), Some(value));
        }
        assert_eq!(
            decode_u64(*b"0123456789abcdef"),
            Some(0x0123_4567_89ab_cdef)
        );
    }
}
