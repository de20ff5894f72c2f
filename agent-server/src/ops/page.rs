//! The metrics page: `GET /metrics` in the Prometheus text format 0.0.4.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header::CONTENT_TYPE;

use crate::component::{Context, Shared, StartError, Tasks};
use crate::config::Endpoint;
use crate::serve;

/// The key of the page's address, below `service`.
const KEY: &str = "telemetry.metrics.address";

/// Serves the agent's metrics at `endpoint` until the tasks are stopped.
///
/// Anyone who can connect may read them, whatever name they use for this machine: scrapers come by
/// service names.
///
/// # Errors
///
/// When the address cannot be bound; nothing has been spawned then.
pub async fn metrics_page(
    endpoint: &Endpoint,
    context: &Context,
    tasks: &Tasks,
) -> Result<(), StartError> {
    let listener = serve::bind(endpoint, KEY, context).await?;
    let router = Router::new()
        .route("/metrics", get(page))
        .with_state(context.shared.clone());
    serve::http(listener, router, tasks);
    Ok(())
}

async fn page(State(shared): State<Shared>) -> impl IntoResponse {
    let help = "Seconds since the agent started.";
    let uptime = i64::try_from(shared.health.uptime().as_secs()).unwrap_or(i64::MAX);
    shared
        .metrics
        .gauge("otelcol_process_uptime", help, &[])
        .set(uptime);
    if let Some(bytes) = resident_bytes() {
        let help = "Memory of the process that is resident, in bytes.";
        let gauge = shared
            .metrics
            .gauge("otelcol_process_memory_rss", help, &[]);
        gauge.set(bytes);
    }
    let format = "text/plain; version=0.0.4; charset=utf-8";
    let mut text = shared.metrics.render();
    if let Some(time) = processor_time() {
        text.push_str(&format!(
            "# HELP {CPU} Processor time of the process, user and system, in seconds.\n\
             # TYPE {CPU} counter\n{CPU} {:.3}\n",
            time.as_secs_f64()
        ));
    }
    ([(CONTENT_TYPE, format)], text)
}

/// The one metric with a fraction.
const CPU: &str = "otelcol_process_cpu_seconds";

/// What Linux says of our processor time; `None` elsewhere.
fn processor_time() -> Option<Duration> {
    let schedule = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program is in parentheses, and may hold anything.
    let (_, fields) = schedule.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    let ticks = ticks()? + ticks()?;
    // A tick is a hundredth of a second on every Linux there is (`USER_HZ`).
    Some(Duration::from_millis(10 * ticks))
}

/// What Linux says of our memory; `None` elsewhere. A file of `/proc` does not block.
pub(crate) fn resident_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_page_shows_what_components_count() {
        let context = Context {
            id: "service".parse().expect("an id"),
            shared: Shared::default(),
        };
        let tasks = Tasks::default();
        metrics_page(&Endpoint::loopback(0), &context, &tasks)
            .await
            .expect("bound");
        context
            .shared
            .metrics
            .counter("spans", "Spans.", &[])
            .add(3);
        let address = context
            .shared
            .addresses
            .inet("service.telemetry.metrics.address")
            .expect("bound");
        let answer = crate::ops::fixture::get(address, "/metrics").await;
        assert_eq!(answer.status, 200);
        assert!(answer.head.contains("text/plain; version=0.0.4"));
        assert!(answer.body.contains("\nspans 3\n"), "{}", answer.body);
        assert!(answer.body.contains("otelcol_process_uptime 0\n"));
        tasks.stop().await;
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn processor_time_grows_with_work() {
        let before = processor_time().expect("Linux says it");
        let mut sum = 0_u64;
        while processor_time().expect("Linux says it") < before + Duration::from_millis(20) {
            sum = (0..100_000).fold(sum, |sum, number| sum.wrapping_add(number));
        }
        assert!(sum > 0);
    }
}
