//! One scrape after the other.
//!
//! | file | what |
//! |---|---|
//! | `client`, `credentials` | the HTTP client, and who it is |
//! | `fetch` | one request and its answer |
//! | `content` | which formats are asked for, and which one came |
//! | `process` | an answer becomes an OTLP request |
//! | `report` | what is said of the scrape itself |
//! | `looping` | the task of a target |

mod client;
mod content;
mod counters;
mod credentials;
mod error;
mod fetch;
mod looping;
mod process;
mod report;

pub(super) use self::client::{Http, reason};
pub(super) use self::content::accept;
pub(super) use self::counters::Counters;
pub(super) use self::error::ScrapeError;
pub(super) use self::fetch::{Fetched, Request, fetch};
pub(super) use self::looping::Loop;
#[cfg(test)]
pub(super) use self::process::{Answer, Scraper};
