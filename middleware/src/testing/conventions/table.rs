//! What version 1.44.0 of the semantic conventions lists.
//!
//! Generated, do not edit. From a checkout of
//! <https://github.com/open-telemetry/semantic-conventions/tree/v1.44.0> in `CHECKOUT`:
//! `cargo run --manifest-path tests/conventions/Cargo.toml -- CHECKOUT`.

use opentelemetry::trace::SpanKind;

use super::group::Family::{Http, Rpc};
use super::group::Instrument::{Histogram, UpDownCounter};
use super::group::Level::{Conditional, OptIn, Recommended, Required};
use super::group::Number::{Float, Whole};
use super::group::Stability::{Development, ReleaseCandidate, Stable};
use super::group::Type::{Int, Text, Texts};
use super::group::{MetricGroup, SpanGroup, attribute, template};

/// The version of the conventions that the table is from.
pub const VERSION: &str = "1.44.0";

/// The methods that are known unless a user says otherwise.
pub(super) const KNOWN_METHODS: [&str; 10] = [
    "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE",
];

/// The spans, each with what may be on it.
pub(super) static SPANS: [SpanGroup; 4] = [
    SpanGroup {
        family: Http,
        kind: SpanKind::Server,
        attributes: &[
            attribute("client.address", Text, Recommended, Stable).at_start(),
            attribute("client.port", Int, OptIn, Stable),
            attribute("error.type", Text, Conditional, Stable),
            attribute("http.request.body.size", Int, OptIn, Development),
            template("http.request.header", Texts, OptIn, Stable).at_start(),
            attribute("http.request.method", Text, Required, Stable).at_start(),
            attribute("http.request.method_original", Text, Conditional, Stable),
            attribute("http.request.size", Int, OptIn, Development),
            attribute("http.response.body.size", Int, OptIn, Development),
            template("http.response.header", Texts, OptIn, Stable),
            attribute("http.response.size", Int, OptIn, Development),
            attribute("http.response.status_code", Int, Conditional, Stable),
            attribute("http.route", Text, Conditional, Stable),
            attribute("network.local.address", Text, OptIn, Stable),
            attribute("network.local.port", Int, OptIn, Stable),
            attribute("network.peer.address", Text, Recommended, Stable),
            attribute("network.peer.port", Int, Recommended, Stable),
            attribute("network.protocol.name", Text, Conditional, Stable),
            attribute("network.protocol.version", Text, Recommended, Stable),
            attribute("network.transport", Text, OptIn, Stable),
            attribute("server.address", Text, Recommended, Stable).at_start(),
            attribute("server.port", Int, Conditional, Stable).at_start(),
            attribute("url.path", Text, Required, Stable).at_start(),
            attribute("url.query", Text, Conditional, Stable).at_start(),
            attribute("url.scheme", Text, Required, Stable).at_start(),
            attribute("user_agent.original", Text, Recommended, Stable).at_start(),
            attribute("user_agent.synthetic.type", Text, OptIn, Development),
        ],
    },
    SpanGroup {
        family: Http,
        kind: SpanKind::Client,
        attributes: &[
            attribute("error.type", Text, Conditional, Stable),
            attribute("http.request.body.size", Int, OptIn, Development),
            template("http.request.header", Texts, OptIn, Stable),
            attribute("http.request.method", Text, Required, Stable).at_start(),
            attribute("http.request.method_original", Text, Conditional, Stable),
            attribute("http.request.resend_count", Int, Recommended, Stable),
            attribute("http.request.size", Int, OptIn, Development),
            attribute("http.response.body.size", Int, OptIn, Development),
            template("http.response.header", Texts, OptIn, Stable),
            attribute("http.response.size", Int, OptIn, Development),
            attribute("http.response.status_code", Int, Conditional, Stable),
            attribute("network.peer.address", Text, Recommended, Stable),
            attribute("network.peer.port", Int, Recommended, Stable),
            attribute("network.protocol.name", Text, Conditional, Stable),
            attribute("network.protocol.version", Text, Recommended, Stable),
            attribute("network.transport", Text, OptIn, Stable),
            attribute("server.address", Text, Required, Stable).at_start(),
            attribute("server.port", Int, Required, Stable).at_start(),
            attribute("url.full", Text, Required, Stable).at_start(),
            attribute("url.scheme", Text, OptIn, Stable),
            attribute("url.template", Text, OptIn, Development),
            attribute("user_agent.original", Text, OptIn, Stable),
            attribute("user_agent.synthetic.type", Text, OptIn, Development),
        ],
    },
    SpanGroup {
        family: Rpc,
        kind: SpanKind::Server,
        attributes: &[
            attribute("error.type", Text, Conditional, Stable),
            attribute("network.peer.address", Text, Recommended, Stable),
            attribute("network.peer.port", Int, Recommended, Stable),
            attribute("rpc.method", Text, Conditional, ReleaseCandidate).at_start(),
            attribute("rpc.method_original", Text, Conditional, ReleaseCandidate),
            template("rpc.request.metadata", Texts, OptIn, Development),
            template("rpc.response.metadata", Texts, OptIn, Development),
            attribute("rpc.response.status_code", Text, Required, ReleaseCandidate),
            attribute("rpc.system.name", Text, Required, ReleaseCandidate).at_start(),
            attribute("server.address", Text, Conditional, Stable).at_start(),
            attribute("server.port", Int, Conditional, Stable).at_start(),
        ],
    },
    SpanGroup {
        family: Rpc,
        kind: SpanKind::Client,
        attributes: &[
            attribute("error.type", Text, Conditional, Stable),
            attribute("network.peer.address", Text, Recommended, Stable),
            attribute("network.peer.port", Int, Recommended, Stable),
            attribute("rpc.method", Text, Required, ReleaseCandidate).at_start(),
            attribute("rpc.method_original", Text, Conditional, ReleaseCandidate),
            template("rpc.request.metadata", Texts, OptIn, Development),
            template("rpc.response.metadata", Texts, OptIn, Development),
            attribute("rpc.response.status_code", Text, Required, ReleaseCandidate),
            attribute("rpc.system.name", Text, Required, ReleaseCandidate).at_start(),
            attribute("server.address", Text, Required, Stable).at_start(),
            attribute("server.port", Int, Conditional, Stable).at_start(),
        ],
    },
];

