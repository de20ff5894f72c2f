//! Pages over real sockets.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use serde_json::{Value, json};

use crate::component::{Context, Delivery, Entry, Shared, StartError, Tasks};
use crate::exporters::prometheus::Prometheus;
use crate::exporters::prometheus::page::MAX_PAGES;
use crate::exporters::testing::{SUM, Sum, attempt, gunzip, sums};
use crate::tls::testing::Authority;

/// An exporter that serves its page.
struct Running {
    delivery: Delivery,
    shared: Shared,
    tasks: Tasks,
    address: SocketAddr,
}

impl Running {
    async fn start(config: Value) -> Self {
        Self::try_start(config).await.expect("bound")
    }

    async fn try_start(mut config: Value) -> Result<Self, StartError> {
        let endpoint = config.get("endpoint").cloned();
        config["endpoint"] = endpoint.unwrap_or_else(|| json!("127.0.0.1:0"));
        let shared = Shared::default();
        let context = Context {
            id: "prometheus".parse().expect("an id"),
            shared: shared.clone(),
        };
        let configured = Entry::of::<Prometheus>().configure(&config).expect("valid");
        let delivery = configured.build(context).expect("can be built");
        let tasks = Tasks::default();
        delivery.exporter.start(tasks.clone()).await?;
        let address = shared.addresses.inet("prometheus.endpoint").expect("bound");
        Ok(Self {
            delivery,
            shared,
            tasks,
            address,
        })
    }

