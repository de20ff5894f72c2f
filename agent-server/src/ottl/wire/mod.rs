//! Reading and changing single fields of OTLP messages as bytes.
//!
//! Nothing is decoded into structs: a change copies the message around the field, and whatever is
//! not known here stays as it is.

mod read;
mod splice;

pub(super) use self::read::{
    all, bytes, double, entries, find, fixed32, fixed64, items, text, varint,
};
pub(super) use self::splice::{
    bound_entries, each_entry, put_entry, replace, set_in_any, set_in_map,
};
