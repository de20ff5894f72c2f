//! Peers that want to take more than their share.

use tokio::net::TcpStream;
use tokio::time::Instant;

use super::*;

async fn connect(running: &Running) -> TcpStream {
    let peer = TcpStream::connect(running.address()).await;
    peer.expect("the kernel takes it, if nobody else")
}

#[tokio::test(start_paused = true)]
async fn the_connection_beyond_the_limit_waits_for_one_to_end() {
    assert_eq!(Settings::default().max_connections, 1_024);
    let settings = Settings {
        max_connections: 3,
        ..Settings::default()
    };
    let running = Running::on_a_port(settings).await;
    let mut silent = Vec::new();
    for _ in 0..3 {
        silent.push(connect(&running).await);
    }
    let start = Instant::now();
    let mut honest = connect(&running).await;
    assert!(ask(&mut honest).await.ends_with("hello, network"));
    // The silent ones have lost their places.
    assert_eq!(start.elapsed(), Duration::from_secs(5));
    assert_eq!(running.refused("silent"), 3);
}

#[tokio::test]
async fn a_place_is_free_again_as_soon_as_a_peer_leaves() {
    let settings = Settings {
        max_connections: 1,
        ..Settings::default()
    };
    let running = Running::on_a_port(settings).await;
    let first = connect(&running).await;
    let mut second = connect(&running).await;
    drop(first);
    assert!(ask(&mut second).await.ends_with("hello, network"));
}

#[tokio::test]
async fn a_peer_with_enough_connections_gets_no_more_and_is_counted() {
    let settings = Settings {
        max_connections_per_peer: 2,
        counts_loopback: true,
        ..Settings::default()
    };
    assert_eq!(Settings::default().max_connections_per_peer, 128);
    let running = Running::on_a_port(settings).await;
    let mut first = connect(&running).await;
    let _second = connect(&running).await;
    let mut third = connect(&running).await;
    assert_eq!(rest(&mut third).await, "", "closed at once");
    assert_eq!(running.refused("crowd"), 1);
    assert!(ask(&mut first).await.ends_with("hello, network"));
}

#[tokio::test]
async fn heads_have_their_limits() {
    let running = Running::on_a_port(Settings::default()).await;
    let many: String = (0..65).map(|n| format!("x-{n}: 1\r\n")).collect();
    let long = format!("x: {}\r\n", "a".repeat(17 << 10));
    let broken = "x\0: 1\r\n".to_owned();
    for (fields, status) in [(many, 431), (long, 431), (broken, 400)] {
        let mut peer = connect(&running).await;
        let head = format!("GET / HTTP/1.1\r\nhost: a\r\n{fields}\r\n");
        let _ = peer.write_all(head.as_bytes()).await;
        let answer = rest(&mut peer).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
    }
    let mut peer = connect(&running).await;
    // A line that never ends.
    let endless = [b'a'; 1 << 10];
    while peer.write_all(&endless).await.is_ok() {}
    assert!(
        ask(&mut connect(&running).await)
            .await
            .ends_with("hello, network")
    );
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_does_not_read_its_answers_is_cut() {
    let page = Router::new().route("/", get(|| std::future::ready("x".repeat(1 << 20))));
    let running = Running::start_with(&Endpoint::loopback(0), Settings::default(), page).await;
    let mut peer = connect(&running).await;
    let start = Instant::now();
    while peer.write_all(&GET.repeat(100)).await.is_ok() {}
    assert!(start.elapsed() >= Duration::from_secs(30));
    assert!(start.elapsed() <= Duration::from_secs(60));
}

#[tokio::test]
async fn stopping_waits_for_no_peer_that_is_silent() {
    let running = Running::on_a_port(Settings::default()).await;
    let mut silent = connect(&running).await;
    let mut idle = connect(&running).await;
    ask_again(&mut idle).await;
    let stopped = timeout(Duration::from_secs(2), running.tasks.stop());
    stopped.await.expect("nobody is waited for");
    assert_eq!(rest(&mut silent).await, "");
    assert_eq!(rest(&mut idle).await, "");
}
