//! Serving HTTP/1.1, HTTP/2 and gRPC on one listener, with limits that hold before any handler
//! runs. Receivers and extensions share it.
//!
//! | limit | value |
//! |---|---|
//! | connections | 1,024; further ones wait in the kernel's backlog |
//! | first bytes | 5 s to show whether it is HTTP/1 or HTTP/2 |
//! | request head | 5 s to arrive, 64 fields, 16 KiB |
//! | HTTP/2 streams | 100 per connection, or as [`Settings`] say |
//! | HTTP/2 keep-alive | a ping each 20 s, 10 s to answer |
//!
//! An error of `accept` never ends the loop. When the tasks' token is cancelled the listener closes,
//! and each connection finishes the requests it has begun.

mod connection;
mod listener;
#[cfg(test)]
mod tests;

pub use self::connection::{Settings, http, http_with};
pub use self::listener::{Listener, bind};
