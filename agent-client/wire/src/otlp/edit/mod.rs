//! Editing export requests on the wire: what is not touched is copied in pieces as large as
//! possible, and only lengths on the way to a change are written anew.
//!
//! Whoever edits implements [`Edit`] and is shown resources, scopes and items (spans, metrics, log
//! records) in the order of the wire, each as a [`Draft`]: bytes to [view](super::view) and to
//! change. [`edited`] walks a request and says what came out and which items were removed.
//!
//! ```
//! use campanile_wire::otlp::Signal;
//! use campanile_wire::otlp::edit::{AttributeEdit, AttributeEdits, Draft, Edit, Group, edited};
//! use campanile_wire::otlp::view::resource_spans;
//! use campanile_wire::otlp::write::{Scalar, nested};
//!
//! struct Label(AttributeEdits);
//!
//! impl Edit for Label {
//!     fn resource(&mut self, resource: &mut Draft<'_>) -> Group {
//!         resource.edit_attributes(&self.0);
//!         // The spans stay as they are, and are not even looked at.
//!         Group::Skip
//!     }
//! }
//!
//! let zone = AttributeEdit::insert("zone", Scalar::Text("b"));
//! let mut request = Vec::new();
//! nested(&mut request, 1, |_| {});
//! let edited = edited(Signal::Traces, &request, &mut Label(AttributeEdits::new([zone])));
//! let request = edited.request.expect("the zone was missing");
//! let resource = resource_spans(&request).next().expect("one").resource();
//! let zone = resource.attributes().find("zone").and_then(|value| value.as_text());
//! assert_eq!(zone, Some("b"));
//! ```
//!
//! # Exactly what happens
//!
//! - Order stays, and so do fields that this version of the protocol does not know.
//! - What is malformed stays as it is: nothing behind a fault in a message is edited.
//! - A resource or scope that is on the wire in several pieces, or behind its items, is shown whole
//!   and first; one that is absent is shown empty, and is written when something was put into it.
//! - A scope, resource or metric that loses its last item goes with it. One that was empty before
//!   stays.

mod attributes;
mod draft;
mod fields;
mod kind;
mod output;
mod parts;
mod removed;
mod splice;
#[cfg(test)]
mod tests;
mod walk;

pub use self::attributes::{Attribute, AttributeEdit, AttributeEdits, Change};
pub use self::draft::Draft;
pub use self::kind::Kind;
pub use self::removed::Removed;
pub use self::walk::{Edit, Edited, Fate, Group, Within, edited};
