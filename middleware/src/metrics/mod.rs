//! The metrics of the conventions, from the same facts, clock and outcome as the spans.
//!
//! Every attribute has few values: methods are known ones, routes, hosts, templates and gRPC
//! methods are kept in tables with a bound ([`crate::names`]), and what finds no place there is
//! `_OTHER` or left out.

mod dimensions;
mod instruments;
mod measurement;
#[cfg(test)]
mod tests;

pub(crate) use self::dimensions::Dimensions;
pub(crate) use self::instruments::Instruments;
pub(crate) use self::measurement::Measurement;
