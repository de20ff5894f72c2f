//! What a SERVER span says, and whose child it is.

mod attributes;
mod grpc;
mod parent;
