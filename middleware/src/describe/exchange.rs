//! What is learned about one request and its response, and what it means in the end.

use std::borrow::Cow;
use std::time::Duration;

use ::http::{HeaderMap, Method, StatusCode, response};
use opentelemetry_semantic_conventions::attribute::{
    ERROR_TYPE, HTTP_RESPONSE_STATUS_CODE, HTTP_ROUTE, NETWORK_PROTOCOL_VERSION, RPC_METHOD,
    RPC_METHOD_ORIGINAL,
};

use crate::describe::methods::{MethodName, OTHER};
use crate::describe::{Side, grpc, http};
use crate::record::{Outcome, RecordedSpan, Value};
use crate::server::{Route, RouteSlot};

/// `error.type` of a server's request that its client abandoned.
const CANCELLED: &str = "cancelled";

/// `error.type` of a request that panicked.
pub(crate) const PANIC: &str = "panic";

/// What a request says about how its span will end, known from its start.
///
/// Nothing here changes but the route, which may turn up while the request is served.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) side: Side,
    pub(crate) method: MethodName,
    pub(crate) is_grpc: bool,
    /// What the method says of the response: a `HEAD` has no body, a `CONNECT` opens a tunnel.
    is_head: bool,
    is_connect: bool,
    /// The name was chosen by the application, so a route that turns up does not change it.
    pub(crate) is_named: bool,
    /// How long the caller waits.
    pub(crate) deadline: Option<Duration>,
    /// Bytes of the request body, where it announces them and anybody wants to know.
    pub(crate) request_size: Option<u64>,
    /// Where the route is left. gRPC has methods instead.
    pub(crate) route: RouteSlot,
    /// The gRPC method that was called.
    pub(crate) rpc_method: Option<Box<str>>,
    /// Why there are few of those.
    pub(crate) rpc_methods: grpc::Methods,
}

/// What was learned from the response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: Option<StatusCode>,
    pub(crate) version: Option<&'static str>,
    grpc_status: Option<grpc::Status>,
    /// A server has answered what looked like a call as it answers any HTTP request.
    is_plain: bool,
}

/// What an exchange came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Conclusion {
    /// `error.type`; none where there is no error.
    pub(crate) error: Option<Cow<'static, str>>,
    /// The status of the call.
    pub(crate) grpc_status: Option<grpc::Status>,
    /// The gRPC method, if it is one of few.
    pub(crate) method: Option<&'static str>,
    /// The answer is one that also comes where there is no such method.
    pub(crate) is_refused: bool,
    /// The route, taken when everybody has said what they know of it.
    pub(crate) route: Option<Route>,
}

impl Answer {
    /// Whether the head alone says that there is no answer to a call: those come with 200.
    fn is_refusal(self) -> bool {
        self.status.is_some_and(|status| status != StatusCode::OK)
    }

    /// What the code of HTTP means where nothing else is said.
    fn by_http(self) -> Option<grpc::Status> {
        self.status.map(if self.is_plain {
            grpc::Status::of_plain
        } else {
            grpc::Status::from_http
        })
    }

    /// Notes the response head.
    pub(crate) fn head(&mut self, exchange: &Exchange, head: &response::Parts) {
        self.status = Some(head.status);
        // The request only says which version the client would like.
        self.version = http::version(head.version).filter(|_| exchange.side == Side::Client);
        if exchange.is_grpc {
            self.grpc_status = grpc::Status::of(&head.headers);
            self.is_plain = exchange.side == Side::Server
                && self.grpc_status.is_none()
                && !grpc::is_grpc(&head.headers);
        }
    }

