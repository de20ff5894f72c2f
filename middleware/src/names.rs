//! Names that come back with every request, kept once for the life of the process.
//!
//! Routes, and span names made from them, are a few texts of the program. Kept, they cost no
//! allocation per request and may be attributes of metrics: a set of them has a bound. A table
//! takes what comes first and never forgets; what finds no place is used all the same, at the
//! price of a copy in a span, and is left out of metrics.
//!
//! # Design
//!
//! A lock-free table of places that are filled once: the alternative, a map behind a lock, makes
//! every core write to the lock's memory for each request.

use std::sync::OnceLock;

/// How many places are tried before a text is not kept.
const PROBES: usize = 16;

/// The longest text that is kept, in bytes.
const MAX_BYTES: usize = 256;

/// A table of at most `N` texts of at most 256 bytes.
#[derive(Debug)]
pub(crate) struct Names<const N: usize>([OnceLock<Box<str>>; N]);

/// Routes that routers matched or handlers set.
pub(crate) static ROUTES: Names<1024> = Names::new();

/// Span names made of a method and a route, or of a gRPC method.
pub(crate) static SPAN_NAMES: Names<1024> = Names::new();

/// Hosts that servers were asked for. Anybody can fill it; what finds no place costs a copy.
pub(crate) static SERVED_HOSTS: Names<64> = Names::new();

/// What clients of servers say they are. Anybody can fill it; what finds no place costs a copy.
pub(crate) static USER_AGENTS: Names<256> = Names::new();

/// Hosts that servers were told to tell apart in metrics.
pub(crate) static MEASURED_HOSTS: Names<256> = Names::new();

/// Hosts that clients call, for their spans.
pub(crate) static CALLED_HOSTS: Names<256> = Names::new();

/// The same, with their ports, for the metrics of clients.
pub(crate) static ASKED_HOSTS: Names<128> = Names::new();

/// URL templates of clients, for the metrics of clients.
pub(crate) static TEMPLATES: Names<512> = Names::new();

/// Methods of gRPC that clients call.
pub(crate) static CALLED_METHODS: Names<1024> = Names::new();

/// Methods of gRPC that are served: those of lists, and those that a service has answered for.
pub(crate) static SERVED_METHODS: Names<1024> = Names::new();

impl<const N: usize> Names<N> {
    pub(crate) const fn new() -> Self {
        Self([const { OnceLock::new() }; N])
    }

