//! Scrapes of real targets, and what becomes of answers over time.

mod config;
mod discovery;
mod hostile;
mod memory;
mod scraping;
mod secrets;
mod support;

pub(super) use self::support::{lines, resources, to_json};
