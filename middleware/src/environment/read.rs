//! From variables to settings.

use std::ffi::OsString;

use http::{HeaderName, Method};

use super::exclusion::Exclusion;
use super::warning::Warning;
use super::{Environment, OfSide};
use crate::describe::capture::Direction;
use crate::describe::legacy::Stability;
use crate::describe::methods::KnownMethods;
use crate::describe::redact::Redaction;

const KNOWN_METHODS: &str = "OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS";
const SENSITIVE: &str = "OTEL_INSTRUMENTATION_HTTP_SENSITIVE_QUERY_PARAMETERS";
const STABILITY: &str = "OTEL_SEMCONV_STABILITY_OPT_IN";

/// The variables of one side. Of two names for one thing the first that is set counts.
struct Names {
    request_headers: [&'static str; 2],
    response_headers: [&'static str; 2],
    excluded: &'static str,
}

const SERVER: Names = Names {
    request_headers: [
        "OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_REQUEST_HEADERS",
        "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST",
    ],
    response_headers: [
        "OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_RESPONSE_HEADERS",
        "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_RESPONSE",
    ],
    excluded: "OTEL_INSTRUMENTATION_HTTP_SERVER_EXCLUDED_URLS",
};

const CLIENT: Names = Names {
    request_headers: [
        "OTEL_INSTRUMENTATION_HTTP_CLIENT_CAPTURE_REQUEST_HEADERS",
        "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST",
    ],
    response_headers: [
        "OTEL_INSTRUMENTATION_HTTP_CLIENT_CAPTURE_RESPONSE_HEADERS",
        "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE",
    ],
    excluded: "OTEL_INSTRUMENTATION_HTTP_CLIENT_EXCLUDED_URLS",
};

/// Reads the variables that `lookup` gives. An empty variable is one that is not set.
pub(crate) fn read(lookup: impl Fn(&str) -> Option<OsString>) -> (Environment, Vec<Warning>) {
    let mut reader = Reader {
        lookup,
        warnings: Vec::new(),
    };
    let environment = Environment {
        methods: reader.methods(),
        redaction: reader.redaction(),
        server: reader.side(&SERVER),
        client: reader.side(&CLIENT),
        stability: reader.stability(),
    };
    (environment, reader.warnings)
}

struct Reader<L> {
    lookup: L,
    warnings: Vec<Warning>,
}

impl<L: Fn(&str) -> Option<OsString>> Reader<L> {
    fn methods(&mut self) -> KnownMethods {
        let Some(members) = self.list(KNOWN_METHODS) else {
            return KnownMethods::default();
        };
        let is_method = |text: &str| Method::from_bytes(text.as_bytes()).is_ok();
        let (good, bad): (Vec<_>, Vec<_>) = members.into_iter().partition(|text| is_method(text));
        self.warn_of(
            KNOWN_METHODS,
            bad,
            "methods, such as GET,PURGE",
            "it is left out",
        );
        if good.is_empty() {
            KnownMethods::default()
        } else {
            KnownMethods::new(good)
        }
    }

    fn redaction(&mut self) -> Redaction {
        let keys = self.list(SENSITIVE);
        keys.map_or_else(Redaction::default, Redaction::new)
    }

    fn side(&mut self, names: &Names) -> OfSide {
        let request = self.headers(names.request_headers);
        let response = self.headers(names.response_headers);
        OfSide {
            request_headers: OfSide::capture(Direction::Request, request),
            response_headers: OfSide::capture(Direction::Response, response),
            excluded: self.list(names.excluded).map(Exclusion::new),
        }
    }

    fn headers(&mut self, names: [&'static str; 2]) -> Vec<HeaderName> {
        let found = names
            .into_iter()
            .find_map(|name| Some((name, self.list(name)?)));
        let Some((variable, members)) = found else {
            return Vec::new();
        };
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        for member in members {
            match HeaderName::from_bytes(member.as_bytes()) {
                // A star is a letter of names, but nobody means it so.
                Ok(name) if !member.contains('*') => good.push(name),
                _ => bad.push(member),
            }
        }
        self.warn_of(
            variable,
            bad,
            "names of headers, such as x-tenant",
            "it is left out",
        );
        good
    }

    /// Other instrumentations share the variable, so only what looks like ours is judged.
    fn stability(&mut self) -> Stability {
        let mut stability = Stability::default();
        let mut bad = Vec::new();
        for member in self.list(STABILITY).unwrap_or_default() {
            match &*member.to_ascii_lowercase() {
                "http/dup" => stability.http_dup = true,
                "rpc/dup" => stability.rpc_dup = true,
                "http" | "rpc" => {}
                other if other.starts_with("http/") || other.starts_with("rpc/") => {
                    bad.push(member);
                }
                _ => {}
            }
        }
        let used = "only the conventions of version 1.44 are used";
        self.warn_of(STABILITY, bad, "http, http/dup, rpc or rpc/dup", used);
        stability
    }

    /// The members of a list; none when the variable is not set, or has no member.
    fn list(&mut self, variable: &'static str) -> Option<Vec<String>> {
        let text = match (self.lookup)(variable)?.into_string() {
            Ok(text) => text,
            Err(bytes) => {
                let value = vec![bytes.to_string_lossy().into_owned()];
                self.warn_of(
                    variable,
                    value,
                    "text in UTF-8",
                    "it is as if it were not set",
                );
                return None;
            }
        };
        let members = text.split(',').map(str::trim);
        let members: Vec<_> = members
            .filter(|m| !m.is_empty())
            .map(str::to_owned)
            .collect();
        (!members.is_empty()).then_some(members)
    }

    fn warn_of(
        &mut self,
        variable: &'static str,
        values: Vec<String>,
        accepted: &'static str,
        used: &'static str,
    ) {
        self.warnings
            .extend(values.into_iter().map(|value| Warning {
                variable,
                value,
                accepted,
                used,
            }));
    }
}
