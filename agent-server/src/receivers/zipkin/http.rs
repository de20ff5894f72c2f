//! Routes and answers.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use campanile_wire::otlp::Signal;
use campanile_wire::zipkin::{Limits, ReadError, json, proto3, v1};
use http::{HeaderMap, Method, Request, StatusCode};
use tonic::Code;

use super::config::Config;
use super::format::Format;
use super::translate::{Options, Translator};
use crate::receivers::body;
use crate::receivers::failure::Failure;
use crate::receivers::intake::Intake;
use crate::receivers::peer;

#[derive(Debug)]
struct Service {
    intake: Intake,
    limit: usize,
    parse_string_tags: bool,
}

/// Takes lists of spans for `intake`.
pub(super) fn router(config: &Config, intake: Intake) -> Router {
    let service = Service {
        intake,
        limit: config.body_limit(),
        parse_string_tags: config.parse_string_tags,
    };
    Router::new().fallback(handle).with_state(Arc::new(service))
}

async fn handle(State(service): State<Arc<Service>>, request: Request<Body>) -> Response {
    match service.report(request).await {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(failure) => {
            if let Some(reason) = failure.reason {
                service.intake.count_invalid(reason);
            }
            failure.plain()
        }
    }
}

impl Service {
    async fn report(&self, request: Request<Body>) -> Result<(), Failure> {
        let json = self.route(&request)?;
        let intake = self.intake.of_peer(peer(&request));
        let headers = request.headers().clone();
        let body = body::whole(request, self.limit).await?;
        let options = Options {
            debug: is_debug(&headers),
            parse_string_tags: self.parse_string_tags,
        };
        let spans = translate(Format::of(&headers, &body, json), &body, options)?;
        Ok(intake.take_own(Signal::Traces, spans).await?)
    }

    /// Which version JSON is of.
    fn route(&self, request: &Request<Body>) -> Result<Format, Failure> {
        let path = request.uri().path();
        let json = match path {
            "/api/v1/spans" => Format::JsonV1,
            "/" | "/api/v2/spans" => Format::JsonV2,
            _ => return Err(Failure::not_found(path)),
        };
        if request.method() != Method::POST {
            return Err(Failure::method(path, request.method()));
        }
        if !self.intake.serves(Signal::Traces) {
            let message = "no pipeline takes traces from this receiver";
            let status = StatusCode::NOT_FOUND;
            return Err(Failure::new(None, status, Code::NotFound, message));
        }
        Ok(json)
    }
}

/// Whether the sender wants every span kept
/// ([B3](https://github.com/openzipkin/b3-propagation#debug-flag)).
fn is_debug(headers: &HeaderMap) -> bool {
    headers.get("x-b3-flags").is_some_and(|value| value == "1")
}

/// Reads a list of spans and writes it as an OTLP request.
pub(super) fn translate(format: Format, body: &[u8], options: Options) -> Result<Vec<u8>, Failure> {
    let mut translator = Translator::new(options);
    let limits = Limits::default();
    let take = |span: &_| translator.push(span);
    let read = match format {
        Format::JsonV1 => text(body).and_then(|text| v1::read_json(text, &limits, take)),
        Format::JsonV2 => text(body).and_then(|text| json::read(text, &limits, take)),
        Format::Proto3 => proto3::read(body, &limits, take),
        Format::Thrift => v1::read_thrift(body, &limits, take),
    };
    read.map_err(|error| {
        let message = error.to_string();
        if error.is_too_large() {
            too_large(message)
        } else {
            Failure::invalid(Some(format.reason()), message)
        }
    })?;
    let request = translator.finish();
    request.map_err(|error| too_large(error.to_string()))
}

fn text(body: &[u8]) -> Result<&str, ReadError> {
    str::from_utf8(body).map_err(|_| ReadError::Invalid("the body is not utf-8".to_owned()))
}

fn too_large(message: String) -> Failure {
    let status = StatusCode::PAYLOAD_TOO_LARGE;
    Failure::new(Some("too_large"), status, Code::ResourceExhausted, message)
}
