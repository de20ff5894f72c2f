//! Patterns in which `*` stands for any text.

/// Whether `text` matches `pattern`. Takes time proportional to the product of their lengths at
/// worst, without recursion.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    // `split` gives at least one part.
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::matches;

    #[test]
    fn a_star_stands_for_any_text_and_everything_else_for_itself() {
        let table = [
            ("", "", true),
            ("", "a", false),
            ("a", "a", true),
            ("a", "ab", false),
            ("*", "", true),
            ("*", "a/b", true),
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("a*c", "ac", true),
            ("a*bc", "abc", true),
            ("ab*bc", "abc", false),
            ("*b*", "abc", true),
            ("a*b*c", "axbyc", true),
            ("a*b*c", "axyc", false),
            ("**", "a", true),
        ];
        for (pattern, text, expected) in table {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    proptest! {
        #[test]
        fn any_pattern_meets_any_text(pattern in "[ab*]{0,8}", text in "[ab]{0,8}") {
            let expected = {
                // Row by row: which beginnings of the text the pattern so far matches.
                let bytes = text.as_bytes();
                let mut row = vec![false; bytes.len() + 1];
                row[0] = true;
                for symbol in pattern.bytes() {
                    let mut next = vec![false; bytes.len() + 1];
                    for end in 0..=bytes.len() {
                        next[end] = match symbol {
                            b'*' => row[end] || (end > 0 && next[end - 1]),
                            byte => end > 0 && row[end - 1] && bytes[end - 1] == byte,
                        };
                    }
                    row = next;
                }
                row[bytes.len()]
            };
            prop_assert_eq!(matches(&pattern, &text), expected);
        }
    }
}
