//! gRPC: how a call is recognized, its method, and its status.

mod call;
mod messages;
mod methods;
mod status;
#[cfg(test)]
mod tests;

pub(crate) use self::call::{SYSTEM, deadline, is_grpc, method};
pub(crate) use self::messages::Messages;
pub(crate) use self::methods::{Called, Methods, ServedMethods};
pub(crate) use self::status::{STATUS_CODE, Status};
