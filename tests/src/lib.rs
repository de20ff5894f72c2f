//! The words that the tests which cross crates are written in: real processes, real sockets.
//!
//! | module | words |
//! |---|---|
//! | [`fuzz`] | what must hold for any bytes |
//! | [`load`] | a load generator and a sink that cost little |
//! | [`process`] | an agent, and a traced application, each as a process of its own |
//! | [`sink`] | an OTLP/gRPC backend that keeps what it is sent |
//! | [`wait`] | waiting for something to become true, with a deadline |
//! | [`vectors`] | the files under `tests/vectors` |

pub mod fuzz;
#[path = "../load/mod.rs"]
pub mod load;
pub mod process;
pub mod sink;
pub mod vectors;
pub mod wait;

/// An HTTP client for loopback: past any proxy, and with the TLS provider that this workspace's
/// reqwest asks for even for plain HTTP.
///
/// # Panics
///
/// When the client cannot be built.
#[must_use]
pub fn http() -> reqwest::Client {
    // Fails only when there is a provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client without files or a proxy")
}
