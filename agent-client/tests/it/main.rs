//! The client against agents on real sockets that do what the test says.

// Said so that the whole binary counts as a test, its helpers too.
#![cfg(test)]

mod absence;
mod breaks;
mod exits;
mod opencensus;
mod otlp;
mod runtimes;
mod support;
