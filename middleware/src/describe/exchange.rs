//! What is learned about one request and its response, and what it means in the end.

use std::borrow::Cow;

use ::http::{HeaderMap, Method, StatusCode, Version, header, response};
use opentelemetry::trace::SpanKind;
use opentelemetry_semantic_conventions::attribute::{
    ERROR_TYPE, HTTP_RESPONSE_STATUS_CODE, HTTP_ROUTE, NETWORK_PROTOCOL_VERSION,
};

use crate::describe::{grpc, http};
use crate::record::{Outcome, RecordedSpan, Value};
use crate::server::RouteSlot;

/// `error.type` of a server's request that its client abandoned.
const CANCELLED: &str = "cancelled";

/// `error.type` of a request that panicked.
const PANIC: &str = "panic";

/// The facts about a request and its response that decide how its span ends.
///
/// Cheap to fill: all writing waits for [`conclude`](Self::conclude).
#[derive(Debug)]
pub(crate) struct Exchange {
    kind: SpanKind,
    method: Method,
    is_grpc: bool,
    route: Option<RouteSlot>,
    status: Option<StatusCode>,
    version: Option<Version>,
    grpc_status: Option<grpc::Status>,
}

impl Exchange {
    /// What is known when only the request has been seen.
    pub(crate) fn new(kind: SpanKind, method: Method, is_grpc: bool) -> Self {
        Self {
            kind,
            method,
            is_grpc,
            route: None,
            status: None,
            version: None,
            grpc_status: None,
        }
    }

    /// The same, with a place where the route may turn up later.
    #[must_use]
    pub(crate) fn with_route(self, route: Option<RouteSlot>) -> Self {
        Self { route, ..self }
    }

    /// Notes the response head.
    pub(crate) fn head(&mut self, head: &response::Parts) {
        self.status = Some(head.status);
        self.version = Some(head.version);
        self.grpc_status = grpc::Status::of(&head.headers);
    }

    /// Notes the trailers.
    pub(crate) fn trailers(&mut self, trailers: &HeaderMap) {
        self.grpc_status = grpc::Status::of(trailers).or(self.grpc_status);
    }

    /// Whether the response is over with its head: nothing follows it, or, after an upgrade,
    /// another protocol that may run for hours.
    pub(crate) fn ends_at_head(&self) -> bool {
        let Some(status) = self.status else {
            return false;
        };
        let tunnel = self.method == Method::CONNECT && status.is_success();
        let bodiless = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        self.method == Method::HEAD || tunnel || bodiless || status.is_informational()
    }

    /// The length of the response body by its `Content-Length`. None for gRPC, where trailers
    /// follow the last byte.
    pub(crate) fn announced_length(&self, headers: &HeaderMap) -> Option<u64> {
        let length = headers
            .get(header::CONTENT_LENGTH)
            .filter(|_| !self.is_grpc)?;
        length.to_str().ok()?.parse().ok()
    }

    /// Writes everything that was learned since the span started.
    pub(crate) fn conclude(&self, outcome: Outcome, span: &mut impl RecordedSpan) {
        let error = if self.is_grpc {
            self.conclude_grpc(outcome, span)
        } else {
            self.set_route(span);
            self.set_response(span);
            self.http_error(outcome)
        };
        if let Some(error) = error {
            span.set(ERROR_TYPE, error.into());
            span.set_error();
        }
    }

    /// `http.route`, and the name that goes with it when it was not known at the start.
    fn set_route(&self, span: &mut impl RecordedSpan) {
        let Some(route) = self.route.as_ref().and_then(RouteSlot::take) else {
            return;
        };
        if route.is_late {
            span.rename(http::span_name(&self.method, Some(&route.path)));
        }
        span.set(HTTP_ROUTE, route.path.into());
    }

    fn set_response(&self, span: &mut impl RecordedSpan) {
        if let Some(status) = self.status {
            span.set(
                HTTP_RESPONSE_STATUS_CODE,
                Value::Int(status.as_u16().into()),
            );
        }
        // The request only says which version the client would like.
        let negotiated = self.version.filter(|_| self.kind == SpanKind::Client);
        if let Some(version) = negotiated.and_then(http::version) {
            span.set(NETWORK_PROTOCOL_VERSION, Value::Static(version));
        }
    }

    /// `error.type` of an HTTP request, by the section
    /// [Status](https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/http/http-spans.md#status).
    fn http_error(&self, outcome: Outcome) -> Option<Cow<'static, str>> {
        if let Some(failure) = failure(outcome) {
            return Some(Cow::Borrowed(failure));
        }
        let status = self
            .status
            .filter(|status| http::is_error(&self.kind, *status));
        if let Some(status) = status {
            return Some(Cow::Owned(status.as_str().to_owned()));
        }
        // A client that lets go of a response is done with it: no error.
        let abandoned = outcome == Outcome::Cancelled && self.kind == SpanKind::Server;
        abandoned.then_some(Cow::Borrowed(CANCELLED))
    }

    /// Writes the status of a gRPC call. Returns its `error.type`.
    fn conclude_grpc(
        &self,
        outcome: Outcome,
        span: &mut impl RecordedSpan,
    ) -> Option<Cow<'static, str>> {
        let status = self.grpc_status.or(match outcome {
            Outcome::Cancelled => Some(grpc::Status::Cancelled),
            Outcome::Completed => self.status.map(grpc::Status::from_http),
            Outcome::BodyFailed(_) | Outcome::Failed(_) | Outcome::Panicked => None,
        });
        if let Some(status) = status {
            span.set(grpc::STATUS_CODE, Value::Static(status.name()));
        }
        // A caller that cancels its own call got what it wanted: no error.
        let intended = outcome == Outcome::Cancelled && self.grpc_status.is_none();
        let error = status.filter(|status| !intended && status.is_error(&self.kind));
        failure(outcome)
            .or(error.map(grpc::Status::name))
            .map(Cow::Borrowed)
    }
}

/// `error.type` of an outcome that is an error whatever the response says.
fn failure(outcome: Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::BodyFailed(name) | Outcome::Failed(name) => Some(name),
        Outcome::Cancelled | Outcome::Completed => None,
        Outcome::Panicked => Some(PANIC),
    }
}
