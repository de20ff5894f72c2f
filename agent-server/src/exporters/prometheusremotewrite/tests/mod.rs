mod batches;
mod config;
mod requests;
mod sink;
