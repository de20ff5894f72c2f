mod config;
mod filter;
mod support;
