//! The one call.

use crate::builder::AgentClient;
use crate::error::InitError;
use crate::guard::Guard;

/// Sets this process up: reads the `OTEL_*` environment, starts the client, and installs the
/// providers of traces and metrics and the propagators globally. The agent need not be there.
///
/// Call it once, early in `main`, inside or outside of a runtime, and keep the guard. A second
/// call replaces what the first one installed.
///
/// What the environment gets wrong is logged, once per variable, and replaced by the default.
///
/// # Errors
///
/// When the system gives no thread.
///
/// # Example
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let _guard = campanile_agent_client::init()?;
/// // The program. Its spans go to the agent; the guard sends the last ones.
/// # Ok(())
/// # }
/// ```
pub fn init() -> Result<Guard, InitError> {
    AgentClient::builder().init()
}

/// [`init`](crate::init()) with the name and the version that the caller's Cargo.toml says, where
/// the environment says no others.
///
/// # Example
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let _guard = campanile_agent_client::init!()?;
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! init {
    () => {
        $crate::AgentClient::builder()
            .default_service(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
            .init()
    };
}
