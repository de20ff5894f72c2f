//! Lower-case hexadecimal, eight digits at a time.
//!
//! Eight ASCII digits are handled as one 64-bit word, without a table and without a branch per
//! digit; decoding checks itself by writing the digits again.

const LOW_NIBBLES: u64 = 0x0f0f_0f0f_0f0f_0f0f;
const ONES: u64 = 0x0101_0101_0101_0101;

/// Decodes two lower-case digits.
#[inline]
pub(crate) fn decode_u8(digits: [u8; 2]) -> Option<u8> {
    let mut padded = *b"00000000";
    padded[6] = digits[0];
    padded[7] = digits[1];
    u8::try_from(decode_u32(padded)?).ok()
}

/// Decodes eight lower-case digits.
#[inline]
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
#[inline]
pub(crate) fn decode_u64(digits: [u8; 16]) -> Option<u64> {
    let (halves, _) = digits.as_chunks::<8>();
    halves.iter().try_fold(0, |word, half| {
        Some(word << 32 | u64::from(decode_u32(*half)?))
    })
}

/// Decodes one to sixteen digits of either case, as if zeros stood before them.
pub(crate) fn decode_short_u64(digits: &[u8]) -> Option<u64> {
    let mut padded = [b'0'; 16];
    let (_, place) = padded.split_at_mut_checked(16_usize.checked_sub(digits.len())?)?;
    place.copy_from_slice(digits);
    padded.make_ascii_lowercase();
    if digits.is_empty() {
        return None;
    }
    decode_u64(padded)
}

/// Decodes one to 32 digits of either case, as if zeros stood before them.
pub(crate) fn decode_short_u128(digits: &[u8]) -> Option<u128> {
    match digits.split_last_chunk::<16>() {
        None | Some(([], _)) => decode_short_u64(digits).map(u128::from),
        Some((high, low)) => {
            let high = u128::from(decode_short_u64(high)?);
            Some(high << 64 | u128::from(decode_short_u64(low)?))
        }
    }
}

/// Encodes a byte as two digits.
#[inline]
pub(crate) fn encode_u8(value: u8) -> [u8; 2] {
    let [.., high, low] = encode_u32(u32::from(value));
    [high, low]
}

/// Encodes a word as eight digits.
#[inline]
pub(crate) fn encode_u32(value: u32) -> [u8; 8] {
    let word = u64::from(value);
    let halves = (word | word << 16) & 0x0000_ffff_0000_ffff;
    let bytes = (halves | halves << 8) & 0x00ff_00ff_00ff_00ff;
    ascii((bytes | bytes << 4) & LOW_NIBBLES).to_be_bytes()
}

/// Encodes a word as sixteen digits.
pub(crate) fn encode_u64(value: [u8; 8]) -> [u8; 16] {
    let mut digits = [b'0'; 16];
    let (words, _) = value.as_chunks::<4>();
    let (places, _) = digits.as_chunks_mut::<8>();
    for (word, place) in words.iter().zip(places) {
        *place = encode_u32(u32::from_be_bytes(*word));
    }
    digits
}

/// Encodes two words as 32 digits.
pub(crate) fn encode_u128(value: [u8; 16]) -> [u8; 32] {
    let mut digits = [b'0'; 32];
    let (words, _) = value.as_chunks::<8>();
    let (places, _) = digits.as_chunks_mut::<16>();
    for (word, place) in words.iter().zip(places) {
        *place = encode_u64(*word);
    }
    digits
}

/// The digits of eight nibbles, one in each byte.
#[inline]
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
    fn short_ids_are_read_in_either_case_and_no_other_length() {
        let digits = b"00112233445566778899AABBccddeeff0";
        assert_eq!(decode_short_u64(b""), None);
        assert_eq!(decode_short_u128(b""), None);
        for length in 1..=32 {
            let text = str::from_utf8(&digits[..length]).expect("ASCII");
            let value = u128::from_str_radix(text, 16).expect("hex");
            let short = (length <= 16).then(|| u64::try_from(value).expect("it fits"));
            assert_eq!(decode_short_u64(text.as_bytes()), short, "{text}");
            assert_eq!(decode_short_u128(text.as_bytes()), Some(value), "{text}");
        }
        assert_eq!(decode_short_u128(digits), None);
        for bad in [
            b"+1".as_slice(),
            b"1g",
            b" 1",
            b"0x1",
            b"-00000000000000001",
        ] {
            assert_eq!(decode_short_u128(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn whole_ids_are_written_as_the_standard_library_writes_them() {
        let id = 0x0123_4567_89ab_cdef_fedc_ba98_7654_3210_u128;
        assert_eq!(
            encode_u128(id.to_be_bytes()),
            *format!("{id:032x}").as_bytes()
        );
        let id = 0x0123_4567_89ab_cdef_u64;
        assert_eq!(
            encode_u64(id.to_be_bytes()),
            *format!("{id:016x}").as_bytes()
        );
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
