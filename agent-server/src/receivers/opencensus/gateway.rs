//! The same port for clients without gRPC, such as browsers: a POST of JSON objects, one behind the
//! other, each of which is what a message of the stream is.
//!
//! A request is taken as a whole or not at all, so that whoever sends it again after a failure
//! sends nothing twice.

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use campanile_wire::opencensus::json::{self, messages};
use campanile_wire::otlp::Signal;
use http::{Method, Request, StatusCode};
use serde_json::json;
use tonic::{Code, Status};

use super::request::{self, Unreadable};
use super::sender::Sender;
use super::service::Service;
use super::stream::{count, now, payload, unreadable};
use super::translate::{TooLarge, translate};
use crate::receivers::body;
use crate::receivers::failure::Failure;
use crate::receivers::peer;

/// Bytes that the objects of one request may become. Each repeats the node.
const MAX_TRANSLATED: usize = 32 << 20;

/// Answers a request that is not gRPC.
pub(super) async fn handle(service: &Service, request: Request<Body>) -> Response {
    match take(service, request).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(failure) => {
            if let Some(reason) = failure.reason {
                service.invalid.count(reason, 1);
            }
            answer(&failure)
        }
    }
}

/// A failure in the form of the reference implementation's gateway.
fn answer(failure: &Failure) -> Response {
    let reason = failure.status.canonical_reason().unwrap_or_default();
    let body = json!({"error": {
        "grpc_code": failure.code as i32,
        "http_code": failure.status.as_u16(),
        "http_status": reason,
        "message": failure.message,
    }});
    let mut response = (failure.status, axum::Json(body)).into_response();
    failure.head(response.headers_mut());
    response
}

async fn take(service: &Service, request: Request<Body>) -> Result<(), Failure> {
    let signal = route(service, &request)?;
    let peer = peer(&request);
    let body = body::whole(request, service.limit).await?;
    let bytes = translated(service, signal, &body)?;
    if bytes.is_empty() {
        return Ok(());
    }
    let payload = payload(signal, bytes).map_err(|error| {
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        let code = Code::ResourceExhausted;
        Failure::new(Some("too_large"), status, code, error.to_string())
    })?;
    let intake = service.http.of_peer(peer);
    Ok(intake.deliver(signal, payload).await?)
}

fn route(service: &Service, request: &Request<Body>) -> Result<Signal, Failure> {
    let path = request.uri().path();
    let signal = match path {
        "/v1/trace" => Signal::Traces,
        "/v1/metrics" => Signal::Metrics,
        _ => return Err(Failure::not_found(path)),
    };
    if request.method() != Method::POST {
        return Err(Failure::method(path, request.method()));
    }
    // Metrics are always taken, as on the stream.
    if signal == Signal::Traces && !service.http.serves(signal) {
        let message = "no pipeline takes traces from this receiver";
        let status = StatusCode::NOT_FOUND;
        return Err(Failure::new(None, status, Code::NotFound, message));
    }
    Ok(signal)
}

/// The request's objects as one OTLP request; empty when there is nothing to hand over.
fn translated(service: &Service, signal: Signal, body: &[u8]) -> Result<Vec<u8>, Failure> {
    let kind = match signal {
        Signal::Metrics => json::Request::Metrics,
        _ => json::Request::Traces,
    };
    let mut sender = Sender::new(service.require_identifier);
    let mut whole = Vec::new();
    for object in messages(kind, body) {
        let object = object.map_err(|error| Failure::invalid(Some("json"), error.to_string()))?;
        let object = Bytes::from(object);
        let request = request::Request::parse(&object, signal).map_err(|error| refused(&error))?;
        if let Err(violation) = sender.hear(request.node, request.resource) {
            if signal == Signal::Traces {
                service.refused_over_http.refuse(request.items.len() as u64);
            }
            return Err(Failure::invalid(Some("no_node"), violation.to_string()));
        }
        if !service.http.serves(signal) {
            let metrics = request.items.len() as u64;
            service.invalid.count("metrics_not_taken", metrics);
            continue;
        }
        let translated = translate(signal, &request.items, sender.origin(), now());
        let translated = translated.map_err(|error| refused(&error.into()))?;
        if whole.len() + translated.bytes.len() > MAX_TRANSLATED {
            return Err(refused(&Unreadable::Large(TooLarge::Resources)));
        }
        count(&service.invalid, translated.rejects);
        service.refused_over_http.refuse(translated.rejects.spans());
        whole.extend_from_slice(&translated.bytes);
    }
    Ok(whole)
}

fn refused(error: &Unreadable) -> Failure {
    let (reason, status): (_, Status) = unreadable(error);
    let http = match status.code() {
        Code::ResourceExhausted => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::BAD_REQUEST,
    };
    Failure::new(Some(reason), http, status.code(), status.message())
}
