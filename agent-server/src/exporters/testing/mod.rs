//! What tests of exporters are written in.

mod backend;
mod pages;
mod sums;

pub(crate) use self::backend::{
    Backend, Received, answer, attempt, build, grpc_ok, gunzip, refused, vector, wrong,
};
pub(crate) use self::pages::Pages;
pub(crate) use self::sums::{SUM, Sum, sums};
