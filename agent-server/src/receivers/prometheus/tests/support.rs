//! The words these tests are written in.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use campanile_wire::otlp::{Limits, Signal, check, json};
use serde_json::{Value, json};

use crate::component::{Entry, Tasks};
use crate::receivers::prometheus::parse::Format;
use crate::receivers::prometheus::scrape::{Answer, Scraper};
use crate::receivers::prometheus::{Config, Prometheus};
use crate::receivers::prometheus::{discovery::Group, job::Job, target::Target};
use crate::receivers::testing::{Running, context, start, until};
use crate::serve;

/// The content type of OpenMetrics.
pub(super) const OPEN: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// The content type of text 0.0.4.
pub(super) const PLAIN: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The request as JSON; it is valid in every field.
pub(in crate::receivers::prometheus) fn to_json(request: &[u8]) -> Value {
    let limits = Limits::default();
    check(Signal::Metrics, request, &limits).expect("what is written is valid");
    let text = json::encode(Signal::Metrics, request).expect("it passed the check");
    serde_json::from_str(&text).expect("JSON")
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn attributes(value: &Value) -> String {
    let one = |pair: &Value| {
        let value = pair["value"]
            .as_object()
            .and_then(|value| value.values().next());
        let value = value.expect("a value");
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        format!("{}={value}", pair["key"].as_str().expect("a key"))
    };
    list(value).map(one).collect::<Vec<_>>().join(",")
}

/// The attributes of each resource.
pub(in crate::receivers::prometheus) fn resources(request: &[u8]) -> Vec<String> {
    let all = to_json(request);
    list(&all["resourceMetrics"])
        .map(|one| attributes(&one["resource"]["attributes"]))
        .collect()
}

/// Each point in a line: `name{attributes} shape[unit] value @time >start`; without the series that
/// tell of the scrape itself, but for `up`.
pub(in crate::receivers::prometheus) fn lines(request: &[u8]) -> Vec<String> {
    let mut lines = Vec::new();
    for resource in list(&to_json(request)["resourceMetrics"]) {
        for scope in list(&resource["scopeMetrics"]) {
            for metric in list(&scope["metrics"]) {
                let name = metric["name"].as_str().expect("a name");
                if !name.starts_with("scrape_") {
                    lines.extend(points(metric));
                }
            }
        }
    }
    lines
}

fn points(metric: &Value) -> Vec<String> {
    let shapes = ["gauge", "sum", "histogram", "summary"];
    let shape = shapes.into_iter().find(|shape| metric.get(shape).is_some());
    let shape = shape.expect("a shape");
    let body = &metric[shape];
    let shape = match (shape, body["isMonotonic"].as_bool()) {
        ("sum", Some(true)) => "counter",
        (shape, _) => shape,
    };
    let line = |point: &Value| {
        let name = metric["name"].as_str().expect("a name");
        let mut line = format!("{name}{{{}}} {shape}", attributes(&point["attributes"]));
        if let Some(unit) = metric["unit"].as_str() {
            let _ = write!(line, "[{unit}]");
        }
        let _ = write!(line, " {}", value(point));
        for (mark, key) in [(" @", "timeUnixNano"), (" >", "startTimeUnixNano")] {
            if let Some(time) = point[key].as_str() {
                let _ = write!(line, "{mark}{time}");
            }
        }
        for exemplar in list(&point["exemplars"]) {
            let _ = write!(line, " #{}", exemplar["asDouble"]);
        }
        line
    };
    list(&body["dataPoints"]).map(line).collect()
}

fn value(point: &Value) -> String {
    if point["flags"].as_u64() == Some(1) {
        return "stale".to_owned();
    }
    if let Some(number) = point.get("asDouble") {
        return number
            .as_str()
            .map_or_else(|| number.to_string(), str::to_owned);
    }
    let count = point["count"].as_str().unwrap_or("0");
    let sum = point.get("sum").map_or("none".to_owned(), Value::to_string);
    let mut text = format!("count={count} sum={sum}");
    let texts = |key: &str| {
        let all = list(&point[key]).map(|one| one.to_string().replace('"', ""));
        all.collect::<Vec<_>>().join(",")
    };
    if point.get("bucketCounts").is_some() {
        let _ = write!(
            text,
            " [{}|{}]",
            texts("explicitBounds"),
            texts("bucketCounts")
        );
    }
    for quantile in list(&point["quantileValues"]) {
        let number = |key: &str| quantile.get(key).map_or("0".to_owned(), Value::to_string);
        let _ = write!(text, " {}:{}", number("quantile"), number("value"));
    }
    text
}

/// The configuration of one job, with keys of the receiver beside it.
pub(super) fn config(job: &Value, receiver: &Value) -> Config {
    let mut all = receiver.clone();
    all["config"]["scrape_configs"] = json!([job]);
    serde_json::from_value(all).expect("valid keys")
}

/// A scraper for one target of a job, `db:9100`, without a network.
pub(super) struct Offline {
    scraper: Scraper,
    format: Format,
}

impl Offline {
    /// Reads answers as `format`.
    pub(super) fn new(format: Format, job: &Value, receiver: &Value) -> Self {
        let config = config(job, receiver);
        let job = Job::new(&config, 0, &config.config.scrape_configs[0]).expect("valid");
        let group = job.statics.first().cloned().unwrap_or_else(|| Group {
            targets: vec!["db:9100".to_owned()],
            ..Group::default()
        });
        let target = Target::new(&job, &group, "db:9100")
            .expect("valid")
            .expect("kept");
        Self {
            scraper: Scraper::new(Arc::new(job), Arc::new(target)),
            format,
        }
    }

    /// What becomes of an answer at `now` seconds.
    pub(super) fn scrape(&mut self, text: &str, now: u64) -> Vec<u8> {
        let answer = Answer {
            format: self.format,
            text: text.to_owned(),
        };
        let outcome = self.scraper.process(Ok(answer), now, Duration::ZERO);
        outcome.result.expect("a good answer");
        outcome.written.request
    }

    /// How many points become of an answer at `now`.
    pub(super) fn points(&mut self, text: &str, now: u64) -> u64 {
        let answer = Answer {
            format: self.format,
            text: text.to_owned(),
        };
        let outcome = self.scraper.process(Ok(answer), now, Duration::ZERO);
        outcome.written.points
    }

    /// Why an answer is not taken, and what is sent all the same.
    pub(super) fn fail(&mut self, text: &str, now: u64) -> (&'static str, Vec<u8>) {
        let answer = Answer {
            format: self.format,
            text: text.to_owned(),
        };
        let outcome = self.scraper.process(Ok(answer), now, Duration::ZERO);
        let error = outcome.result.expect_err("a bad answer");
        (error.outcome(), outcome.written.request)
    }

    /// What is sent when the target goes.
    pub(super) fn end(&mut self, now: u64) -> Vec<u8> {
        self.scraper.end(now).request
    }
}

/// A real target that keeps the requests it gets, and answers as it is told.
#[derive(Clone)]
pub(super) struct Exposer {
    pub(super) address: SocketAddr,
    pub(super) requests: Arc<Mutex<Vec<http::request::Parts>>>,
    answers: Arc<Mutex<VecDeque<Response>>>,
    last: Arc<Mutex<(String, String)>>,
    _tasks: Arc<Tasks>,
}

impl Exposer {
    /// Answers with `body` of `content_type`, after what [`push`](Self::push) says.
    pub(super) async fn start(content_type: &str, body: &str) -> Self {
        let requests: Arc<Mutex<Vec<_>>> = Arc::default();
        let answers: Arc<Mutex<VecDeque<Response>>> = Arc::default();
        let last = Arc::new(Mutex::new((content_type.to_owned(), body.to_owned())));
        let (seen, next, always) = (requests.clone(), answers.clone(), last.clone());
        let router = Router::new().fallback(move |request: Request| {
            seen.lock()
                .expect("not poisoned")
                .push(request.into_parts().0);
            let next = next.lock().expect("not poisoned").pop_front();
            let (kind, body) = always.lock().expect("not poisoned").clone();
            async move { next.unwrap_or_else(|| ([("content-type", kind)], body).into_response()) }
        });
        let endpoint = crate::config::Endpoint::loopback(0);
        let listener = serve::bind(&endpoint, "endpoint", &context("target")).await;
        let listener = listener.expect("port 0 is free");
        let address = listener.address().inet().expect("a port");
        let tasks = Tasks::default();
        serve::http(listener, router, &tasks);
        Self {
            address,
            requests,
            answers,
            last,
            _tasks: Arc::new(tasks),
        }
    }

    /// Answers once with `answer`.
    pub(super) fn push(&self, answer: Response) {
        self.answers.lock().expect("not poisoned").push_back(answer);
    }

    /// Answers with `body` from now on.
    pub(super) fn set(&self, body: &str) {
        self.last.lock().expect("not poisoned").1 = body.to_owned();
    }

    /// A header of the first request.
    pub(super) fn header(&self, name: &str) -> String {
        let requests = self.requests.lock().expect("not poisoned");
        let value = requests.first().and_then(|parts| parts.headers.get(name));
        value.map_or_else(String::new, |value| {
            value.to_str().expect("text").to_owned()
        })
    }
}

/// A job that scrapes `address` all the time.
pub(super) fn job(address: SocketAddr, keys: &Value) -> Value {
    let mut job = json!({
        "job_name": "shop",
        "scrape_interval": "100ms",
        "scrape_timeout": "100ms",
        "static_configs": [{"targets": [address.to_string()], "labels": {"zone": "z1"}}],
    });
    for (key, value) in keys.as_object().expect("keys") {
        job[key] = value.clone();
    }
    job
}

/// Starts the receiver for a job.
pub(super) async fn run(job: &Value) -> Running {
    let context = context("prometheus");
    let config = json!({"config": {"scrape_configs": [job]}});
    let configured = Entry::of::<Prometheus>().configure(&config).expect("valid");
    let receiver = configured.build(context.clone()).expect("can be built");
    start(receiver, context, &[Signal::Metrics]).await
}

/// Waits for a point whose line holds `text`, and gives the request and all of its lines.
pub(super) async fn line(running: &Running, text: &str) -> (Vec<u8>, Vec<String>) {
    let mut found = None;
    until(|| {
        found = running.recorder.taken().iter().find_map(|payload| {
            let lines = lines(payload.bytes());
            let found = lines.iter().any(|line| line.contains(text));
            found.then(|| (payload.bytes().to_vec(), lines))
        });
        found.is_some()
    })
    .await;
    found.expect("it was found")
}

/// Waits until scrapes of this outcome have been counted.
pub(super) async fn outcome(running: &Running, outcome: &str) {
    let series =
        format!("campanile_receiver_scrapes{{receiver=\"prometheus\",outcome=\"{outcome}\"}}");
    until(|| running.metric(&series) > 0).await;
}
