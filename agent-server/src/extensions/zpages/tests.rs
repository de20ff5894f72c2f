use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::component::{Context, ReloadAnswer, Shared, Tasks};
use crate::delivery::queues::testing::Noting;
use crate::extensions::EXTENSIONS;
use crate::ops::Phase;
use crate::ops::fixture::{Answer, ask, get};
use crate::store::fixture::{TestSpan, payload, span, store};

const ID: &str = "000000000000000000000000000000ab";

/// A running extension; stopped by the end of the test's runtime.
struct Pages {
    address: SocketAddr,
    shared: Shared,
}

impl Pages {
    async fn start() -> Self {
        let shared = Shared::default();
        let context = Context {
            id: "zpages".parse().expect("an id"),
            shared: shared.clone(),
        };
        let entry = EXTENSIONS.iter().find(|entry| entry.kind == "zpages");
        let config = json!({"endpoint": "127.0.0.1:0", "allowed_hosts": ["agent.test"]});
        let configured = entry
            .expect("registered")
            .configure(&config)
            .expect("valid");
        let extension = configured.build(context).expect("built");
        extension.start(Tasks::default()).await.expect("started");
        let address = shared.addresses.inet("zpages.endpoint").expect("bound");
        Self { address, shared }
    }

    async fn with(service: &str, spans: &[TestSpan]) -> Self {
        let pages = Self::start().await;
        let store = store();
        store.insert(&payload(service, spans)).expect("inserted");
        pages.shared.store.fill(Arc::new(store));
        pages
    }

    async fn get(&self, path: &str) -> Answer {
        get(self.address, path).await
    }

    async fn json(&self, path: &str) -> (u16, Value) {
        let answer = self.get(path).await;
        let body = serde_json::from_str(&answer.body).expect("JSON");
        (answer.status, body)
    }
}

fn checkout() -> Vec<TestSpan> {
    vec![
        span(0xab, 1, "GET /checkout").kind(2).at(0, 12_000_000),
        span(0xab, 2, "charge")
            .parent(1)
            .at(2_000_000, 9_000_000)
            .failed(),
        span(0xab, 3, "retry").parent(9).at(3_000_000, 1_000_000),
    ]
}

#[tokio::test]
async fn the_list_shows_kept_traces_and_filters_them() {
    let pages = Pages::with("front", &checkout()).await;
    let page = pages.get("/").await;
    assert_eq!(page.status, 200);
    assert!(
        page.body
            .contains(&format!("<a href=\"/trace/{ID}\">GET /checkout</a>"))
    );
    assert!(page.body.contains("12.0ms"));
    let other = pages.get("/?service=other").await;
    assert!(!other.body.contains(ID));
    assert!(other.body.contains("No kept trace is like this."));
    assert_eq!(pages.get("/?min_duration=soon").await.status, 400);
}

#[tokio::test]
async fn a_trace_is_a_waterfall_with_errors_and_missing_parents() {
    let pages = Pages::with("front", &checkout()).await;
    let page = pages.get("/trace/0000000000").await;
    assert_eq!(page.status, 200);
    for part in [
        "GET /checkout",
        "missing parent <span class=\"mono\">0000000000000009</span>",
        "x=\"16.667%\" y=\"15%\" width=\"75.000%\"",
        "it broke",
        "1 error<",
        "href=\"?page=1#r1\"",
    ] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
    assert!(!page.body.contains("style="));
    assert!(!page.body.contains("<script"));
}

#[tokio::test]
async fn a_large_trace_is_shown_page_by_page() {
    let mut spans = vec![span(0xab, 1, "root")];
    spans.extend((2..=1_500).map(|id| span(0xab, id, &format!("child {id}.")).parent(1).at(id, 1)));
    let pages = Pages::with("front", &spans).await;
    let first = pages.get(&format!("/trace/{ID}")).await.body;
    let second = pages.get(&format!("/trace/{ID}?page=2")).await.body;
    assert!(first.contains("child 1000.") && !first.contains("child 1001."));
    assert!(second.contains("child 1001.") && second.contains("child 1500."));
    assert!(!second.contains("child 1000."));
    assert!(first.contains("<a href=\"?page=2\">next</a>"));
}

#[tokio::test]
async fn a_name_too_long_for_an_address_is_shown_without_links() {
    let long = "/".repeat(1_000_000);
    let spans = [span(0xab, 1, "short"), span(0xab, 2, &long)];
    let pages = Pages::with("front", &spans).await;
    let page = pages.get("/debug/tracez").await.body;
    assert!(page.contains("zspanname=short"));
    let shown = format!("<td class=\"name\">{}...</td>", "/".repeat(197));
    assert!(page.contains(&shown), "{page}");
    assert!(page.len() < 20_000, "{} bytes", page.len());
}

