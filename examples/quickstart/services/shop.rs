//! The front: an axum service that asks the inventory over HTTP, through reqwest. It reports over
//! the OpenCensus agent protocol (its environment says so).

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use campanile_middleware::{CurrentSpan, ServerLayer, TraceMiddleware};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::address_of;
use crate::Done;

#[derive(Clone)]
struct Shop {
    client: ClientWithMiddleware,
    inventory: String,
}

/// Serves `GET /checkout/{item}`.
pub(crate) async fn serve(listener: TcpListener) -> Done {
    let client = ClientBuilder::new(reqwest::Client::new())
        .with(TraceMiddleware::new())
        .build();
    let shop = Shop {
        client,
        inventory: address_of("INVENTORY_ADDRESS")?,
    };
    let app = Router::new()
        .route("/checkout/{item}", get(checkout))
        .with_state(shop)
        .layer(ServerLayer::new());
    axum::serve(listener, app).await?;
    Ok(())
}

/// Asks for the price of two, and tells the caller under which trace id to look.
async fn checkout(
    span: CurrentSpan,
    State(shop): State<Shop>,
    Path(item): Path<String>,
) -> Result<Json<Value>, (StatusCode, String)> {
    let url = format!("http://{}/stock/{item}?quantity=2", shop.inventory);
    let failed = |error: &dyn std::fmt::Display| (StatusCode::BAD_GATEWAY, error.to_string());
    let answer = shop
        .client
        .get(url)
        .send()
        .await
        .map_err(|error| failed(&error))?;
    let answer = answer.error_for_status().map_err(|error| failed(&error))?;
    let quote: Value = answer.json().await.map_err(|error| failed(&error))?;
    Ok(Json(
        json!({ "trace_id": span.span_context().trace_id().to_string(), "quote": quote }),
    ))
}
