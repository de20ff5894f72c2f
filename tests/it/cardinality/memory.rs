//! What requests leave in memory, measured in a process that does nothing else.

use std::process::Command;

use campanile_middleware::testing::Recorder;

use super::traffic::{Traffic, send};
use super::{REQUESTS, client, server};

/// How much memory may grow by while half of the requests are sent: 20 bytes for each.
const MAX_GROWTH_BYTES: u64 = 1 << 20;

/// The memory of this process in bytes, as the system counts it.
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a Linux system");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    let kilobytes: u64 = kilobytes
        .and_then(|number| number.parse().ok())
        .expect("a number of kB");
    kilobytes * 1024
}

/// The name of the test below, and what tells it that it has the process for itself.
const TEST: &str = "cardinality::memory::requests_that_are_over_leave_no_memory";
const ALONE: &str = "CAMPANILE_TEST_ALONE";

/// The test starts itself once more, in a process that runs no other.
#[tokio::test]
async fn requests_that_are_over_leave_no_memory() {
    if std::env::var_os(ALONE).is_some() {
        return measure().await;
    }
    let program = std::env::current_exe().expect("the test program is there");
    let output = Command::new(program)
        .args(["--exact", TEST])
        .env(ALONE, "1")
        .output()
        .expect("the test program starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}"
    );
}

async fn measure() {
    let meters = Recorder::new();
    let meters = meters.meter_provider();
    let traffic = [
        Traffic::Sent(client(meters)),
        Traffic::SentCalls(client(meters)),
        Traffic::Served(server(meters).with_hosts_in_metrics(["shop.example", "api.example:8443"])),
        Traffic::ServedCalls(server(meters)),
    ];
    let half = async |seed: u64| {
        for traffic in &traffic {
            send(traffic.clone(), seed, REQUESTS / 2).await;
        }
        resident_bytes()
    };
    // What may be kept is kept by then: tables are full, and metrics at their limit.
    let before = half(1).await;
    let after = half(2).await;
    assert!(
        after.saturating_sub(before) < MAX_GROWTH_BYTES,
        "{before} bytes became {after}"
    );
}
