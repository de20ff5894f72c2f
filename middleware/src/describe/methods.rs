//! Which methods may become an attribute.

use std::sync::Arc;

use ::http::Method;

/// The methods of RFC 9110, PATCH and QUERY.
const KNOWN: [&str; 10] = [
    "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE",
];

/// Any other method, in `http.request.method`.
pub(crate) const OTHER: &str = "_OTHER";

/// Any other method, in a span's name.
pub(crate) const OTHER_NAME: &str = "HTTP";

/// How many methods of its own an application may name.
const MAX_OWN: usize = 64;

/// The methods that are told apart. All others are `_OTHER`, so that a client that makes methods
/// up makes no new names and no new metric series.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownMethods {
    /// None: the ones every server knows.
    own: Option<Arc<[Arc<str>]>>,
}

/// A method as names and attributes have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MethodName {
    Known(&'static str),
    Other,
    Own(Arc<str>),
}

impl KnownMethods {
    /// These methods instead of the default ones; with case.
    pub(crate) fn new<M: AsRef<str>>(methods: impl IntoIterator<Item = M>) -> Self {
        let own = methods.into_iter().take(MAX_OWN);
        Self {
            own: Some(own.map(|method| Arc::from(method.as_ref())).collect()),
        }
    }

    /// The name of `method`.
    #[inline]
    pub(crate) fn name(&self, method: &Method) -> MethodName {
        match &self.own {
            None => default_name(method),
            Some(own) => {
                let found = own.iter().find(|known| ***known == *method.as_str());
                found.map_or(MethodName::Other, |known| {
                    MethodName::Own(Arc::clone(known))
                })
            }
        }
    }
}

#[inline]
fn default_name(method: &Method) -> MethodName {
    // The two most frequent ones are told by a tag, without a comparison of text.
    if *method == Method::GET {
        return MethodName::Known("GET");
    }
    if *method == Method::POST {
        return MethodName::Known("POST");
    }
    let found = KNOWN.into_iter().find(|known| *known == method.as_str());
    found.map_or(MethodName::Other, MethodName::Known)
}

impl MethodName {
    /// The `{method}` of a span's name.
    #[inline]
    pub(crate) fn in_span_name(&self) -> &str {
        match self {
            Self::Known(name) => name,
            Self::Other => OTHER_NAME,
            Self::Own(name) => name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(known: &KnownMethods, method: &str) -> MethodName {
        known.name(&Method::from_bytes(method.as_bytes()).unwrap())
    }

    #[test]
    fn methods_are_compared_with_case() {
        let known = KnownMethods::default();
        for method in KNOWN {
            assert_eq!(name(&known, method), MethodName::Known(method));
        }
        assert_eq!(name(&known, "get"), MethodName::Other);
        assert_eq!(name(&known, "EVIL123"), MethodName::Other);
        assert_eq!(MethodName::Other.in_span_name(), "HTTP");
    }

    #[test]
    fn own_methods_replace_the_default_ones_and_have_a_bound() {
        let known = KnownMethods::new(["PURGE"]);
        assert_eq!(name(&known, "PURGE"), MethodName::Own("PURGE".into()));
        assert_eq!(name(&known, "GET"), MethodName::Other);
        let many = KnownMethods::new((0..1000).map(|n| format!("M{n}")));
        assert_eq!(name(&many, "M999"), MethodName::Other);
    }
}
