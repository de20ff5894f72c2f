//! The server layer in and around axum routers.

mod bodies;
mod routes;
mod served;
