//! Instructions, counted by callgrind.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::Result;

/// The argument that makes the program run one case, or be one part of it, only.
pub(crate) const ONLY: &str = "--only";

/// The greater of the two run lengths.
const LONG: usize = 1_200;

/// The lesser one, long enough to have filled whatever is filled once.
const SHORT: usize = 200;

/// valgrind, found on this machine.
#[derive(Debug)]
pub(crate) struct Callgrind {
    this: PathBuf,
}

impl Callgrind {
    /// `None` when valgrind is not installed.
    pub(crate) fn find() -> Option<Self> {
        let found = Command::new("valgrind").arg("--version").output().ok()?;
        let this = std::env::current_exe().ok()?;
        found.status.success().then_some(Self { this })
    }

    /// Instructions of one run: what is done once, before or after, is the same for both lengths.
    pub(crate) fn instructions(&self, suite: &str, index: usize) -> Result<u64> {
        let more = self.total(suite, index, LONG)?;
        let less = self.total(suite, index, SHORT)?;
        Ok(more.saturating_sub(less) / u64::try_from(LONG - SHORT)?)
    }

    fn total(&self, suite: &str, index: usize, length: usize) -> Result<u64> {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(&self.this)
            .args([ONLY, suite, &index.to_string(), &length.to_string()])
            .stdin(Stdio::null())
            .output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            return Err(format!("valgrind failed: {said}").into());
        }
        collected(&said).ok_or_else(|| format!("valgrind counted nothing: {said}").into())
    }
}

/// The figure in `==123== Collected : 4567`.
pub(crate) fn collected(said: &str) -> Option<u64> {
    let line = said.lines().find(|line| line.contains("Collected"))?;
    line.rsplit(':').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::collected;

    #[test]
    fn the_sum_is_read_from_what_callgrind_says() {
        let said = "==7== Events    : Ir\n==7== Collected : 4567\n==7==\n";
        assert_eq!(collected(said), Some(4567));
        assert_eq!(collected("==7== something else"), None);
    }
}
