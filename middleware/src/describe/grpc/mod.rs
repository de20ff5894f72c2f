//! gRPC: how a call is recognized, its method, and its status.

mod call;
mod status;
#[cfg(test)]
mod tests;

pub(crate) use self::call::{SYSTEM, is_grpc, set_call, span_name};
pub(crate) use self::status::{STATUS_CODE, Status};
