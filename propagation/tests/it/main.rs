//! The crate as its users see it: vectors, properties, and whole journeys of a context.

mod baggage;
mod carriers;
mod composite;
mod properties;
mod trace_context;
mod trust;
mod vectors;
mod words;
