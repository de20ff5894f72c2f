//! Responses and errors, in the request's content type.

use axum::response::{IntoResponse as _, Response};
use campanile_wire::otlp::Signal;
use campanile_wire::otlp::response::{
    PartialSuccess, encode, encode_json, rpc_status, rpc_status_json,
};
use http::HeaderMap;
use http::header::CONTENT_TYPE;

use crate::receivers::failure::Failure;

/// A body format of OTLP over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// `application/json`
    Json,
    /// `application/x-protobuf`
    Protobuf,
}

impl Format {
    /// The format that the request's `Content-Type` names; its parameters do not matter.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
        let essence = value.split(';').next()?.trim();
        [Self::Json, Self::Protobuf]
            .into_iter()
            .find(|format| essence.eq_ignore_ascii_case(format.content_type()))
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Protobuf => "application/x-protobuf",
        }
    }

    /// The answer to a request that was taken, perhaps without some of its items.
    pub(super) fn accepted(self, signal: Signal, partial: &Option<PartialSuccess>) -> Response {
        let body = match self {
            Self::Json => encode_json(signal, partial).into_bytes(),
            Self::Protobuf => encode(partial),
        };
        ([(CONTENT_TYPE, self.content_type())], body).into_response()
    }

    /// The answer to a request that was not: a `google.rpc.Status`.
    pub(super) fn failed(self, failure: &Failure) -> Response {
        let body = match self {
            Self::Json => rpc_status_json(failure.code.into(), &failure.message).into_bytes(),
            Self::Protobuf => rpc_status(failure.code.into(), &failure.message),
        };
        let mut response =
            (failure.status, [(CONTENT_TYPE, self.content_type())], body).into_response();
        failure.head(response.headers_mut());
        response
    }
}
