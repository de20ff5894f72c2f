//! The one page.

use std::time::UNIX_EPOCH;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures_util::future::BoxFuture;
use http::StatusCode;
use serde_json::json;

use super::Config;
use crate::component::{Context, Extension, Shared, StartError, Tasks};
use crate::ops::{Phase, show};
use crate::serve::{self, Settings};

/// Serves the health check.
#[derive(Debug)]
pub struct HealthCheck {
    config: Config,
    context: Context,
}

impl HealthCheck {
    pub(super) fn new(config: Config, context: Context) -> Self {
        Self { config, context }
    }
}

impl Extension for HealthCheck {
    fn start(self: Box<Self>, tasks: Tasks) -> BoxFuture<'static, Result<(), StartError>> {
        Box::pin(async move {
            let Self { config, context } = *self;
            let listener = serve::bind(&config.endpoint, "endpoint", &context).await?;
            let router = Router::new()
                .route(&config.path, get(page))
                .with_state(context.shared);
            let tls = config.tls.as_ref().map(|tls| tls.open("tls"));
            let settings = Settings {
                tls: tls.transpose()?,
                ..Settings::default()
            };
            serve::http_with(listener, router, settings, &tasks);
            Ok(())
        })
    }
}

async fn page(State(shared): State<Shared>) -> Response {
    let health = &shared.health;
    if health.phase() != Phase::Ready {
        let body = json!({"status": "Server not available"});
        return (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response();
    }
    if shared.memory.is_pressed() {
        let body = json!({"status": "Server not available", "reason": "memory is short"});
        return (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response();
    }
    let since = health.started_at().duration_since(UNIX_EPOCH);
    let since = u64::try_from(since.unwrap_or_default().as_nanos()).unwrap_or(u64::MAX);
    let body = json!({
        "status": "Server available",
        "upSince": show::time(since),
        "uptime": format!("{:.3}s", health.uptime().as_secs_f64()),
    });
    Json(body).into_response()
}
