//! Whether destinations answer.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use http::Uri;
use rustls::pki_types::ServerName;
use serde_json::Value;
use tokio::time::timeout;

use crate::config::listeners::LISTENING_EXPORTERS;
use crate::config::model::Component;
use crate::config::{Config, Problem, Severity};
use crate::exporters::{Dial, DialPlace, TlsSettings};

/// How long a destination may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many are asked at once.
const AT_ONCE: usize = 16;

/// Connects to every exporter's destination; with TLS where that is configured.
pub(super) async fn check(config: &Config) -> Vec<Problem> {
    let sending = config.exporters.iter();
    let sending = sending.filter(|(id, _)| !LISTENING_EXPORTERS.contains(&id.kind()));
    let asked = sending.flat_map(|(_, exporter)| {
        let endpoints = endpoints(exporter);
        endpoints
            .into_iter()
            .map(move |endpoint| ask(exporter, endpoint))
    });
    let asked: Vec<_> = asked.collect();
    let answers: Vec<_> = stream::iter(asked)
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    answers.into_iter().flatten().collect()
}

/// The exporter's destinations, unless a proxy knows the way to them.
fn endpoints<C>(exporter: &Component<C>) -> Vec<(String, String)> {
    let proxy = exporter.value.get("proxy_url").and_then(Value::as_str);
    if proxy.is_some_and(|proxy| !proxy.is_empty()) {
        return Vec::new();
    }
    let endpoints = exporter.endpoints().into_iter();
    endpoints.filter(|(_, text)| !text.is_empty()).collect()
}

async fn ask<C>(exporter: &Component<C>, (key, text): (String, String)) -> Option<Problem> {
    let tls = exporter.value.get("tls").cloned().unwrap_or(Value::Null);
    let tls: Option<TlsSettings> = serde_json::from_value(tls).ok().flatten();
    // What is wrong with the block or the endpoint has been found before.
    let dial = dial(&text, &tls.unwrap_or_default())?;
    let reason = match timeout(PATIENCE, dial.connect()).await {
        Ok(Ok(_)) => return None,
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer within {} s", PATIENCE.as_secs()),
    };
    let message = format!("cannot connect to {}: {reason}", without_path(&text));
    let help = "start it, or correct the address; the agent starts all the same, and keeps what \
                it is to send there until it answers";
    Some(Problem {
        severity: Severity::Warning,
        ..exporter
            .written()
            .blame(&key, message)
            .help(help.to_owned())
    })
}

/// `scheme://host:port` of a URL, whose path may hold a secret.
fn without_path(text: &str) -> &str {
    match text.split_once("://") {
        Some(("unix", _)) | None => text,
        Some((scheme, rest)) => {
            let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            text.get(..scheme.len() + 3 + host).unwrap_or(text)
        }
    }
}

fn dial(text: &str, settings: &TlsSettings) -> Option<Dial> {
    if let Some(path) = text.strip_prefix("unix://") {
        return Some(Dial::new(DialPlace::Unix(path.into()), None));
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, text),
    };
    let uri: Uri = format!("http://{rest}").parse().ok()?;
    let host = uri.host()?.trim_matches(['[', ']']).to_owned();
    let secured = match scheme {
        Some(scheme) => scheme == "https",
        None => !settings.insecure,
    };
    let port = uri.port_u16().unwrap_or(if secured { 443 } else { 80 });
    let tls = match secured {
        true => Some((
            settings.client(&[b"h2", b"http/1.1"]).ok()?,
            ServerName::try_from(host.clone()).ok()?,
        )),
        false => None,
    };
    Some(Dial::new(DialPlace::Tcp(host, port), tls))
}
