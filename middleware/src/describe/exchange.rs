//! What is learned about one request and its response, and what it means in the end.

use std::borrow::Cow;
use std::time::Duration;

use ::http::{HeaderMap, Method, StatusCode, Version, response};
use opentelemetry_semantic_conventions::attribute::{
    ERROR_TYPE, HTTP_RESPONSE_BODY_SIZE, HTTP_RESPONSE_STATUS_CODE, HTTP_ROUTE,
    NETWORK_PROTOCOL_VERSION,
};

use crate::describe::methods::MethodName;
use crate::describe::optional::content_length;
use crate::describe::{Side, grpc, http};
use crate::record::{Outcome, RecordedSpan, Value};
use crate::server::{Route, RouteSlot};

/// `error.type` of a server's request that its client abandoned.
const CANCELLED: &str = "cancelled";

/// `error.type` of a request that panicked.
const PANIC: &str = "panic";

/// The facts about a request and its response that decide how its span ends.
///
/// Cheap to fill: all judging waits for [`conclude`](Self::conclude), all writing for
/// [`write`](Self::write).
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) side: Side,
    pub(crate) method: MethodName,
    pub(crate) is_grpc: bool,
    /// What the method says of the response: a `HEAD` has no body, a `CONNECT` opens a tunnel.
    is_head: bool,
    is_connect: bool,
    /// The name was chosen by the application, so a route that turns up does not change it.
    is_named: bool,
    pub(crate) route: Option<RouteSlot>,
    deadline: Option<Duration>,
    pub(crate) status: Option<StatusCode>,
    pub(crate) version: Option<Version>,
    grpc_status: Option<grpc::Status>,
    /// Bytes of the request body, where it announces them and anybody wants to know.
    pub(crate) request_size: Option<u64>,
    /// Bytes of the response body, where they are counted.
    pub(crate) response_size: Option<u64>,
    /// Messages of the response, where they are counted.
    pub(crate) response_messages: Option<u64>,
}

/// What an exchange came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Conclusion {
    /// `error.type`; none where there is no error.
    pub(crate) error: Option<Cow<'static, str>>,
    /// The status of the call.
    pub(crate) grpc_status: Option<grpc::Status>,
    /// The route, as far as it became known.
    pub(crate) route: Option<Route>,
}

impl Exchange {
    /// What is known when only the request has been seen.
    pub(crate) fn new(side: Side, method: &Method, name: MethodName, is_grpc: bool) -> Self {
        Self {
            side,
            method: name,
            is_grpc,
            is_head: *method == Method::HEAD,
            is_connect: *method == Method::CONNECT,
            is_named: false,
            route: None,
            deadline: None,
            status: None,
            version: None,
            grpc_status: None,
            request_size: None,
            response_size: None,
            response_messages: None,
        }
    }

    /// The same, for a span whose name the application has chosen.
    #[must_use]
    pub(crate) fn named(self, is_named: bool) -> Self {
        Self { is_named, ..self }
    }

    /// The same, with a place where the route may turn up later.
    #[must_use]
    pub(crate) fn with_route(self, route: Option<RouteSlot>) -> Self {
        Self { route, ..self }
    }

    /// The same, for a caller that waits so long.
    #[must_use]
    pub(crate) fn with_deadline(self, deadline: Option<Duration>) -> Self {
        Self { deadline, ..self }
    }

    /// Notes the response head.
    pub(crate) fn head(&mut self, head: &response::Parts) {
        self.status = Some(head.status);
        self.version = Some(head.version);
        if self.is_grpc {
            self.grpc_status = grpc::Status::of(&head.headers);
        }
    }

    /// Notes the trailers.
    pub(crate) fn trailers(&mut self, trailers: &HeaderMap) {
        if self.is_grpc {
            self.grpc_status = grpc::Status::of(trailers).or(self.grpc_status);
        }
    }

    /// Whether the response is over with its head: nothing follows it, or, after an upgrade,
    /// another protocol that may run for hours.
    pub(crate) fn ends_at_head(&self) -> bool {
        let Some(status) = self.status else {
            return false;
        };
        let tunnel = self.is_connect && status.is_success();
        let bodiless = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        self.is_head || tunnel || bodiless || status.is_informational()
    }

