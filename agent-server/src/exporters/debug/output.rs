//! Where lines are written to.

use std::io::{self, Write};

use super::config::Stream;

/// The agent's log, or streams of the process.
#[derive(Clone, Debug)]
pub(super) enum Output {
    /// The log.
    Log,
    /// Each of these.
    Streams(Vec<Stream>),
}

/// Writes the lines of one payload, one after the other, and nothing between them.
///
/// # Errors
///
/// When a stream takes them not, or not all.
pub(super) fn write(streams: &[Stream], lines: &[String]) -> io::Result<()> {
    let text = lines.iter().flat_map(|line| [line.trim_end(), "\n"]);
    let text: String = text.collect();
    streams.iter().try_for_each(|stream| match stream {
        Stream::Stderr => whole(io::stderr().lock(), &text),
        Stream::Stdout => whole(io::stdout().lock(), &text),
    })
}

fn whole(mut out: impl Write, text: &str) -> io::Result<()> {
    out.write_all(text.as_bytes())?;
    out.flush()
}
