//! A URL that lists targets.

use http::{HeaderName, HeaderValue};
use reqwest::Url;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::document::MAX_JSON;
use super::{Document, Group, read};
use crate::receivers::prometheus::config::HttpDiscovery;
use crate::receivers::prometheus::scrape::{Counters, Http, Request, fetch};

/// Asks the URL in every refresh interval, and sends what it lists when that changes.
pub(in crate::receivers::prometheus) async fn watch_url(
    config: HttpDiscovery,
    http: Http,
    updates: mpsc::Sender<(usize, Vec<Group>)>,
    index: usize,
    counters: Counters,
) {
    let refresh = config.refresh_interval.0;
    let Some(request) = request(&config, &http) else {
        return;
    };
    let mut ticks = interval(refresh);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut known = Vec::new();
    loop {
        ticks.tick().await;
        let asked = timeout(refresh, ask(&http, &request, &config.url)).await;
        let result = asked.unwrap_or_else(|_| Err("it did not answer in time".to_owned()));
        counters.discovered(result.is_ok());
        match result {
            Ok(groups) if groups != known => {
                known.clone_from(&groups);
                if updates.send((index, groups)).await.is_err() {
                    return;
                }
            }
            Ok(_) => {}
            Err(error) => tracing::debug!(%error, "a list of targets cannot be read"),
        }
    }
}

fn request(config: &HttpDiscovery, http: &Http) -> Option<Request> {
    let url = Url::parse(&config.url).ok()?;
    let (client, asked) = http.client(&url).ok()?;
    let seconds = config.refresh_interval.0.as_secs_f64().to_string();
    let host = (asked != url).then(|| url.authority().to_owned());
    Some(Request {
        client,
        host: host.and_then(|host| HeaderValue::try_from(host).ok()),
        url: asked,
        accept: HeaderValue::from_static("application/json"),
        seconds: (
            HeaderName::from_static("x-prometheus-refresh-interval-seconds"),
            HeaderValue::try_from(seconds).ok()?,
        ),
        compression: true,
        limit: MAX_JSON,
    })
}

async fn ask(http: &Http, request: &Request, url: &str) -> Result<Vec<Group>, String> {
    let fetched = fetch(http, request)
        .await
        .map_err(|error| error.to_string())?;
    let kind = fetched.content_type().unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err("the answer is not application/json".to_owned());
    }
    let text = fetched.text().map_err(|error| error.to_string())?;
    let read = read(Document::Json, text.as_bytes());
    let mut groups = read.map_err(|error| error.to_string())?;
    for group in &mut groups {
        group.labels.insert("__meta_url".to_owned(), url.to_owned());
    }
    Ok(groups)
}
