//! `POST /api/traces`: a bare Thrift batch. `GET /api/sampling`: as the collector answers.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use campanile_wire::thrift::Protocol;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method, Request, StatusCode};
use tonic::Code;

use super::config::ThriftHttp;
use super::handover::Handover;
use super::sampling::{self, Form, Table};
use super::translate;
use crate::component::Tasks;
use crate::receivers::failure::Failure;
use crate::receivers::{body, peer};
use crate::serve::{self, Listener, Settings};

const TRACES: &str = "/api/traces";
const SAMPLING: &str = "/api/sampling";

#[derive(Debug)]
struct Service {
    handover: Handover,
    limit: usize,
    table: Arc<Table>,
}

/// Serves Thrift over HTTP on `listener`.
pub(super) fn serve(
    config: &ThriftHttp,
    bound: (Listener, Settings),
    handover: Handover,
    table: Arc<Table>,
    tasks: &Tasks,
) {
    let service = Service {
        handover,
        limit: config.body_limit(),
        table,
    };
    let router = Router::new().fallback(handle).with_state(Arc::new(service));
    let (listener, settings) = bound;
    serve::http_with(listener, config.layer(router), settings, tasks);
}

async fn handle(State(service): State<Arc<Service>>, request: Request<Body>) -> Response {
    if request.uri().path() == SAMPLING {
        return sampling::answer(&service.table, request.method(), request.uri(), Form::Names);
    }
    match service.batch(request).await {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(failure) => {
            if let Some(reason) = failure.reason {
                service.handover.count(reason);
            }
            failure.plain()
        }
    }
}

impl Service {
    async fn batch(&self, request: Request<Body>) -> Result<(), Failure> {
        let path = request.uri().path();
        if path != TRACES {
            return Err(Failure::not_found(path));
        }
        if request.method() != Method::POST {
            return Err(Failure::method(path, request.method()));
        }
        if !self.handover.serves() {
            let message = "no pipeline takes traces from this receiver";
            let status = StatusCode::NOT_FOUND;
            return Err(Failure::new(None, status, Code::NotFound, message));
        }
        if !is_thrift(request.headers()) {
            let message = "the content type must be application/x-thrift or \
                           application/vnd.apache.thrift.binary";
            return Err(Failure::invalid(Some("content_type"), message.to_owned()));
        }
        let peer = peer(&request);
        let body = body::whole(request, self.limit).await?;
        let batch = translate::thrift_batch(Protocol::Binary, &body);
        // Nothing of it is needed while the pipeline makes up its mind.
        drop(body);
        Ok(self.handover.take(peer, batch, "thrift").await?)
    }
}

/// Whether a request says that it is Thrift; the parameters of its content type do not matter.
fn is_thrift(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE);
    let value = value.and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| {
        let is = |other| essence.trim().eq_ignore_ascii_case(other);
        is("application/x-thrift") || is("application/vnd.apache.thrift.binary")
    })
}
