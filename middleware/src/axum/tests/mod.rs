//! The server layer in and around axum routers.

mod routes;
mod served;
