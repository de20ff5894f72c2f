//! The HTTP side: one POST per request, protobuf or JSON.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use campanile_wire::otlp::response::PartialSuccess;
use campanile_wire::otlp::{Signal, json};
use http::{Method, Request, StatusCode};
use tonic::Code;

use super::answer::Format;
use super::config;
use super::receiver::Bound;
use crate::component::Tasks;
use crate::receivers::body;
use crate::receivers::failure::Failure;
use crate::receivers::intake::Intake;
use crate::receivers::peer;
use crate::serve;

#[derive(Debug)]
struct Service {
    intake: Intake,
    limit: usize,
    paths: [(String, Signal); 3],
}

/// Serves OTLP over HTTP.
pub(super) fn serve(config: &config::Http, bound: Bound, intake: Intake, tasks: &Tasks) {
    let service = Service {
        intake,
        limit: config.body_limit(),
        paths: [
            (config.traces_url_path.clone(), Signal::Traces),
            (config.metrics_url_path.clone(), Signal::Metrics),
            (config.logs_url_path.clone(), Signal::Logs),
        ],
    };
    let router = Router::new().fallback(handle).with_state(Arc::new(service));
    let (listener, settings) = bound;
    serve::http_with(listener, config.layer(router), settings, tasks);
}

async fn handle(State(service): State<Arc<Service>>, request: Request<Body>) -> Response {
    let format = Format::of(request.headers());
    match service.export(format, request).await {
        Ok((format, signal, partial)) => format.accepted(signal, &partial),
        Err(failure) => {
            if let Some(reason) = failure.reason {
                service.intake.count_invalid(reason);
            }
            // Who sends neither format reads JSON most likely.
            format.unwrap_or(Format::Json).failed(&failure)
        }
    }
}

impl Service {
    async fn export(
        &self,
        format: Option<Format>,
        request: Request<Body>,
    ) -> Result<(Format, Signal, Option<PartialSuccess>), Failure> {
        let signal = self.route(&request)?;
        let format = format.ok_or_else(wrong_content_type)?;
        let intake = self.intake.of_peer(peer(&request));
        let body = body::whole(request, self.limit).await?;
        let message = match format {
            Format::Json => json::decode(signal, &body)
                .map_err(|error| Failure::invalid(Some("json"), error.to_string()))?,
            Format::Protobuf => body,
        };
        let partial = intake.take(signal, Bytes::from(message)).await?;
        Ok((format, signal, partial))
    }

    fn route(&self, request: &Request<Body>) -> Result<Signal, Failure> {
        let path = request.uri().path();
        let found = self.paths.iter().find(|(known, _)| known == path);
        let (_, signal) = found.ok_or_else(|| Failure::not_found(path))?;
        if request.method() != Method::POST {
            return Err(Failure::method(path, request.method()));
        }
        if !self.intake.serves(*signal) {
            let message = format!("no pipeline takes {signal} from this receiver");
            let status = StatusCode::NOT_FOUND;
            return Err(Failure::new(None, status, Code::NotFound, message));
        }
        Ok(*signal)
    }
}

fn wrong_content_type() -> Failure {
    let message = "the content type must be application/x-protobuf or application/json";
    Failure::unsupported("content_type", message)
}
