//! The headers of formats that a propagator has not got.
//!
//! A proxy that passes a request on also passes on the context that came with it in formats it does
//! not speak. Whoever reads those further on would see another parent, or another decision, than in
//! the headers that were written here.

use std::sync::LazyLock;

use http::HeaderMap;

use crate::Propagator;
use crate::formats::{FORMATS, Format, remove_stale};

/// Every name and every prefix of a name that a format reads.
struct Names {
    whole: Vec<&'static str>,
    prefixes: Vec<&'static str>,
    /// The buckets in which there are names: hardly any other header is in one of them.
    buckets: [u64; BUCKETS / 64],
    /// The first and the third bytes of prefixes.
    begins: [[bool; 256]; 2],
}

const BUCKETS: usize = 4096;

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut names = Names {
        whole: Vec::new(),
        prefixes: Vec::new(),
        buckets: [0; BUCKETS / 64],
        begins: [[false; 256]; 2],
    };
    for format in FORMATS {
        let read = format.fields().iter().chain(format.fields_only_read());
        for name in read.map(|name| name.as_str()) {
            let bucket = bucket(name);
            names.whole.push(name);
            names.buckets[bucket / 64] |= 1 << (bucket % 64);
        }
        for prefix in format.field_prefixes() {
            names.prefixes.push(prefix);
            for (begins, at) in names.begins.iter_mut().zip([0, 2]) {
                begins[byte(prefix, at)] = true;
            }
        }
    }
    names
});

/// A hash by the length and two bytes, in which the names that are common differ most.
fn bucket(name: &str) -> usize {
    let hash = (name.len() * 33) ^ (byte(name, name.len() / 2) * 97) ^ (byte(name, 1) * 7);
    hash % BUCKETS
}

fn byte(name: &str, at: usize) -> usize {
    name.as_bytes().get(at).copied().unwrap_or_default().into()
}

impl Names {
    /// Whether some format reads the header `name`.
    #[inline]
    fn hold(&self, name: &str) -> bool {
        let bucket = bucket(name);
        let may_be = self.buckets[bucket / 64] & (1 << (bucket % 64)) != 0;
        let [first, third] = &self.begins;
        let may_begin = first[byte(name, 0)] && third[byte(name, 2)];
        may_be && self.whole.contains(&name)
            || may_begin && self.prefixes.iter().any(|prefix| name.starts_with(prefix))
    }
}

impl Propagator {
    /// Takes away the headers of every format of this crate that is not one of this propagator's,
    /// which [`inject`](Self::inject) leaves alone: call it before. A propagator without formats
    /// takes away nothing.
    pub fn remove_others(&self, headers: &mut HeaderMap) {
        let is_foreign = |name: &str| NAMES.hold(name) && self.fields().all(|field| field != name);
        let injects = self.names().next().is_some();
        if !injects || !headers.keys().any(|name| is_foreign(name.as_str())) {
            return;
        }
        let is_own = |format: &dyn Format| self.names().any(|name| name == format.name());
        for format in FORMATS.iter().filter(|format| !is_own(**format)) {
            remove_stale(*format, headers);
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(names: &[&'static str]) -> HeaderMap {
        let header =
            |name: &&'static str| (HeaderName::from_static(name), HeaderValue::from_static("x"));
        names.iter().map(header).collect()
    }

    /// What is left of headers with these names.
    fn left(propagator: &Propagator, names: &[&'static str]) -> Vec<String> {
        let mut headers = headers(names);
        propagator.remove_others(&mut headers);
        let mut left: Vec<_> = headers.keys().map(ToString::to_string).collect();
        left.sort();
        left
    }

    #[test]
    fn headers_of_other_formats_go_and_all_else_stays() {
        let sent = [
            "accept",
            "b3",
            "baggage",
            "ot-tracer-traceid",
            "traceparent",
            "tracestate",
            "uber-trace-id",
            "uberctx-tenant",
            "x-amzn-trace-id",
            "x-b3-traceid",
            "x-datadog-trace-id",
            "x-request-id",
        ];
        let kept = [
            "accept",
            "baggage",
            "traceparent",
            "tracestate",
            "x-request-id",
        ];
        assert_eq!(left(&Propagator::w3c(), &sent), kept);
    }

    #[test]
    fn every_format_is_a_stranger_to_w3c_only() {
        for format in FORMATS {
            let own = ["tracecontext", "baggage"].contains(&format.name());
            for name in format.fields() {
                let left = left(&Propagator::w3c(), &[name.as_str().to_owned().leak()]);
                assert_eq!(left.len(), usize::from(own), "{name}");
            }
        }
    }

    #[test]
    fn without_formats_nothing_is_taken_away() {
        assert_eq!(
            left(&Propagator::none(), &["b3", "traceparent"]),
            ["b3", "traceparent"]
        );
    }
}
