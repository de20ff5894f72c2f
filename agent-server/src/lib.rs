//! The Campanile agent: receives spans from any library, keeps, shows and passes them on.
//!
//! The folders are the data's path: [`receivers`] turn a network's bytes into
//! [`Payload`](payload::Payload)s, [`processors`] change them, [`delivery`] brings them to
//! [`exporters`], one of which keeps them in the [`store`]. [`component`] is the contract between
//! those and the agent. [`config`] is what a user writes, [`pipeline`] what becomes of it and
//! [`agent`] what runs then; [`ops`] is what the agent says of itself, [`control`] what it tells
//! libraries, and [`cli`] is the command line. [`admission`] says how much memory all that may take. What listens is [`serve`]d, over [`tls`] and to whom
//! [`auth`] lets in where it is told to.

pub mod admission;
pub mod agent;
pub mod auth;
pub mod cli;
pub mod component;
pub mod config;
pub mod connectors;
#[cfg(test)]
mod contract;
pub mod control;
pub mod delivery;
pub mod exporters;
pub mod extensions;
pub mod ops;
pub mod origin;
pub mod ottl;
pub mod payload;
pub mod pipeline;
pub mod processors;
pub mod receivers;
pub mod registries;
pub mod serve;
pub mod store;
#[cfg(test)]
mod testing;
pub mod tls;
