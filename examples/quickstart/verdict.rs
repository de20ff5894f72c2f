//! Whether a trace is what the requests must have made: five spans of three services in one chain.

use reqwest::Client;
use serde_json::Value;

/// From the root to the leaf: the service, the kind of its span, and the span's name.
const CHAIN: [(&str, &str, &str); 5] = [
    ("shop", "server", "GET /checkout/{item}"),
    ("shop", "client", "GET"),
    ("inventory", "server", "GET /stock/{item}"),
    (
        "inventory",
        "client",
        "campanile.quickstart.v1.Pricing/Quote",
    ),
    ("pricing", "server", "campanile.quickstart.v1.Pricing/Quote"),
];

/// Asks the agent for `trace`; `Err` says what it still lacks.
pub(crate) async fn complete(client: &Client, pages: &str, trace: &str) -> Result<(), String> {
    let url = format!("{pages}/api/v1/traces/{trace}");
    let answer = client
        .get(url)
        .send()
        .await
        .and_then(reqwest::Response::error_for_status);
    let answer = answer.map_err(|error| error.to_string())?;
    let trace: Value = answer.json().await.map_err(|error| error.to_string())?;
    let spans = trace["spans"]
        .as_array()
        .ok_or("the answer lists no spans")?;
    if spans.len() != CHAIN.len() {
        return Err(format!("{} spans instead of {}", spans.len(), CHAIN.len()));
    }
    let mut parent = &Value::Null;
    for (service, kind, name) in CHAIN {
        let next = spans.iter().find(|span| &span["parent_span_id"] == parent);
        let span = next.ok_or_else(|| format!("no span below {parent}"))?;
        let found = (&span["service"], &span["kind"], &span["name"]);
        if found != (&service.into(), &kind.into(), &name.into()) {
            return Err(format!(
                "{found:?} where {service}'s {kind} span `{name}` belongs"
            ));
        }
        parent = &span["span_id"];
    }
    Ok(())
}
