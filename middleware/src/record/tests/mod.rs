//! Each way a request can end ends its span, once, and says which way it was.

mod bodies;
mod bounds;
mod defects;
mod ends;
mod guard;
mod random;
