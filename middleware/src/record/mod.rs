//! From a request to one ended span: the guard, the future and the body that carry it.
//!
//! ```text
//! call ------------ SpanGuard::new
//!   inner.call      context current
//! ResponseFuture
//!   poll            context current    Err -> failed      drop -> cancelled or panicked
//! TracedBody
//!   poll_frame      context current    Err -> body failed drop -> cancelled or panicked
//!   last frame      completed
//! ```
//!
//! Everything writes through the [`Recorder`] and [`RecordedSpan`] traits. The one implementation
//! drives an OpenTelemetry `Tracer`; another one may write a span's bytes directly, and nothing
//! outside `otel.rs` would change.

mod begin;
mod body;
mod clock;
mod counts;
mod future;
mod guard;
mod otel;
pub(crate) mod outcome;
mod recorder;
mod shared;
#[cfg(test)]
mod tests;
mod tracked;
pub(crate) mod wrap;

pub(crate) use self::begin::{Begun, Request, begin};
pub use self::body::TracedBody;
pub(crate) use self::clock::Started;
pub(crate) use self::counts::RequestCounts;
pub use self::future::ResponseFuture;
#[cfg(test)]
pub(crate) use self::guard::SpanGuard;
pub(crate) use self::otel::{TracerRecorder, TracerSpan, scope};
pub use self::outcome::{ByType, NameError, Outcome};
pub(crate) use self::recorder::{Attributes, Describe, RecordedSpan, Recorder, Start, Value};
pub(crate) use self::shared::Shared;
pub(crate) use self::tracked::Tracked;
pub use self::wrap::{WrapBody, Wrapped};
