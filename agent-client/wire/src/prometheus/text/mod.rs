//! The pull page.
//!
//! Specifications: <https://prometheus.io/docs/instrumenting/exposition_formats/> and
//! <https://prometheus.io/docs/specs/om/open_metrics_spec/>.

mod accept;
mod escape;
mod value;
mod write;

pub use self::accept::{Escaping, Format, TextFormat};
pub use self::write::{Page, claims};
