//! Extensions: what runs beside the pipelines, such as pages and health checks.

use futures_util::future::BoxFuture;

use super::{StartError, Tasks};

/// Something that serves people or supervisors and carries no telemetry. Extensions start before
/// the receivers and stop after the last exporter.
pub trait Extension: Send {
    /// Binds every socket, then spawns the tasks that serve them, and returns.
    ///
    /// # Errors
    ///
    /// When a socket cannot be bound; nothing has been spawned then.
    fn start(self: Box<Self>, tasks: Tasks) -> BoxFuture<'static, Result<(), StartError>>;
}
