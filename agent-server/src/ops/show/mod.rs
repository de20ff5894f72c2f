//! Values as a person reads them, on pages and in a terminal: durations, times, and text of others
//! that must not take over the screen.

mod duration;
mod time;
mod visible;

pub use self::duration::duration;
pub use self::time::time;
pub use self::visible::{shortened, visible};
