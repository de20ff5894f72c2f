//! The log as a test sees it.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::Once;

thread_local! {
    static LOGGED: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// What the thread of a test logs, kept until this is dropped.
///
/// One subscriber serves every test of the process: with one per thread, `tracing` may remember of
/// an event that nobody listens because the first thread that came by did not.
#[derive(Debug)]
pub(crate) struct Pages(());

impl Pages {
    /// Keeps what this thread logs from now on.
    pub(crate) fn open() -> Self {
        static SUBSCRIBER: Once = Once::new();
        SUBSCRIBER.call_once(|| {
            let subscriber = tracing_subscriber::fmt()
                .with_ansi(false)
                .without_time()
                .with_writer(|| Writer)
                .finish();
            tracing::subscriber::set_global_default(subscriber).expect("there is no other");
        });
        LOGGED.set(Some(Vec::new()));
        Self(())
    }

    /// The lines so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        let Self(()) = self;
        let logged = LOGGED.with_borrow(Option::clone).unwrap_or_default();
        let text = String::from_utf8(logged).expect("text");
        text.lines().map(str::to_owned).collect()
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        LOGGED.set(None);
    }
}

/// Writes to the pages of the thread, if they are open.
struct Writer;

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOGGED.with_borrow_mut(|logged| {
            if let Some(logged) = logged {
                logged.extend_from_slice(bytes);
            }
        });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
