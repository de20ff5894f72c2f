//! What is said about the agent, and how seldom. Pure: time and facts in, lines out.
//!
//! One line when the agent goes away, one when it comes, one summary an hour in between. Refused
//! spans get a line at first and then a summary an hour.

mod announcer;
mod line;
#[cfg(test)]
mod tests;

pub(crate) use self::announcer::{Announcer, noun};
pub(crate) use self::line::Line;
