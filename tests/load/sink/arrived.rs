//! Which numbers arrived.

/// The greatest number that is kept track of: enough for hours, and 128 MiB at most.
const GREATEST: u64 = 1 << 30;

/// A bit for each number.
#[derive(Clone, Debug, Default)]
pub struct Arrived {
    bits: Vec<u64>,
    spans: u64,
    distinct: u64,
    unnumbered: u64,
}

impl Arrived {
    /// Counts a span with this number; numbers begin with one.
    pub fn add(&mut self, number: u64) {
        self.spans += 1;
        if !(1..=GREATEST).contains(&number) {
            self.unnumbered += 1;
            return;
        }
        let (word, bit) = place(number);
        if word >= self.bits.len() {
            self.bits.resize((word + 1).next_power_of_two(), 0);
        }
        if self.bits[word] & bit == 0 {
            self.bits[word] |= bit;
            self.distinct += 1;
        }
    }

    /// All spans.
    #[must_use]
    pub fn spans(&self) -> u64 {
        self.spans
    }

    /// Spans whose number had arrived before.
    #[must_use]
    pub fn duplicates(&self) -> u64 {
        self.spans - self.unnumbered - self.distinct
    }

    /// Numbers up to `expected` that did not arrive.
    #[must_use]
    pub fn missing(&self, expected: u64) -> u64 {
        expected - self.up_to(expected)
    }

    /// Spans without a number, and numbers beyond `expected`.
    #[must_use]
    pub fn foreign(&self, expected: u64) -> u64 {
        self.unnumbered + self.distinct - self.up_to(expected)
    }

    /// Different numbers up to `last`.
    fn up_to(&self, last: u64) -> u64 {
        let (word, bit) = place(last + 1);
        let whole = self.bits.iter().take(word);
        let part = self.bits.get(word).map_or(0, |bits| bits & (bit - 1));
        let ones = whole
            .chain([&part])
            .map(|bits| u64::from(bits.count_ones()));
        ones.sum()
    }
}

fn place(number: u64) -> (usize, u64) {
    (
        usize::try_from(number / 64).unwrap_or(usize::MAX),
        1 << (number % 64),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_missing_and_one_that_came_twice_are_found() {
        let mut arrived = Arrived::default();
        for number in (1..=1_000).filter(|number| *number != 64) {
            arrived.add(number);
        }
        arrived.add(777);
        assert_eq!(arrived.spans(), 1_000);
        assert_eq!(arrived.duplicates(), 1);
        assert_eq!(arrived.missing(1_000), 1);
        assert_eq!(arrived.foreign(1_000), 0);
        assert_eq!((arrived.missing(63), arrived.missing(64)), (0, 1));
        assert_eq!(arrived.missing(2_000), 1_001);
    }

    #[test]
    fn what_was_never_sent_is_foreign() {
        let mut arrived = Arrived::default();
        for number in [1, 2, 3, 9, 0, u64::MAX] {
            arrived.add(number);
        }
        assert_eq!(arrived.foreign(3), 3);
        assert_eq!(arrived.duplicates(), 0);
    }
}