    /// The kept text equal to `text`; keeps it if there is a place.
    pub(crate) fn keep(&'static self, text: &str) -> Option<&'static str> {
        self.find(
            hash(text, SEED),
            text.len(),
            |kept| kept == text,
            || text.into(),
        )
    }

    /// The kept text equal to `text`, if it is kept already.
    pub(crate) fn known(&'static self, text: &str) -> Option<&'static str> {
        let start = place(hash(text, SEED));
        let places = (0..PROBES.min(N)).map(|probe| self.0.get((start + probe) % N)?.get());
        places
            .map_while(|kept| kept)
            .map(|kept| &**kept)
            .find(|kept| *kept == text)
    }

    /// The kept host, for which also a port is kept that goes with it.
    pub(crate) fn keep_host(&'static self, host: &str, port: Option<u16>) -> Option<&'static str> {
        match port {
            None => self.keep(host),
            Some(port) => {
                let kept = self.keep_joined(host, port.to_string().as_str())?;
                kept.get(..host.len())
            }
        }
    }

    /// The kept text equal to `first`, a space and `second`, without joining them to look.
    pub(crate) fn keep_joined(&'static self, first: &str, second: &str) -> Option<&'static str> {
        self.find(
            hash(second, hash(first, SEED)),
            first.len() + 1 + second.len(),
            |kept| {
                let rest = kept
                    .strip_prefix(first)
                    .and_then(|rest| rest.strip_prefix(' '));
                rest == Some(second)
            },
            || [first, " ", second].concat().into(),
        )
    }

    fn find(
        &'static self,
        hash: u64,
        length: usize,
        is_it: impl Fn(&str) -> bool,
        make: impl Fn() -> Box<str>,
    ) -> Option<&'static str> {
        if length > MAX_BYTES {
            return None;
        }
        let start = place(hash);
        for probe in 0..PROBES.min(N) {
            let place = self.0.get((start + probe) % N)?;
            let kept: &'static str = place.get_or_init(&make);
            if kept.len() == length && is_it(kept) {
                return Some(kept);
            }
        }
        None
    }
}

/// Where hashing begins.
const SEED: u64 = 0xcbf2_9ce4_8422_2325;

/// Where looking begins. The upper half of a hash is the better mixed one.
fn place(hash: u64) -> usize {
    usize::try_from(hash >> 33).unwrap_or_default()
}

/// FNV-1a over eight bytes at a time: the tables are small and hold no secrets.
fn hash(text: &str, seed: u64) -> u64 {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let mut hash = seed ^ text.len() as u64;
    for word in words {
        hash = (hash ^ u64::from_le_bytes(*word)).wrapping_mul(PRIME);
        hash ^= hash >> 32;
    }
    for byte in rest {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(PRIME);
    }
    hash.wrapping_mul(PRIME)
}

#[cfg(test)]
mod tests {
    use std::ptr;

    use super::Names;

    #[test]
    fn equal_texts_are_kept_once() {
        static TABLE: Names<64> = Names::new();
        let first = TABLE.keep("/users/{id}").unwrap();
        let second = TABLE.keep(&String::from("/users/{id}")).unwrap();
        assert!(ptr::eq(first, second));
        assert_ne!(TABLE.keep("/users/{name}"), Some(first));
    }

    #[test]
    fn joined_texts_are_told_apart() {
        static TABLE: Names<64> = Names::new();
        assert_eq!(TABLE.keep_joined("GET", "/a"), Some("GET /a"));
        assert_eq!(TABLE.keep_joined("GET", "/a"), Some("GET /a"));
        assert_eq!(TABLE.keep_joined("GE", "T/a"), Some("GE T/a"));
        assert_eq!(TABLE.keep("ax1"), Some("ax1"));
        assert_eq!(TABLE.keep_joined("a", "1"), Some("a 1"));
    }

    #[test]
    fn looking_keeps_nothing() {
        static TABLE: Names<64> = Names::new();
        assert_eq!(TABLE.known("/a"), None);
        assert_eq!(TABLE.keep("/a"), Some("/a"));
        assert_eq!(TABLE.known("/a"), Some("/a"));
        assert_eq!(TABLE.known("/b"), None);
    }

    #[test]
    fn a_host_is_kept_with_its_port() {
        static TABLE: Names<4> = Names::new();
        assert_eq!(TABLE.keep_host("h", None), Some("h"));
        let kept = (0..100).filter(|port| TABLE.keep_host("h", Some(*port)).is_some());
        assert_eq!(kept.count(), 3);
        assert_eq!(TABLE.keep_host("h", Some(0)), Some("h"));
    }

    #[test]
    fn a_table_has_a_bound_and_remembers_what_came_first() {
        static TABLE: Names<64> = Names::new();
        let kept: Vec<_> = (0..10_000)
            .filter(|n| TABLE.keep(&format!("/{n}")).is_some())
            .collect();
        assert!(kept.len() <= 64, "{}", kept.len());
        assert!(kept.len() > 48, "{}", kept.len());
        assert_eq!(TABLE.keep("/0"), Some("/0"));
    }

    #[test]
    fn a_long_text_is_not_kept() {
        static TABLE: Names<64> = Names::new();
        assert!(TABLE.keep(&"x".repeat(256)).is_some());
        assert_eq!(TABLE.keep(&"x".repeat(257)), None);
    }
}
