//! Serving.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use futures_util::future::BoxFuture;

use super::guard::{Guard, Hosts, guard};
use super::{Config, api, pages};
use crate::component::{Context, Extension, Shared, StartError, Tasks};
use crate::serve;

/// Serves the pages and the local API.
#[derive(Debug)]
pub struct Zpages {
    config: Config,
    context: Context,
}

impl Zpages {
    pub(super) fn new(config: Config, context: Context) -> Self {
        Self { config, context }
    }
}

impl Extension for Zpages {
    fn start(self: Box<Self>, tasks: Tasks) -> BoxFuture<'static, Result<(), StartError>> {
        Box::pin(async move {
            let Self { config, context } = *self;
            let listener = serve::bind(&config.endpoint, "endpoint", &context).await?;
            let bound = listener.address().inet();
            let bound = bound.expect("the endpoint is a port, so the address has one");
            let hosts = Hosts::from((bound, config.allowed_hosts));
            serve::http(listener, router(context.shared, hosts), &tasks);
            Ok(())
        })
    }
}

fn router(shared: Shared, hosts: Hosts) -> Router {
    pages::router()
        .nest("/api/v1", api::router())
        .layer(from_fn_with_state(Arc::new(Guard::new(hosts)), guard))
        .with_state(shared)
}
