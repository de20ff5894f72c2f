//! Real clients against a real server.

mod attempts;
mod middleware;
mod service;
mod words;
