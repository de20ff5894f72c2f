//! The client against agents on real sockets that do what the test says.

// Said so that the whole binary counts as a test, its helpers too.
#![cfg(test)]

mod absence;
mod books;
mod breaks;
#[cfg(feature = "tracing")]
mod bridge;
mod exits;
mod hostile;
mod http;
mod interrupted;
mod lifetimes;
mod opencensus;
mod otlp;
mod runtimes;
mod signals;
mod support;
#[cfg(feature = "tls")]
mod tls;
#[cfg(unix)]
mod unix;
