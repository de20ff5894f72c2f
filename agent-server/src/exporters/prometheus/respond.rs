//! Sending a page to a scraper that may be slow.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use http::HeaderValue;
use http::header::CONTENT_LENGTH;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::page::Place;
use crate::component::Tasks;

/// How long a page may take to be sent. Scrapers give up earlier by default (10 s).
const DEADLINE: Duration = Duration::from_secs(30);

/// How much is handed to the connection at a time.
const CHUNK: usize = 64 << 10;

/// Sends `page`, which takes `place` until the last of it is handed over or the deadline is past:
/// then the page is let go of, and the answer is broken off, so that no part of a page is taken for
/// the whole.
pub(super) fn respond(page: Bytes, place: Place, tasks: &Tasks) -> Response {
    let length = HeaderValue::from(page.len());
    let (sender, receiver) = mpsc::channel::<Bytes>(1);
    let is_whole = Arc::new(AtomicBool::new(false));
    let sent = Arc::clone(&is_whole);
    tasks.spawn(async move {
        let sending = timeout(DEADLINE, send(page, &sender)).await;
        sent.store(matches!(sending, Ok(true)), Ordering::Release);
        // Last, because it tells the other side to look.
        drop((place, sender));
    });
    let chunks = stream::unfold(Some((receiver, is_whole)), |state| async {
        let (mut receiver, is_whole) = state?;
        match receiver.recv().await {
            Some(chunk) => Some((Ok(chunk), Some((receiver, is_whole)))),
            None if is_whole.load(Ordering::Acquire) => None,
            None => Some((Err(io::Error::from(io::ErrorKind::TimedOut)), None)),
        }
    });
    let mut response = Response::new(Body::from_stream(chunks));
    response.headers_mut().insert(CONTENT_LENGTH, length);
    response
}

/// Hands over the page in parts. Says whether all of it was taken.
async fn send(mut page: Bytes, sender: &mpsc::Sender<Bytes>) -> bool {
    while !page.is_empty() {
        let chunk = page.split_to(CHUNK.min(page.len()));
        if sender.send(chunk).await.is_err() {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use tokio::sync::Semaphore;
    use tokio::time::Instant;

    use super::*;

    fn page() -> Bytes {
        Bytes::from(vec![b'x'; 10 * CHUNK + 1])
    }

    /// A page on its way, and the places of which it has the only one.
    fn sent(tasks: &Tasks) -> (Response, Arc<Semaphore>) {
        let places = Arc::new(Semaphore::new(1));
        let place = Arc::clone(&places).try_acquire_owned().expect("free");
        (respond(page(), place, tasks), places)
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_nobody_reads_is_let_go_of_and_broken_off() {
        let (response, places) = sent(&Tasks::default());
        let begun = Instant::now();
        let _place = places.acquire().await.expect("free again");
        assert_eq!(begun.elapsed(), DEADLINE);
        let read = to_bytes(response.into_body(), usize::MAX).await;
        assert!(read.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_is_read_arrives_whole_and_frees_its_place() {
        let (response, places) = sent(&Tasks::default());
        assert_eq!(response.headers()[CONTENT_LENGTH], page().len().to_string());
        let read = to_bytes(response.into_body(), usize::MAX).await;
        assert!(read.expect("all of it") == page());
        assert_eq!(places.available_permits(), 1);
    }
}
