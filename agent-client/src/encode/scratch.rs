//! A buffer that every thread has for what it is about to queue.

use std::cell::RefCell;

/// What a thread keeps between two items. Larger items are rare, and threads may be many.
const MAX_KEPT_BYTES: usize = 16 << 10;

/// Lets `body` use the thread's buffer, which is empty.
///
/// A thread that is ending, or that encodes something while it encodes, gets a new one.
pub(crate) fn with_scratch<T>(body: impl FnOnce(&mut Vec<u8>) -> T) -> T {
    thread_local! {
        static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    let mut body = Some(body);
    let mut run = |buffer: &mut Vec<u8>| body.take().map(|body| body(buffer));
    let done = SCRATCH.try_with(|scratch| {
        let mut buffer = scratch.try_borrow_mut().ok()?;
        let result = run(&mut buffer);
        buffer.clear();
        buffer.shrink_to(MAX_KEPT_BYTES);
        result
    });
    match done {
        Ok(Some(result)) => result,
        Ok(None) | Err(_) => run(&mut Vec::new()).expect("the buffer was not to be had before"),
    }
}
