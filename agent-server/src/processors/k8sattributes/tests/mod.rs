//! A server that answers as the API server does, and what is said of pods then.

mod config;
mod server;
mod steps;
