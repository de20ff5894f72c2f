//! The words that the tests which cross crates are written in: real processes, real sockets.
//!
//! | module | words |
//! |---|---|
//! | [`process`] | an agent, and a traced application, each as a process of its own |
//! | [`sink`] | an OTLP/gRPC backend that keeps what it is sent |
//! | [`wait`] | waiting for something to become true, with a deadline |
//! | [`vectors`] | the files under `tests/vectors` |

pub mod process;
pub mod sink;
pub mod vectors;
pub mod wait;

/// Installs the TLS provider that this workspace's reqwest asks for, also for plain HTTP. Call it
/// at the beginning of a test that uses reqwest.
pub fn setup() {
    // Fails only when there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
