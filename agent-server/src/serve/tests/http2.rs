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

/// Sends `attack` while reading all that comes, until the connection ends.
async fn answers(running: &Running, attack: &[u8]) -> Vec<u8> {
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
    let all = timeout(Duration::from_secs(60), both).await;
    all.expect("it ends")
}

/// The code of the GOAWAY frame that ends the connection, if it says that something is wrong.
async fn goaway(running: &Running, attack: &[u8]) -> Option<u32> {
    let all = answers(running, attack).await;
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
    let field = [b"\x00\x01a\x7f\xe1\x07", &[b'b'; 1_120][..]].concat();
    let handled = async |fields: usize| {
        let block = [POST, &field.repeat(fields)].concat();
        let (first, rest) = block.split_at(block.len().min(16_000));
        let mut attack = frame(HEADERS, 1, 1, first);
        attack.extend(frame(CONTINUATION, END_HEADERS, 1, rest));
        let all = answers(&running, &attack).await;
        all.windows(7).any(|window| window == b"0 bytes")
    };
    assert!(handled(8).await, "8 KiB are taken");
    assert!(!handled(16).await, "17 KiB are not");
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

/// How long an HTTP/2 connection without a request lasts, to the second.
async fn lasts(settings: Settings) -> u64 {
    let running = Running::on_a_port(settings).await;
    let mut peer = connect(&running).await;
    let start = Instant::now();
    let mut all = Vec::new();
    let _ = peer.read_to_end(&mut all).await;
    let goaway = [0, 0, 8, GOAWAY, 0, 0, 0, 0, 0];
    assert!(all.windows(9).any(|window| window == goaway), "it is told");
    start.elapsed().as_secs()
}

#[tokio::test(start_paused = true)]
async fn idle_and_old_connections_are_told_to_go_and_then_closed() {
    let idle = Settings {
        idle_http2: Some(Duration::from_secs(10)),
        ..Settings::default()
    };
    // This peer does not answer, so that it is waited for a little.
    assert_eq!(lasts(idle).await, 12);
    let old = Settings {
        max_age: Some(Duration::from_secs(10)),
        ..Settings::default()
    };
    let lasted = lasts(old).await;
    assert!((11..=13).contains(&lasted), "{lasted} s");
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_does_not_answer_pings_is_taken_for_gone() {
    let running = Running::on_a_port(Settings::default()).await;
    let mut peer = connect(&running).await;
    let start = Instant::now();
    let mut all = Vec::new();
    let _ = peer.read_to_end(&mut all).await;
    assert_eq!(start.elapsed(), Duration::from_secs(30));
}
