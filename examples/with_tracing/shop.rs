//! What the service does: nothing here knows of OpenTelemetry but the layers.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use campanile_examples::{Failure, http_client};
use campanile_middleware::{ClientLayer, ServerLayer, task};
use opentelemetry_sdk::trace::SdkTracerProvider;
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
use tracing::{debug, info, instrument, warn};

/// A client, and where the prices are: here too.
#[derive(Debug)]
struct Prices {
    client: ClientWithMiddleware,
    url: String,
}

pub(crate) fn app(provider: &SdkTracerProvider, address: SocketAddr) -> Result<Router, Failure> {
    let tracing = ClientLayer::new().with_tracer_provider(provider);
    let client = ClientBuilder::new(http_client().build()?).with(tracing.into_middleware());
    let prices = Prices {
        client: client.build(),
        url: format!("http://{address}/prices"),
    };
    Ok(Router::new()
        .route("/carts/{id}", get(cart))
        .route("/prices", get(prices_of_all))
        .with_state(Arc::new(prices))
        .layer(ServerLayer::new().with_tracer_provider(provider)))
}

/// Has no span of its own: its events are those of the request.
async fn cart(
    State(prices): State<Arc<Prices>>,
    Path(id): Path<u32>,
) -> Result<String, StatusCode> {
    info!(id, "serving a cart");
    debug!("nobody asked for this");
    let prices = load_prices(&prices)
        .await
        .map_err(|_| StatusCode::BAD_GATEWAY)?;
    let total: u32 = prices
        .lines()
        .filter_map(|price| price.parse::<u32>().ok())
        .sum();
    warn!("the price list is old");
    // Has the context of the request, and does not make it longer.
    drop(task::spawn(write_down(total)));
    Ok(format!("cart {id} is {total}\n"))
}

/// Its call is a child of its span.
#[instrument(skip_all)]
async fn load_prices(prices: &Prices) -> reqwest_middleware::Result<String> {
    info!("asking the price list");
    Ok(prices.client.get(&prices.url).send().await?.text().await?)
}

#[instrument]
async fn write_down(total: u32) {
    tokio::task::yield_now().await;
    info!("written down");
}

async fn prices_of_all() -> &'static str {
    info!("two prices");
    "3\n4\n"
}
