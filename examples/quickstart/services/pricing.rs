//! The last: a tonic service that knows what things cost.

use campanile_middleware::ServerLayer;
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::Server;
use tonic::{Request, Response, Status};

use super::pricing_v1::pricing_server::{Pricing, PricingServer};
use super::pricing_v1::{QuoteRequest, QuoteResponse};
use crate::Done;

struct PriceList;

#[tonic::async_trait]
impl Pricing for PriceList {
    async fn quote(
        &self,
        request: Request<QuoteRequest>,
    ) -> Result<Response<QuoteResponse>, Status> {
        let QuoteRequest { item, quantity } = request.into_inner();
        if item.is_empty() {
            return Err(Status::invalid_argument("an item has a name"));
        }
        let each = 250 + 25 * item.len() as u64;
        Ok(Response::new(QuoteResponse {
            cents: each * u64::from(quantity),
        }))
    }
}

/// Serves `campanile.quickstart.v1.Pricing`.
pub(crate) async fn serve(listener: TcpListener) -> Done {
    Server::builder()
        .layer(ServerLayer::new())
        .add_service(PricingServer::new(PriceList))
        .serve_with_incoming(TcpListenerStream::new(listener))
        .await?;
    Ok(())
}