    /// The length of the response body by its `Content-Length`. None for gRPC, where trailers
    /// follow the last byte.
    pub(crate) fn announced_length(&self, headers: &HeaderMap) -> Option<u64> {
        if self.is_grpc {
            return None;
        }
        content_length(headers)
    }

    /// Judges how the exchange ended, `elapsed` after it had begun.
    pub(crate) fn conclude(&self, outcome: Outcome, elapsed: Duration) -> Conclusion {
        if self.is_grpc {
            let grpc_status = self.final_grpc_status(outcome, elapsed);
            return Conclusion {
                error: self.grpc_error(outcome, grpc_status),
                grpc_status,
                route: None,
            };
        }
        Conclusion {
            error: self.http_error(outcome),
            grpc_status: None,
            route: self.route.as_ref().and_then(RouteSlot::take),
        }
    }

    /// Writes everything that was learned since the span started.
    pub(crate) fn write(&self, conclusion: &Conclusion, span: &mut impl RecordedSpan) {
        if let Some(status) = conclusion.grpc_status {
            span.set(grpc::STATUS_CODE, Value::Static(status.name()));
        }
        if !self.is_grpc {
            self.write_route(conclusion.route.as_ref(), span);
            self.write_response(span);
        } else if self.is_unimplemented(conclusion) && !self.is_named {
            // Nobody serves the method, so anybody can have made it up: it is no name.
            span.rename(Cow::Borrowed(grpc::SYSTEM));
        }
        if let Some(error) = &conclusion.error {
            span.set(ERROR_TYPE, error.clone().into());
            span.set_error();
        }
    }

    /// Whether a server answered that it knows no such method.
    pub(crate) fn is_unimplemented(&self, conclusion: &Conclusion) -> bool {
        self.side == Side::Server && conclusion.grpc_status == Some(grpc::Status::Unimplemented)
    }

    /// `http.route`, and the name that goes with it when it was not known at the start.
    fn write_route(&self, route: Option<&Route>, span: &mut impl RecordedSpan) {
        let Some(route) = route else { return };
        if route.is_late && !route.is_nameless && !self.is_named {
            span.rename(http::span_name(&self.method, Some(&route.path)));
        }
        span.set(HTTP_ROUTE, route.path.clone().into());
    }

    fn write_response(&self, span: &mut impl RecordedSpan) {
        if let Some(status) = self.status {
            let status = Value::Int(status.as_u16().into());
            span.set(HTTP_RESPONSE_STATUS_CODE, status);
        }
        // The request only says which version the client would like.
        let negotiated = self.version.filter(|_| self.side == Side::Client);
        if let Some(version) = negotiated.and_then(http::version) {
            span.set(NETWORK_PROTOCOL_VERSION, Value::Static(version));
        }
        if let Some(size) = self.response_size.and_then(|size| i64::try_from(size).ok()) {
            span.set(HTTP_RESPONSE_BODY_SIZE, Value::Int(size));
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
            .filter(|status| http::is_error(self.side, *status));
        if let Some(status) = status {
            return Some(Cow::Owned(status.as_str().to_owned()));
        }
        // A client that lets go of a response is done with it: no error.
        let abandoned = outcome == Outcome::Cancelled && self.side == Side::Server;
        abandoned.then_some(Cow::Borrowed(CANCELLED))
    }

    /// The status of a gRPC call: what was said, else what the outcome means.
    fn final_grpc_status(&self, outcome: Outcome, elapsed: Duration) -> Option<grpc::Status> {
        self.grpc_status.or(match outcome {
            Outcome::Cancelled if self.deadline.is_some_and(|deadline| elapsed >= deadline) => {
                Some(grpc::Status::DeadlineExceeded)
            }
            Outcome::Cancelled => Some(grpc::Status::Cancelled),
            Outcome::Completed => self.status.map(grpc::Status::from_http),
            Outcome::BodyFailed(_) | Outcome::Failed(_) | Outcome::Panicked => None,
        })
    }

    /// `error.type` of a gRPC call that came to `status`.
    fn grpc_error(
        &self,
        outcome: Outcome,
        status: Option<grpc::Status>,
    ) -> Option<Cow<'static, str>> {
        // A caller that cancels its own call got what it wanted: no error.
        let intended = outcome == Outcome::Cancelled
            && self.grpc_status.is_none()
            && status == Some(grpc::Status::Cancelled);
        let error = status.filter(|status| !intended && status.is_error(self.side));
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
