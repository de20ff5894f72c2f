//! What can be done to attributes: the actions of `attributes` and `resource`.
//!
//! | file | what |
//! |---|---|
//! | `config` | an action as a user writes it |
//! | `check` | everything that is wrong with one |
//! | `plan` | the actions of a processor as steps |
//! | `steps` | what a step does to a message |
//! | `value` | values: from configuration, hashed, converted |

mod check;
mod config;
mod plan;
mod steps;
#[cfg(test)]
mod tests;
mod value;

pub(crate) use self::check::check;
pub(crate) use self::config::Action;
pub(crate) use self::plan::Plan;
pub(crate) use self::value::any_value;