#[tokio::test]
async fn hostile_text_is_escaped_on_every_page() {
    let hostile = "<script>alert(1)</script>\u{1b}[31m\u{202e}\"'&";
    let spans = [span(0xab, 1, hostile).attribute(hostile, hostile).failed()];
    let pages = Pages::with(hostile, &spans).await;
    let name = "%3Cscript%3Ealert%281%29%3C%2Fscript%3E%1B%5B31m%E2%80%AE%22%27%26";
    for path in [
        "/".to_owned(),
        format!("/?service={name}&name={name}"),
        format!("/trace/{ID}"),
        "/debug/tracez".to_owned(),
        format!("/debug/tracez?zspanname={name}&ztype=2"),
    ] {
        let page = pages.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.body.contains("<script"), "{path}");
        assert!(page.body.contains("alert(1)"), "{path}");
        assert!(!page.body.contains('\u{1b}'), "{path}");
        assert!(page.body.contains("\\u{202e}"), "{path}");
        assert!(!page.body.contains('\u{202e}'), "{path}");
    }
}

#[tokio::test]
async fn tracez_counts_by_latency_and_shows_examples() {
    let pages = Pages::with("front", &checkout()).await;
    let page = pages.get("/debug/tracez").await;
    assert!(page.body.contains(
        "/debug/tracez?zservice=front&amp;zspanname=charge&amp;ztype=1&amp;zsubtype=3\">1</a>"
    ));
    let examples = |query: &str| format!("/debug/tracez?zspanname=charge&{query}");
    let is_listed = |page: Answer| {
        page.body
            .contains("<td class=\"mono soft\">0000000000000002</td>")
    };
    assert!(is_listed(pages.get(&examples("ztype=1&zsubtype=3")).await));
    assert!(!is_listed(pages.get(&examples("ztype=1&zsubtype=4")).await));
    assert!(is_listed(pages.get(&examples("ztype=2")).await));
    let running = pages.get(&examples("ztype=0")).await;
    assert!(running.body.contains("Services report spans when they end"));
    for wrong in ["ztype=3", "ztype=1&zsubtype=9", "ztype=1&zsubtype=x"] {
        assert_eq!(pages.get(&examples(wrong)).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn the_api_answers_in_json_and_so_do_its_errors() {
    let pages = Pages::with("front", &checkout()).await;
    let (status, list) = pages.json("/api/v1/traces?errors=true&limit=1").await;
    assert_eq!((status, &list["traces"][0]["trace_id"]), (200, &json!(ID)));
    let (status, trace) = pages.json(&format!("/api/v1/traces/{ID}")).await;
    assert_eq!((status, &trace["total_spans"]), (200, &json!(3)));
    assert_eq!(trace["spans"][0]["start_unix_nano"], "1795291200000000000");
    let cases = [
        ("/api/v1/traces/abcd", 404, "no such trace is kept"),
        (
            "/api/v1/traces/xyz",
            400,
            "not a trace id: 4 to 32 hex digits are needed",
        ),
        (
            "/api/v1/traces?limit=x",
            400,
            "`limit` is not a number above 0",
        ),
        ("/api/v1/nothing", 404, "there is no such page"),
    ];
    for (path, expected, message) in cases {
        assert_eq!(
            pages.json(path).await,
            (expected, json!({"error": message})),
            "{path}"
        );
    }
    let store = pages.shared.store.get().expect("filled");
    store
        .insert(&payload("b", &[span(0xac, 1, "b")]))
        .expect("inserted");
    assert_eq!(pages.json("/api/v1/traces/0000").await.0, 409);
}

#[tokio::test]
async fn the_status_tells_phase_addresses_and_metrics() {
    let pages = Pages::start().await;
    pages.shared.health.enter(Phase::Ready);
    pages.shared.metrics.counter("spans", "Spans.", &[]).add(2);
    let (_, status) = pages.json("/api/v1/status").await;
    assert_eq!(status["phase"], "ready");
    assert_eq!(
        status["addresses"]["zpages.endpoint"],
        pages.address.to_string()
    );
    assert_eq!(status["metrics"]["spans"], 2);
    assert_eq!(status["store"], Value::Null);
    let page = pages.get("/debug/servicez").await;
    assert!(page.body.contains(&pages.address.to_string()));
}

#[tokio::test]
async fn without_a_store_the_pages_say_so() {
    let pages = Pages::start().await;
    assert!(
        pages
            .get("/")
            .await
            .body
            .contains("This agent keeps no spans.")
    );
    for path in ["/debug/tracez", "/trace/abcdef"] {
        let page = pages.get(path).await;
        assert_eq!(page.status, 404);
        assert!(page.body.contains("this agent keeps no spans"), "{path}");
    }
    assert_eq!(pages.json("/api/v1/traces").await.0, 404);
}

#[tokio::test]
async fn every_answer_tells_browsers_to_run_nothing_and_share_nothing() {
    let pages = Pages::start().await;
    for path in ["/", "/nothing", "/style.css", "/api/v1/status"] {
        let head = pages.get(path).await.head.to_ascii_lowercase();
        assert!(
            head.contains("content-security-policy: default-src 'none'; style-src 'self'"),
            "{path}"
        );
        assert!(head.contains("x-content-type-options: nosniff"), "{path}");
        assert!(!head.contains("access-control-allow-origin"), "{path}");
    }
    assert_eq!(pages.get("/nothing").await.status, 404);
    assert_eq!(pages.get("/style.css").await.status, 200);
}

#[tokio::test]
async fn foreign_hosts_and_other_methods_are_refused() {
    let pages = Pages::start().await;
    let cases = [
        ("GET / HTTP/1.1\r\nhost: evil.example\r\n", 403),
        ("GET /api/v1/status HTTP/1.1\r\nhost: evil.example\r\n", 403),
        ("GET / HTTP/1.1\r\nhost: agent.test:1\r\n", 200),
        ("GET / HTTP/1.1\r\nhost: localhost\r\n", 200),
        ("HEAD / HTTP/1.1\r\nhost: localhost\r\n", 200),
        ("POST / HTTP/1.1\r\nhost: localhost\r\n", 405),
        ("DELETE /api/v1/traces HTTP/1.1\r\nhost: localhost\r\n", 405),
        ("GET / HTTP/1.0\r\n", 400),
    ];
    for (head, expected) in cases {
        assert_eq!(ask(pages.address, head).await.status, expected, "{head}");
    }
}

#[tokio::test]
async fn the_queues_are_changed_by_who_means_it_only() {
    let pages = Pages::start().await;
    let noting = Arc::new(Noting::default());
    pages.shared.queues.fill(Arc::clone(&noting) as _);
    let (status, queues) = pages.json("/api/v1/queue").await;
    assert_eq!(
        (status, &queues["waiting"][0]["payloads"]),
        (200, &json!(12))
    );
    let address = pages.address;
    let post = |more: &str, body: &str| {
        let length = body.len();
        let head = format!(
            "POST /api/v1/queue/drop HTTP/1.1\r\nhost: {address}\r\ncontent-length: {length}\r\n\
             {more}connection: close\r\n\r\n{body}"
        );
        async move { ask(address, &head).await.status }
    };
    let drop_all = r#"{"subject": "waiting"}"#;
    assert_eq!(post("", drop_all).await, 403);
    let foreign = "campanile-deliberate: yes\r\norigin: http://evil.example\r\n";
    assert_eq!(post(foreign, drop_all).await, 403);
    let meant = "campanile-deliberate: yes\r\n";
    assert_eq!(post(meant, r#"{"subjekt": "waiting"}"#).await, 400);
    assert!(noting.asked.lock().expect("nothing panicked").is_empty());
    assert_eq!(post(meant, drop_all).await, 200);
    assert_eq!(noting.asked.lock().expect("nothing panicked").len(), 1);
}

#[tokio::test]
async fn a_reload_is_asked_for_with_a_header_and_by_no_foreign_page() {
    let pages = Pages::start().await;
    let post = async |more: &str| {
        let head = format!("POST /api/v1/reload HTTP/1.1\r\nhost: localhost\r\n{more}");
        ask(pages.address, &head).await
    };
    let act = "campanile-deliberate: yes\r\n";
    assert_eq!(post("").await.status, 403);
    assert_eq!(post(act).await.status, 501);
    let mut requests = pages.shared.reload.listen();
    tokio::spawn(async move {
        while let Some(reply) = requests.recv().await {
            let report = "no".to_owned();
            let _ = reply.send(ReloadAnswer::Invalid { report });
        }
    });
    let answer = post(act).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body, r#"{"outcome":"invalid","report":"no"}"#);
    let foreign = format!("{act}origin: https://evil.example\r\n");
    assert_eq!(post(&foreign).await.status, 403);
    let asked = "OPTIONS /api/v1/reload HTTP/1.1\r\nhost: localhost\r\n\
                 origin: https://evil.example\r\naccess-control-request-method: POST\r\n";
    let answer = ask(pages.address, asked).await;
    assert!(
        !answer.head.contains("access-control-allow"),
        "{}",
        answer.head
    );
}