    /// Notes the trailers.
    pub(crate) fn trailers(&mut self, exchange: &Exchange, trailers: &HeaderMap) {
        if exchange.is_grpc {
            self.grpc_status = grpc::Status::of(trailers).or(self.grpc_status);
            self.is_plain &= self.grpc_status.is_none();
        }
    }
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
            deadline: None,
            request_size: None,
            route: RouteSlot::default(),
            rpc_method: None,
            rpc_methods: grpc::Methods::default(),
        }
    }

    /// Whether the response is over with its head: nothing follows it, or, after an upgrade,
    /// another protocol that may run for hours.
    pub(crate) fn ends_at_head(&self, answer: Answer) -> bool {
        let Some(status) = answer.status else {
            return false;
        };
        let tunnel = self.is_connect && status.is_success();
        let bodiless = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        self.is_head || tunnel || bodiless || status.is_informational()
    }

    /// Judges how the exchange ended, `elapsed` after it had begun.
    pub(crate) fn conclude(
        &self,
        answer: Answer,
        outcome: Outcome,
        elapsed: Duration,
    ) -> Conclusion {
        if self.is_grpc {
            let grpc_status = self.final_grpc_status(answer, outcome, elapsed);
            return Conclusion {
                error: self.grpc_error(answer, outcome, grpc_status),
                grpc_status,
                method: self.known_method(answer),
                is_refused: answer.is_plain || grpc_status.is_some_and(grpc::Status::is_refusal),
                route: None,
            };
        }
        Conclusion {
            error: self.http_error(answer, outcome),
            ..Conclusion::default()
        }
    }

    /// Writes everything that was learned since the span started.
    pub(crate) fn write(
        &self,
        answer: Answer,
        conclusion: &Conclusion,
        span: &mut impl RecordedSpan,
    ) {
        if let Some(status) = conclusion.grpc_status {
            span.set(grpc::STATUS_CODE, Value::Static(status.name()));
        }
        if self.is_grpc {
            self.write_method(conclusion, span);
        } else {
            self.write_route(conclusion.route.as_ref(), span);
            write_response(answer, span);
        }
        if let Some(error) = &conclusion.error {
            span.set(ERROR_TYPE, Value::lasting(error.clone()));
            span.set_error();
        }
    }

    /// The method, if it is one of few: a server that was not told its methods learns them from
    /// the answers that only a service gives, so that nobody can make methods up.
    fn known_method(&self, answer: Answer) -> Option<&'static str> {
        let of_service = answer.grpc_status.is_some_and(grpc::Status::is_of_service);
        self.rpc_methods
            .known(self.rpc_method.as_deref()?, of_service)
    }

    /// `rpc.method`, where the start could not know it. What nobody serves anybody can have made
    /// up, so it is no method and no name.
    fn write_method(&self, conclusion: &Conclusion, span: &mut impl RecordedSpan) {
        if self.rpc_methods != grpc::Methods::Learned {
            return;
        }
        let Some(called) = &self.rpc_method else {
            return;
        };
        if let Some(method) = conclusion.method {
            span.set(RPC_METHOD, Value::Static(method));
            return;
        }
        if !conclusion.is_refused {
            span.set(RPC_METHOD, Value::Borrowed(called));
            return;
        }
        span.set(RPC_METHOD, Value::Static(OTHER));
        span.set(RPC_METHOD_ORIGINAL, Value::Borrowed(called));
        if !self.is_named && !self.route.is_nameless() {
            span.rename(Cow::Borrowed(grpc::SYSTEM));
        }
    }

    /// `http.route`, and the name that goes with it when it was not known at the start.
    fn write_route(&self, route: Option<&Route>, span: &mut impl RecordedSpan) {
        let Some(route) = route else { return };
        if route.is_late && !route.is_nameless && !self.is_named {
            span.rename(http::span_name(&self.method, Some(&route.path)));
        }
        span.set(HTTP_ROUTE, Value::lasting(route.path.clone()));
    }

    /// `error.type` of an HTTP request, by the section
    /// [Status](https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/http/http-spans.md#status).
    fn http_error(&self, answer: Answer, outcome: Outcome) -> Option<Cow<'static, str>> {
        if let Some(failure) = failure(outcome) {
            return Some(Cow::Borrowed(failure));
        }
        let status = answer
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
    fn final_grpc_status(
        &self,
        answer: Answer,
        outcome: Outcome,
        elapsed: Duration,
    ) -> Option<grpc::Status> {
        let is_late = self.deadline.is_some_and(|deadline| elapsed >= deadline);
        answer.grpc_status.or(match outcome {
            Outcome::BodyFailed(_) | Outcome::Cancelled | Outcome::Failed(_) if is_late => {
                Some(grpc::Status::DeadlineExceeded)
            }
            // A client may let go of the page that a proxy has sent in the place of an answer.
            Outcome::Cancelled if answer.is_refusal() => answer.status.map(grpc::Status::from_http),
            Outcome::Cancelled => Some(grpc::Status::Cancelled),
            Outcome::Completed => answer.by_http(),
            Outcome::BodyFailed(_) | Outcome::Failed(_) | Outcome::Panicked => None,
        })
    }

    /// `error.type` of a gRPC call that came to `status`.
    fn grpc_error(
        &self,
        answer: Answer,
        outcome: Outcome,
        status: Option<grpc::Status>,
    ) -> Option<Cow<'static, str>> {
        // A caller that cancels its own call got what it wanted: no error.
        let intended = outcome == Outcome::Cancelled
            && answer.grpc_status.is_none()
            && status == Some(grpc::Status::Cancelled);
        let error = status.filter(|status| !intended && status.is_error(self.side));
        let error = error.map(grpc::Status::name);
        // The error of a call that ran out of time is whatever the timer in its way calls it.
        let is_late = status == Some(grpc::Status::DeadlineExceeded);
        error
            .filter(|_| is_late)
            .or(failure(outcome))
            .or(error)
            .map(Cow::Borrowed)
    }
}

fn write_response(answer: Answer, span: &mut impl RecordedSpan) {
    if let Some(status) = answer.status {
        let status = Value::Int(status.as_u16().into());
        span.set(HTTP_RESPONSE_STATUS_CODE, status);
    }
    if let Some(version) = answer.version {
        span.set(NETWORK_PROTOCOL_VERSION, Value::Static(version));
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
