//! The text of `baggage`: names and values of the application's own, carried along.
//!
//! <https://www.w3.org/TR/baggage/>
//!
//! # What is kept beside OpenTelemetry's own type
//!
//! [`opentelemetry::baggage::Baggage`] is a map: it knows no order and no repeated names, and a
//! value decoded and encoded again may be spelled differently. So a header that was read is kept
//! in the `Context` as a [`BaggageHeader`] beside it. When a context is injected, the two are
//! compared: baggage nobody changed is sent on byte for byte; of changed baggage, what is
//! unchanged keeps its place and its bytes, a changed value takes its old place, and new names
//! follow in alphabetical order.
//!
//! # Names, values, properties
//!
//! Names are tokens and never decoded. Values are percent-decoded as UTF-8 (invalid sequences
//! become U+FFFD, `+` is a plus) and may contain `=`. Properties become the entry's
//! `BaggageMetadata` *as they were sent*, encoding included; [`properties`] divides and decodes
//! them. When sent, every byte outside the grammar is percent-encoded, so that no value and no
//! property can begin a new member; a property whose name is no token is left out.
//!
//! # Limits
//!
//! [`MAX_MEMBERS`] and [`MAX_BYTES`], counted over all `baggage` headers before anything is
//! parsed, both when reading and when sending. A member is carried whole or not at all. Empty
//! members and empty properties are accepted and mean nothing. Of a repeated name the last value
//! counts, as in other OpenTelemetry implementations.

mod grammar;
mod header;
mod member;
mod prefixed;
mod send;

pub use header::BaggageHeader;
pub(crate) use header::read;
pub use member::{Member, Property, properties};
pub(crate) use prefixed::{Coding, Entries, write_prefixed};
pub(crate) use send::{format, resend};

/// The most members read or sent, over all headers.
pub const MAX_MEMBERS: usize = 64;

/// The most bytes read or sent, over all headers and with the commas between them.
pub const MAX_BYTES: usize = 8192;
