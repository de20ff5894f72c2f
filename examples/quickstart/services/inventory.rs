//! The middle: an axum service that asks the pricing service over gRPC, through a tonic channel.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use campanile_middleware::{ClientLayer, ClientService, ServerLayer};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tonic::transport::{Channel, Endpoint};
use tower::Layer as _;

use super::address_of;
use super::pricing_v1::QuoteRequest;
use super::pricing_v1::pricing_client::PricingClient;
use crate::Done;

type Pricing = PricingClient<ClientService<Channel>>;

/// Serves `GET /stock/{item}?quantity=N`.
pub(crate) async fn serve(listener: TcpListener) -> Done {
    let endpoint = format!("http://{}", address_of("PRICING_ADDRESS")?);
    let endpoint = Endpoint::from_shared(endpoint)?;
    // A channel adds its host below the layer, so the layer is told.
    let layer = ClientLayer::new().with_origin(endpoint.uri().clone());
    let pricing = PricingClient::new(layer.layer(endpoint.connect_lazy()));
    let app = Router::new()
        .route("/stock/{item}", get(stock))
        .with_state(pricing)
        .layer(ServerLayer::new());
    axum::serve(listener, app).await?;
    Ok(())
}

#[derive(Deserialize)]
struct Wanted {
    quantity: u32,
}

async fn stock(
    State(mut pricing): State<Pricing>,
    Path(item): Path<String>,
    Query(Wanted { quantity }): Query<Wanted>,
) -> Result<Json<Value>, (StatusCode, String)> {
    let request = QuoteRequest {
        item: item.clone(),
        quantity,
    };
    let quote = pricing.quote(request).await;
    let quote = quote.map_err(|status| (StatusCode::BAD_GATEWAY, status.to_string()))?;
    Ok(Json(
        json!({ "item": item, "quantity": quantity, "cents": quote.get_ref().cents }),
    ))
}
