//! Writing the spans of one payload.

mod request;
mod rows;

pub(super) use self::request::insert;