    /// Exports sums of `service`; says what was dropped.
    async fn export(&self, service: &str, points: &[Sum<'_>]) -> (u64, String) {
        let exporter = self.delivery.exporter.as_ref();
        let exported = attempt(exporter, sums(service, points))
            .await
            .expect("taken");
        (exported.rejected, exported.message)
    }

    async fn get(&self, headers: &[(&str, &str)]) -> reqwest::Response {
        let mut request = client().get(format!("http://{}/metrics", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.expect("an answer")
    }

    fn counter(&self, name: &str) -> i64 {
        self.shared.metrics.values()[name]
    }
}

fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client")
}

const PAGE: &str = "# HELP requests_total All of them.
# TYPE requests_total counter
requests_total{job=\"cart\",path=\"/\"} 3
# HELP target_info Target metadata
# TYPE target_info gauge
target_info{host_name=\"h\",job=\"cart\"} 1
";

#[tokio::test]
async fn a_scrape_shows_what_was_exported() {
    let running = Running::start(json!({})).await;
    let page = running.get(&[]).await;
    assert_eq!(page.status(), 200);
    assert_eq!(
        page.headers()["content-type"],
        "text/plain; version=0.0.4; charset=utf-8"
    );
    assert_eq!(page.text().await.expect("text"), "");
    let exported = running.export("cart", &[Sum { value: 3.0, ..SUM }]).await;
    assert_eq!(exported, (0, String::new()));
    // Asks for OpenMetrics, which is off.
    let page = running
        .get(&[("accept", "application/openmetrics-text")])
        .await;
    assert_eq!(page.text().await.expect("text"), PAGE);
    assert_eq!(
        running.counter("campanile_prometheus_series{exporter=\"prometheus\"}"),
        2
    );
    let other = client()
        .get(format!("http://{}/", running.address))
        .send()
        .await;
    assert_eq!(other.expect("an answer").status(), 404);
    running.tasks.stop().await;
}

#[tokio::test]
async fn openmetrics_has_exemplars_and_times_and_gzip_is_understood() {
    let config = json!({"enable_open_metrics": true, "send_timestamps": true});
    let running = Running::start(config).await;
    running.export("cart", &[SUM]).await;
    let accept = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5";
    let page = running
        .get(&[("accept", accept), ("accept-encoding", "br, gzip;q=0.5")])
        .await;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!(page.headers()["content-type"], kind);
    assert_eq!(page.headers()["content-encoding"], "gzip");
    let page = gunzip(&page.bytes().await.expect("bytes"));
    let page = String::from_utf8(page).expect("text");
    let trace = "a1".repeat(16);
    let line = format!(
        "requests_total{{job=\"cart\",path=\"/\"}} 1 1.000 # {{trace_id=\"{trace}\"}} 0.5\n"
    );
    assert!(page.contains(&line), "{page}");
    assert!(page.ends_with("# EOF\n"), "{page}");
    let plain = running.get(&[("accept-encoding", "gzip;q=0")]).await;
    assert!(!plain.headers().contains_key("content-encoding"));
    running.tasks.stop().await;
}

#[tokio::test]
async fn what_is_dropped_is_counted_by_reason() {
    let running = Running::start(json!({"max_series": 3})).await;
    let (rejected, message) = running
        .export(
            "cart",
            &[
                Sum { time: 5, ..SUM },
                SUM,
                Sum {
                    name: "other",
                    path: "1",
                    ..SUM
                },
                Sum {
                    name: "other",
                    path: "2",
                    ..SUM
                },
                Sum {
                    name: "other",
                    path: "3",
                    ..SUM
                },
                Sum {
                    temporality: 0,
                    ..SUM
                },
            ],
        )
        .await;
    // With `target_info`, two find no room.
    assert_eq!(rejected, 4);
    let expected = "points dropped: 2 limit, 1 out_of_order, 1 unspecified_temporality";
    assert_eq!(message, expected);
    for (reason, count) in [("limit", 2), ("out_of_order", 1), ("conflicting_type", 0)] {
        let labels = format!("{{exporter=\"prometheus\",reason=\"{reason}\"}}");
        let name = format!("campanile_exporter_dropped_points{labels}");
        assert_eq!(running.counter(&name), count, "{reason}");
    }
    running.tasks.stop().await;
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_by_its_key() {
    let running = Running::start(json!({})).await;
    let taken = json!({"endpoint": running.address.to_string()});
    let error = Running::try_start(taken)
        .await
        .map(drop)
        .expect_err("taken");
    assert_eq!(error.key(), "endpoint");
    // After a restart the port is free, and the page empty.
    running.export("cart", &[SUM]).await;
    running.tasks.stop().await;
    let again = Running::start(json!({"endpoint": running.address.to_string()})).await;
    assert_eq!(again.get(&[]).await.text().await.expect("text"), "");
    again.tasks.stop().await;
}

#[tokio::test]
async fn the_page_is_served_over_tls_and_with_the_headers_that_are_wanted() {
    let authority = Authority::new("authority");
    authority.sign("server");
    let config = json!({
        "tls": {
            "cert_file": authority.path("server.pem"),
            "key_file": authority.path("server.key"),
        },
        "response_headers": {"x-served-by": "campanile"},
    });
    let running = Running::start(config).await;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let trusted = reqwest::Certificate::from_pem(authority.pem.as_bytes()).expect("PEM");
    let client = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([trusted])
        .build()
        .expect("a client");
    let url = format!("https://localhost:{}/metrics", running.address.port());
    let page = client.get(url).send().await.expect("an answer");
    assert_eq!(page.headers()["x-served-by"], "campanile");
    assert_eq!(page.status(), 200);
    running.tasks.stop().await;
}

/// A scraper that asks and does not read.
fn ask(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("connected");
    let request = "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).expect("written");
    stream
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_scrapers_hold_neither_each_other_nor_the_exporter() {
    let running = Running::start(json!({})).await;
    // Too much for the buffers of a connection.
    let path = "x".repeat(60_000);
    for index in 0..200 {
        let path = format!("{index}{path}");
        running.export("cart", &[Sum { path: &path, ..SUM }]).await;
    }
    let slow: Vec<_> = (0..MAX_PAGES).map(|_| ask(running.address)).collect();
    // All places are taken once the next scrape is told so.
    let refused = async {
        loop {
            let answer = running.get(&[]).await;
            if answer.status() == 503 {
                break answer;
            }
        }
    };
    let deadline = std::time::Duration::from_secs(20);
    let refused = tokio::time::timeout(deadline, refused)
        .await
        .expect("refused");
    assert_eq!(refused.headers()["retry-after"], "1");
    assert_eq!(running.export("cart", &[Sum { time: 9, ..SUM }]).await.0, 0);
    // Whoever reads gets the whole page in the end.
    let read = tokio::task::spawn_blocking(move || {
        let pages = slow.into_iter().map(|mut stream| {
            let mut page = Vec::new();
            stream.read_to_end(&mut page).expect("read");
            page.len()
        });
        pages.min().expect("some")
    });
    assert!(read.await.expect("read") > 200 * 60_000);
    running.tasks.stop().await;
}
