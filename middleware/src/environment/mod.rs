//! What the environment says about every layer.
//!
//! A layer reads it when it is built; what the layer is told by code replaces what the environment
//! says. The environment of a process is read once, and a value that nobody understands is told
//! once, as a warning of `tracing` that names the variable, the value, what would be accepted and
//! what is used instead. It never fails.
//!
//! | variable | what it sets | default |
//! |---|---|---|
//! | `OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS` | the methods that are told apart, instead of the default ones | those of RFC 9110, `PATCH`, `QUERY` |
//! | `OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_REQUEST_HEADERS` | request headers of servers that become attributes | none |
//! | `OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_RESPONSE_HEADERS` | response headers of servers | none |
//! | `OTEL_INSTRUMENTATION_HTTP_CLIENT_CAPTURE_REQUEST_HEADERS` | request headers of clients | none |
//! | `OTEL_INSTRUMENTATION_HTTP_CLIENT_CAPTURE_RESPONSE_HEADERS` | response headers of clients | none |
//! | `OTEL_INSTRUMENTATION_HTTP_SENSITIVE_QUERY_PARAMETERS` | the query keys whose values are not shown, instead of the default ones | seven signature keys |
//! | `OTEL_INSTRUMENTATION_HTTP_SERVER_EXCLUDED_URLS` | what servers do not trace | nothing |
//! | `OTEL_INSTRUMENTATION_HTTP_CLIENT_EXCLUDED_URLS` | what clients do not trace | nothing |
//! | `OTEL_SEMCONV_STABILITY_OPT_IN` | `http/dup`, `rpc/dup`: attributes of the conventions before, too | only 1.44 |
//!
//! All are lists separated by commas. The four of captured headers are also read by the names that
//! Python gave them, `OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST` and so on. An
//! excluded URL is a pattern in which `*` stands for any text: of a path (`/healthz`,
//! `/internal/*`), or, with `://` in it, of a URL without its query (`https://*.internal/*`), whose
//! scheme is not looked at.
//!
//! Which headers carry the context is
//! [`OTEL_PROPAGATORS`](campanile_propagation::OTEL_PROPAGATORS)' choice.

mod exclusion;
mod read;
#[cfg(test)]
mod tests;
mod warning;

use std::sync::OnceLock;

use crate::describe::Side;
use crate::describe::capture::{Captured, Direction};
use crate::describe::legacy::Stability;
use crate::describe::methods::KnownMethods;
use crate::describe::optional::Optional;
use crate::describe::redact::Redaction;
use crate::filter::Filters;
use crate::hooks::Hooks;
use crate::settings::Settings;
use crate::telemetry::Telemetry;

use self::exclusion::Exclusion;
pub(crate) use self::read::read;

/// What the environment says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment {
    methods: KnownMethods,
    redaction: Redaction,
    server: OfSide,
    client: OfSide,
    stability: Stability,
}

/// What it says of one side.
#[derive(Clone, Debug, Default)]
struct OfSide {
    request_headers: Captured,
    response_headers: Captured,
    excluded: Option<Exclusion>,
}

impl Environment {
    /// The environment of this process, read once; what was not understood is told then.
    pub(crate) fn of_process() -> &'static Self {
        static ENVIRONMENT: OnceLock<Environment> = OnceLock::new();
        ENVIRONMENT.get_or_init(|| {
            let (environment, warnings) = read(|name| std::env::var_os(name));
            for warning in warnings {
                tracing::warn!("{warning}");
            }
            environment
        })
    }

    /// The settings that a layer begins with.
    pub(crate) fn settings(&self, side: Side) -> Settings {
        let of_side = match side {
            Side::Client => &self.client,
            Side::Server => &self.server,
        };
        let mut filters = Filters::default();
        if let Some(excluded) = &of_side.excluded {
            filters.push(crate::filter::not(excluded.clone()));
        }
        Settings {
            telemetry: Telemetry::default(),
            filters,
            span_name: None,
            hooks: Hooks::default(),
            methods: self.methods.clone(),
            redaction: self.redaction.clone(),
            request_headers: of_side.request_headers.clone(),
            response_headers: of_side.response_headers.clone(),
            optional: Optional::default(),
            body_sizes: false,
            message_counts: false,
            server_timing: false,
            stability: self.stability,
        }
    }
}

impl OfSide {
    fn capture(direction: Direction, names: Vec<http::HeaderName>) -> Captured {
        Captured::new(direction, names)
    }
}
