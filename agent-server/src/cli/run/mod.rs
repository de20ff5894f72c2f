//! `campanile run`: the agent, until Ctrl-C or SIGTERM.

mod banner;
mod command;
mod logs;
mod ready_file;
mod reload;
mod signals;

pub(super) use self::command::{Arguments, run};
