//! The smallest traced service: run `campanile run` beside it, open
//! <http://127.0.0.1:3000/hello/you>, then <http://127.0.0.1:55679/debug/tracez>.

use axum::extract::Path;
use axum::{Router, routing::get};
use campanile_middleware::ServerLayer;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let _tracing = campanile_agent_client::init()?;
    let hello = get(|Path(name): Path<String>| async move { format!("Hello, {name}!\n") });
    let app = Router::new()
        .route("/hello/{name}", hello)
        .layer(ServerLayer::new());
    axum::serve(TcpListener::bind("127.0.0.1:3000").await?, app).await?;
    Ok(())
}
