//! A journal, its lanes and a directory, stopped and started again.

mod delivers;
mod refuses;
mod support;
