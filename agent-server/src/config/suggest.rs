//! "Did you mean ...?"

/// The candidate that `typed` was probably meant to be.
#[must_use]
pub(crate) fn closest<'c>(typed: &str, candidates: &[&'c str]) -> Option<&'c str> {
    // What is this long is no typing error, and the search takes time in the square of it.
    if typed.chars().count() > 64 {
        return None;
    }
    // More than a third wrong is another word.
    let limit = (typed.chars().count() / 3).max(1);
    let distances = candidates
        .iter()
        .map(|candidate| (distance(typed, candidate), *candidate));
    let (distance, candidate) = distances.min()?;
    (distance <= limit).then_some(candidate)
}

/// "did you mean `a`? accepted here: `a`, `b`".
#[must_use]
pub(super) fn help(typed: &str, candidates: &[&str]) -> String {
    let accepted = match list(candidates) {
        list if list.is_empty() => "nothing is accepted here".to_owned(),
        list => format!("accepted here: {list}"),
    };
    match closest(typed, candidates) {
        Some(candidate) => format!("did you mean `{candidate}`? {accepted}"),
        None => accepted,
    }
}

/// "`a`, `b`".
#[must_use]
pub(super) fn list(names: &[&str]) -> String {
    let quoted = names.iter().map(|name| format!("`{name}`"));
    quoted.collect::<Vec<_>>().join(", ")
}

/// How many characters have to be put in, left out, replaced or swapped with their neighbor.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut rows = vec![(0..=to.len()).collect::<Vec<usize>>()];
    for (line, left) in from.iter().enumerate() {
        let mut row = vec![line + 1];
        for (column, right) in to.iter().enumerate() {
            let cell = |up: usize, back: usize| rows[line + 1 - up][column + 1 - back];
            let replaced = cell(1, 1) + usize::from(left != right);
            let inserted = row[column] + 1;
            let mut best = replaced.min(inserted).min(cell(1, 0) + 1);
            let swapped =
                line > 0 && column > 0 && from[line - 1] == *right && to[column - 1] == *left;
            if swapped {
                best = best.min(cell(2, 2) + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_is_seen_through_and_another_word_is_not() {
        let accepted = ["compression", "endpoint", "tls"];
        assert_eq!(closest("compresion", &accepted), Some("compression"));
        assert_eq!(closest("endpont", &accepted), Some("endpoint"));
        assert_eq!(closest("tsl", &accepted), Some("tls"));
        assert_eq!(closest("queue", &accepted), None);
        assert_eq!(closest("anything", &[]), None);
    }

    #[test]
    fn a_swap_of_neighbors_is_one_mistake() {
        assert_eq!(distance("otpl", "otlp"), 1);
        assert_eq!(distance("reciever", "receivers"), 2);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("same", "same"), 0);
    }
}