/// The metrics, each with what its data points may have.
pub(super) static METRICS: [MetricGroup; 12] = [
    MetricGroup {
        name: "http.client.active_requests",
        unit: "{request}",
        instrument: UpDownCounter,
        number: Whole,
        boundaries: &[],
        attributes: &[
            attribute("http.request.method", Text, Recommended, Stable),
            attribute("server.address", Text, Required, Stable),
            attribute("server.port", Int, Required, Stable),
            attribute("url.scheme", Text, OptIn, Stable),
            attribute("url.template", Text, Conditional, Development),
        ],
    },
    MetricGroup {
        name: "http.client.connection.duration",
        unit: "s",
        instrument: Histogram,
        number: Float,
        boundaries: &[
            0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0,
        ],
        attributes: &[
            attribute("network.peer.address", Text, OptIn, Stable),
            attribute("network.protocol.version", Text, Recommended, Stable),
            attribute("server.address", Text, Required, Stable),
            attribute("server.port", Int, Required, Stable),
            attribute("url.scheme", Text, OptIn, Stable),
        ],
    },
    MetricGroup {
        name: "http.client.open_connections",
        unit: "{connection}",
        instrument: UpDownCounter,
        number: Whole,
        boundaries: &[],
        attributes: &[
            attribute("http.connection.state", Text, Required, Development),
            attribute("network.peer.address", Text, OptIn, Stable),
            attribute("network.protocol.version", Text, Recommended, Stable),
            attribute("server.address", Text, Required, Stable),
            attribute("server.port", Int, Required, Stable),
            attribute("url.scheme", Text, OptIn, Stable),
        ],
    },
    MetricGroup {
        name: "http.client.request.body.size",
        unit: "By",
        instrument: Histogram,
        number: Whole,
        boundaries: &[],
        attributes: &[
            attribute("error.type", Text, Conditional, Stable),
            attribute("http.request.method", Text, Required, Stable),
            attribute("http.response.status_code", Int, Conditional, Stable),
            attribute("network.protocol.name", Text, Conditional, Stable),
            attribute("network.protocol.version", Text, Recommended, Stable),
            attribute("server.address", Text, Required, Stable),
            attribute("server.port", Int, Required, Stable),
            attribute("url.scheme", Text, OptIn, Stable),
            attribute("url.template", Text, Conditional, Development),
        ],
    },
    MetricGroup {
        name: "http.client.request.duration",
        unit: "s",
        instrument: Histogram,
        number: Float,
        boundaries: &[
            0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
        ],
        attributes: &[
            attribute("error.type", Text, Conditional, Stable),
            attribute("http.request.method", Text, Required, Stable),
            attribute("http.response.status_code", Int, Conditional, Stable),
            attribute("network.protocol.name", Text, Conditional, Stable),
            attribute("network.protocol.version", Text, Recommended, Stable),
            attribute("server.address", Text, Required, Stable),
            attribute("server.port", Int, Required, Stable),
            attribute("url.scheme", Text, OptIn, Stable),
            attribute("url.template", Text, OptIn, Development),
        ],
    },
    MetricGroup {
        name: "http.client.response.body.size",
        unit: "By",
        instrument: Histogram,
        number: Whole,
        boundaries: &[],
        attributes: &[
            attribute("error.type", Text, Conditional, Stable),
            attribute("http.request.method", Text, Required, Stable),
            attribute("http.response.status_code", Int, Conditional, Stable),
            attribute("network.protocol.name", Text, Conditional, Stable),
            attribute("network.protocol.version", Text, Recommended, Stable),
            attribute("server.address", Text, Required, Stable),
            attribute("server.port", Int, Required, Stable),
            attribute("url.scheme", Text, OptIn, Stable),
            attribute("url.template", Text, Conditional, Development),
        ],
    },
    MetricGroup {
        name: "http.server.active_requests",
        unit: "{request}",
        instrument: UpDownCounter,
        number: Whole,
        boundaries: &[],
        attributes: &[
            attribute("http.request.method", Text, Required, Stable),
            attribute("server.address", Text, OptIn, Stable),
            attribute("server.port", Int, OptIn, Stable),
            attribute("url.scheme", Text, Required, Stable),
        ],
    },
    MetricGroup {
        name: "http.server.request.body.size",
        unit: "By",
        instrument: Histogram,
        number: Whole,
        boundaries: &[],
        attributes: &[
            attribute("error.type", Text, Conditional, Stable),
            attribute("http.request.method", Text, Required, Stable),
            attribute("http.response.status_code", Int, Conditional, Stable),
            attribute("http.route", Text, Conditional, Stable),
            attribute("network.protocol.name", Text, Conditional, Stable),
            attribute("network.protocol.version", Text, Recommended, Stable),
            attribute("server.address", Text, OptIn, Stable),
            attribute("server.port", Int, OptIn, Stable),
            attribute("url.scheme", Text, Required, Stable),
            attribute("user_agent.synthetic.type", Text, OptIn, Development),
        ],
    },
    MetricGroup {
        name: "http.server.request.duration",
        unit: "s",
        instrument: Histogram,
        number: Float,
        boundaries: &[
            0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
        ],
        attributes: &[
            attribute("error.type", Text, Conditional, Stable),
            attribute("http.request.method", Text, Required, Stable),
            attribute("http.response.status_code", Int, Conditional, Stable),
            attribute("http.route", Text, Conditional, Stable),
            attribute("network.protocol.name", Text, Conditional, Stable),
            attribute("network.protocol.version", Text, Recommended, Stable),
            attribute("server.address", Text, OptIn, Stable),
            attribute("server.port", Int, OptIn, Stable),
            attribute("url.scheme", Text, Required, Stable),
            attribute("user_agent.synthetic.type", Text, OptIn, Development),
        ],
    },
    MetricGroup {
        name: "http.server.response.body.size",
        unit: "By",
        instrument: Histogram,
        number: Whole,
        boundaries: &[],
        attributes: &[
            attribute("error.type", Text, Conditional, Stable),
            attribute("http.request.method", Text, Required, Stable),
            attribute("http.response.status_code", Int, Conditional, Stable),
            attribute("http.route", Text, Conditional, Stable),
            attribute("network.protocol.name", Text, Conditional, Stable),
            attribute("network.protocol.version", Text, Recommended, Stable),
            attribute("server.address", Text, OptIn, Stable),
            attribute("server.port", Int, OptIn, Stable),
            attribute("url.scheme", Text, Required, Stable),
            attribute("user_agent.synthetic.type", Text, OptIn, Development),
        ],
    },
    MetricGroup {
        name: "rpc.client.call.duration",
        unit: "s",
        instrument: Histogram,
        number: Float,
        boundaries: &[
            0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
        ],
        attributes: &[
            attribute("error.type", Text, Conditional, Stable),
            attribute("rpc.method", Text, Conditional, ReleaseCandidate),
            attribute(
                "rpc.response.status_code",
                Text,
                Conditional,
                ReleaseCandidate,
            ),
            attribute("rpc.system.name", Text, Required, ReleaseCandidate),
            attribute("server.address", Text, Conditional, Stable),
            attribute("server.port", Int, Conditional, Stable),
        ],
    },
    MetricGroup {
        name: "rpc.server.call.duration",
        unit: "s",
        instrument: Histogram,
        number: Float,
        boundaries: &[
            0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
        ],
        attributes: &[
            attribute("error.type", Text, Conditional, Stable),
            attribute("rpc.method", Text, Conditional, ReleaseCandidate),
            attribute(
                "rpc.response.status_code",
                Text,
                Conditional,
                ReleaseCandidate,
            ),
            attribute("rpc.system.name", Text, Required, ReleaseCandidate),
            attribute("server.address", Text, OptIn, Stable),
            attribute("server.port", Int, OptIn, Stable),
        ],
    },
];
