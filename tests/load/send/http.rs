//! HTTP/1.1 with nothing but what is needed: a request is one write, and of the answer the status,
//! `content-length` and `retry-after` are read.

use std::sync::Arc;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Done, Outcome, Work};
use crate::load::Result;

/// More than any answer.
const LONGEST_ANSWER: usize = 64 << 10;

/// One connection's part of the work.
pub(super) async fn run(work: Arc<Work>) -> Result<Done> {
    let mut stream = TcpStream::connect(work.options.to).await?;
    stream.set_nodelay(true)?;
    let mut buffer = BytesMut::new();
    let mut received = BytesMut::new();
    let mut done = Done::default();
    while let Some((request, due)) = work.next(&mut buffer).await {
        loop {
            stream.write_all(&request).await?;
            let answer = answer(&mut stream, &mut received).await?;
            let outcome = Outcome::of_http(answer.status, answer.retry_after);
            let Some(delay) = done.book(outcome, due) else {
                break;
            };
            tokio::time::sleep(delay).await;
        }
    }
    Ok(done)
}

/// Reads one answer to its end.
async fn answer(stream: &mut TcpStream, received: &mut BytesMut) -> Result<Answer> {
    received.clear();
    loop {
        if let Some(answer) = Answer::parse(received)?
            && received.len() >= answer.size
        {
            return Ok(answer);
        }
        if received.len() > LONGEST_ANSWER {
            return Err("the agent answers at great length".into());
        }
        if stream.read_buf(received).await? == 0 {
            return Err("the agent closed a connection".into());
        }
    }
}

/// What is of interest of an answer.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    retry_after: Option<u64>,
    size: usize,
}

impl Answer {
    /// `None` when the head is not all there.
    fn parse(received: &[u8]) -> Result<Option<Self>> {
        let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") else {
            return Ok(None);
        };
        let head = std::str::from_utf8(&received[..end])?;
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1));
        let mut answer = Self {
            status: status.ok_or("no status line")?.parse()?,
            retry_after: None,
            size: end + 4,
        };
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            match name.to_ascii_lowercase().as_str() {
                "content-length" => answer.size += value.trim().parse::<usize>()?,
                "retry-after" => answer.retry_after = value.trim().parse().ok(),
                "transfer-encoding" => return Err("an answer in chunks".into()),
                _ => {}
            }
        }
        Ok(Some(answer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_its_status_and_its_length() {
        let text =
            b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\ncontent-length: 3\r\n\r\n";
        let expected = Answer {
            status: 503,
            retry_after: Some(2),
            size: text.len() + 3,
        };
        let parsed = Answer::parse(text).expect("a head");
        assert_eq!(parsed, Some(expected));
        let part = Answer::parse(&text[..text.len() - 1]).expect("no mistake so far");
        assert_eq!(part, None);
    }
}
