//! The shop, which says for single requests what the client cannot know.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use campanile_middleware::ServerLayer;
use campanile_middleware::request::{NoPropagation, UrlTemplate};
use reqwest_middleware::{ClientWithMiddleware, Error, RequestBuilder};

#[derive(Clone)]
struct Shop {
    client: ClientWithMiddleware,
    stock: SocketAddr,
    partner: SocketAddr,
}

/// Serves `GET /order/{item}`.
pub(crate) fn app(client: ClientWithMiddleware, stock: SocketAddr, partner: SocketAddr) -> Router {
    let shop = Shop {
        client,
        stock,
        partner,
    };
    Router::new()
        .route("/order/{item}", get(order))
        .with_state(shop)
        .layer(ServerLayer::new())
}

/// Asks the stock, then the partners.
async fn order(
    State(shop): State<Shop>,
    Path(item): Path<String>,
) -> Result<String, (StatusCode, String)> {
    let get = |url: String| shop.client.get(url);
    let (stock, partner) = (shop.stock, shop.partner);
    let calls = [
        get(format!("http://{stock}/stock/{item}"))
            .with_extension(UrlTemplate::new("/stock/{item}")),
        // No host that the client tells our context.
        get(format!("http://partner.example:{}/greet", partner.port())),
        // It is one, but this request says that it does not want to.
        get(format!("http://{partner}/greet")).with_extension(NoPropagation),
    ];
    let mut answers = String::new();
    for call in calls {
        let answer = answer(call).await;
        answers += &answer.map_err(|error| (StatusCode::BAD_GATEWAY, error.to_string()))?;
    }
    Ok(answers)
}

async fn answer(call: RequestBuilder) -> Result<String, Error> {
    let response = call.send().await?.error_for_status()?;
    Ok(response.text().await?)
}
