//! Real servers and clients on real sockets, method by method and outcome by outcome: every span
//! and every metric that they record follows the semantic conventions, tells no secret, and says
//! what has happened.
//!
//! A table of cells per protocol ([`http`], [`grpc`]); each cell is a request and the tree of spans
//! that it should leave. All cells run before the test fails, with the name of each that differs.
//!
//! Not among the cells: `CONNECT`, which no client here sends but to a proxy, and HTTP/3, which no
//! server here speaks.

mod app;
mod client;
mod echo;
mod grpc;
mod http;
mod peculiar;
mod scene;
mod verify;

/// Fails with every problem that a cell had.
#[track_caller]
fn assert_none(problems: &[String]) {
    let count = problems.len();
    assert!(
        problems.is_empty(),
        "{count} problems:\n\n{}",
        problems.join("\n\n")
    );
}
