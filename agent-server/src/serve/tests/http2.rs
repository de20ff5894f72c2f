//! HTTP/2 as no library would send it. Each attack ends its own connection, or costs nothing, and
//! others are served meanwhile.

use tokio::net::TcpStream;
use tokio::time::Instant;

use super::*;

/// A block of headers: `POST / HTTP/2`, over http, to `a`.
const POST: &[u8] = b"\x83\x86\x84\x41\x01a";

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;

const END_HEADERS: u8 = 4;

const ENHANCE_YOUR_CALM: u32 = 11;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a short payload");
    let mut frame = length.to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// The streams that a client may open: odd numbers.
fn streams(count: u32) -> impl Iterator<Item = u32> {
    (0..count).map(|n| 2 * n + 1)
}

async fn swallow(body: axum::body::Body) -> String {
    let body = axum::body::to_bytes(body, 1 << 20).await;
    format!("{} bytes", body.map_or(0, |body| body.len()))
}

async fn running() -> Running {
    let router = Router::new().fallback(swallow).route("/hello", get(hello));
    Running::start_with(&Endpoint::loopback(0), Settings::default(), router).await
}

async fn connect(running: &Running) -> TcpStream {
    let mut peer = TcpStream::connect(running.address())
        .await
        .expect("it listens");
    let hello = [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        &frame(SETTINGS, 0, 0, b"")[..],
    ];
    peer.write_all(&hello.concat()).await.expect("sent");
    peer
}

/// Sends `attack` while reading all that comes, until the connection ends or `attack` is over.
/// Returns the code of the GOAWAY frame, if one came.
async fn goaway(running: &Running, attack: &[u8]) -> Option<u32> {
    let peer = connect(running).await;
    let (mut reader, mut writer) = peer.into_split();
    let read = async {
        let mut all = Vec::new();
        let _ = reader.read_to_end(&mut all).await;
        all
    };
    let write = async {
        let _ = writer.write_all(attack).await;
        let _ = writer.shutdown().await;
    };
    let both = async { tokio::join!(read, write).0 };
    let all = timeout(Duration::from_secs(60), both)
        .await
        .expect("it ends");
    let mut left = &all[..];
    while let Some((head, rest)) = left.split_first_chunk::<9>() {
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let payload = rest.get(..length)?;
        if head[3] == GOAWAY {
            let code = u32::from_be_bytes(*payload[4..].first_chunk()?);
            if code != 0 {
                return Some(code);
            }
        }
        left = &rest[length..];
    }
    None
}

async fn still_serves(running: &Running) {
    let mut peer = TcpStream::connect(running.address())
        .await
        .expect("it listens");
    let ask = b"GET /hello HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    peer.write_all(ask).await.expect("sent");
    assert!(rest(&mut peer).await.ends_with("hello, network"));
}

#[tokio::test]
async fn rapid_resets_end_the_connection() {
    let running = running().await;
    let attack = streams(50_000).flat_map(|stream| {
        let open = frame(HEADERS, END_HEADERS, stream, POST);
        [open, frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes())].concat()
    });
    let attack: Vec<u8> = attack.collect();
    assert_eq!(goaway(&running, &attack).await, Some(ENHANCE_YOUR_CALM));
    still_serves(&running).await;
}

#[tokio::test]
async fn resets_that_the_server_is_made_to_send_end_the_connection() {
    let running = running().await;
    // A window beyond what a window can be is an error of its stream.
    let beyond = 0x7fff_ffff_u32.to_be_bytes();
    let attack = streams(50_000).flat_map(|stream| {
        let open = frame(HEADERS, END_HEADERS, stream, POST);
        [open, frame(WINDOW_UPDATE, 0, stream, &beyond)].concat()
    });
    let attack: Vec<u8> = attack.collect();
    assert_eq!(goaway(&running, &attack).await, Some(ENHANCE_YOUR_CALM));
    still_serves(&running).await;
}

#[tokio::test]
async fn headers_that_never_end_end_the_connection() {
    let running = running().await;
    let mut attack = frame(HEADERS, 0, 1, POST);
    // A literal header that is never indexed, `a: bbb...`.
    let more = [b"\x10\x01a\x7f\x80\x1f", &[b'b'; 4_000][..]].concat();
    for _ in 0..1_000 {
        attack.extend(frame(CONTINUATION, 0, 1, &more));
    }
    let code = goaway(&running, &attack).await;
    assert!(code.is_some(), "the connection goes on");
    still_serves(&running).await;
}

#[tokio::test]
async fn empty_data_without_end_ends_the_connection_or_costs_nothing() {
    let running = running().await;
    let mut attack = frame(HEADERS, END_HEADERS, 1, POST);
    attack.extend(frame(DATA, 0, 1, b"").repeat(200_000));
    let start = Instant::now();
    let code = goaway(&running, &attack).await;
    assert!(
        code.is_some_and(|code| code == ENHANCE_YOUR_CALM),
        "{code:?}"
    );
    assert!(start.elapsed() < Duration::from_secs(30));
    still_serves(&running).await;
}

#[tokio::test]
async fn header_lists_have_a_limit() {
    let running = running().await;
    // 17 KiB in fields of one block, within what one frame of 16 KiB and its continuation hold.
    let field = [b"\x00\x01a\x7f\xe1\x07", &[b'b'; 1_120][..]].concat();
    let block = [POST, &field.repeat(16)].concat();
    let (first, rest) = block.split_at(16_000);
    let mut attack = frame(HEADERS, 1, 1, first);
    attack.extend(frame(CONTINUATION, END_HEADERS, 1, rest));
    goaway(&running, &attack).await;
    still_serves(&running).await;
}

/// A peer that asks for answers and does not read them.
async fn deaf(flood: Vec<u8>) -> Duration {
    let running = running().await;
    let mut peer = connect(&running).await;
    let start = Instant::now();
    // Until the buffers of both sides are full, and then until the connection is cut.
    while peer.write_all(&flood).await.is_ok() {}
    still_serves(&running).await;
    start.elapsed()
}

#[tokio::test(start_paused = true)]
async fn floods_of_settings_and_pings_without_reading_are_cut() {
    for flood in [frame(SETTINGS, 0, 0, b""), frame(PING, 0, 0, &[7; 8])] {
        let lasted = deaf(flood.repeat(1_000)).await;
        assert!(lasted <= Duration::from_secs(60), "{lasted:?}");
    }
}
