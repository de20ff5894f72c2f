//! The three services. Each is an ordinary program: one line sets tracing up from the environment,
//! one layer traces what it serves, one layer traces what it calls.

pub(crate) mod inventory;
pub(crate) mod pricing;
pub(crate) mod shop;

use std::future::Future;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use crate::Done;

/// The pricing messages and stubs, generated from `proto/pricing.proto`.
#[allow(
    missing_docs,
    unnameable_types,
    unreachable_pub,
    unused_qualifications,
    clippy::allow_attributes_without_reason,
    clippy::missing_errors_doc,
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    clippy::too_many_lines,
    clippy::use_self,
    reason = "generated code"
)]
pub(crate) mod pricing_v1 {
    include!("../generated/campanile.quickstart.v1.rs");
}

/// Runs one service: sets tracing up, binds a port that the system chooses, prints the address for
/// the parent process, and serves until the parent closes our standard input.
pub(crate) fn run<F>(serve: impl FnOnce(TcpListener) -> F) -> Done
where
    F: Future<Output = Done>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let tracing = campanile_agent_client::init()?;
    let done = runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        tokio::select! {
            done = serve(listener) => done,
            () = parent_gone() => Ok(()),
        }
    });
    drop(tracing);
    done
}

/// Resolves when our standard input ends: the parent has closed it, or is no more.
async fn parent_gone() {
    let mut nothing = [0; 64];
    while matches!(tokio::io::stdin().read(&mut nothing).await, Ok(1..)) {}
}

/// The address of another service, from the environment variable that the parent set.
fn address_of(variable: &str) -> Result<String, String> {
    std::env::var(variable).map_err(|_| format!("the environment lacks {variable}"))
}
