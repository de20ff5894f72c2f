//! Text divided at a byte.
//!
//! Header values are short; going through their bytes costs less than `str`'s search for a
//! character, which is made for long text.

/// Divides the text where the ASCII byte `at` first stands.
#[inline]
pub(crate) fn split_once(text: &str, at: u8) -> Option<(&str, &str)> {
    let place = text.bytes().position(|byte| byte == at)?;
    Some((text.get(..place)?, text.get(place + 1..)?))
}

/// The pieces between the ASCII bytes `at`; one more than there are such bytes.
pub(crate) fn split(text: &str, at: u8) -> impl Iterator<Item = &str> + Clone {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let (piece, after) = match split_once(text, at) {
            Some((piece, after)) => (piece, Some(after)),
            None => (text, None),
        };
        rest = after;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_divided_as_the_standard_library_divides_it() {
        for text in ["", ",", "a", "a,b", ",a,,b,", "\u{e9},\u{20ac}=1"] {
            let pieces: Vec<&str> = split(text, b',').collect();
            assert_eq!(pieces, text.split(',').collect::<Vec<_>>());
            assert_eq!(split_once(text, b','), text.split_once(','));
        }
    }
}
