//! Exporters that send to the agent's own receivers, and receivers that scrape its own exporters:
//! what arrives would go round for ever.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::model::Config;
use super::{Endpoint, ListenAddress, Problem};
use crate::component::ComponentId;

/// The exporters that are asked for what they have: their `endpoint` is where they listen.
const SCRAPED: [&str; 1] = ["prometheus"];

/// Reports every component through which a payload comes back to where it has been.
pub(super) fn find(config: &Config) -> Vec<Problem> {
    let mut found = scraped(config);
    for (id, exporter) in &config.exporters {
        for (key, text) in exporter.endpoints() {
            let Some(receiver) = receiver_at(config, &text) else {
                continue;
            };
            if exporters_behind(config, receiver).contains(id) {
                let message = format!(
                    "this is the agent's own receiver `{receiver}`: what is sent would come back"
                );
                let help = "send to another address, or listen on another";
                let problem = exporter.written().blame(&key, message);
                found.push(problem.help(help.to_owned()));
            }
        }
    }
    found
}

/// Reports every receiver that scrapes an exporter which shows what it has scraped.
fn scraped(config: &Config) -> Vec<Problem> {
    let mut found = Vec::new();
    for (id, receiver) in &config.receivers {
        let targets = receiver.scraped();
        for exporter in exporters_behind(config, id) {
            let listens = SCRAPED.contains(&exporter.kind());
            let Some(page) = config.exporters.get(exporter).filter(|_| listens) else {
                continue;
            };
            let pages = page.endpoints();
            let pages = pages.iter().filter_map(|(_, text)| text.parse().ok());
            let pages: Vec<_> = pages.collect();
            for (key, _) in targets.iter().filter(|(_, text)| is_one_of(text, &pages)) {
                let message = format!(
                    "this is the agent's own exporter `{exporter}`: what it shows would come back"
                );
                let help = "scrape another address, or export what is scraped elsewhere";
                let problem = receiver.written().blame(key, message);
                found.push(problem.help(help.to_owned()));
            }
        }
    }
    found
}

/// Whether `target`, as an exporter has it, is at one of these endpoints of this machine.
pub(super) fn is_one_of(target: &str, endpoints: &[Endpoint]) -> bool {
    let Some(target) = target_of(target) else {
        return false;
    };
    endpoints.iter().any(|endpoint| is_same(&target, endpoint))
}

fn receiver_at<'c>(config: &'c Config, target: &str) -> Option<&'c ComponentId> {
    let mut receivers = config.receivers.iter();
    let receiver = receivers.find(|(_, receiver)| {
        let listening = receiver.endpoints();
        let endpoints = listening.iter().filter_map(|(_, text)| text.parse().ok());
        is_one_of(target, &endpoints.collect::<Vec<_>>())
            || listening
                .iter()
                .any(|(_, text)| is_same_socket(target, text))
    });
    receiver.map(|(id, _)| id)
}

/// The exporters that payloads from a receiver reach, over other receivers of this agent too.
fn exporters_behind<'c>(
    config: &'c Config,
    receiver: &'c ComponentId,
) -> BTreeSet<&'c ComponentId> {
    let mut reached = BTreeSet::new();
    let mut passed = BTreeSet::new();
    let mut next = vec![receiver];
    while let Some(receiver) = next.pop() {
        if !passed.insert(receiver) {
            continue;
        }
        let pipelines = config.service.pipelines.iter();
        let fed = pipelines.filter(|pipeline| pipeline.receivers.contains(receiver));
        for exporter in fed.flat_map(|pipeline| &pipeline.exporters) {
            reached.insert(exporter);
            if config.service.connectors.contains(exporter) {
                next.push(exporter);
            }
            let endpoints = config
                .exporters
                .get(exporter)
                .map(|found| found.endpoints());
            for (_, target) in endpoints.into_iter().flatten() {
                next.extend(receiver_at(config, &target));
            }
        }
    }
    reached
}

/// The host and port of `http://host:port/path` or `host:port`.
fn target_of(text: &str) -> Option<Endpoint> {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    rest.split('/').next()?.parse().ok()
}

/// Whether both are the same Unix socket.
fn is_same_socket(target: &str, listening: &str) -> bool {
    let path = |text: &str| match text.parse() {
        Ok(ListenAddress::Unix(path)) => Some(path),
        Ok(ListenAddress::Tcp(_)) | Err(_) => None,
    };
    target.starts_with("unix://") && path(target).is_some() && path(target) == path(listening)
}

fn is_same(target: &Endpoint, listening: &Endpoint) -> bool {
    if target.port() != listening.port() || target.port() == 0 {
        return false;
    }
    let address = |endpoint: &Endpoint| endpoint.host().parse::<IpAddr>().ok();
    match (address(target), address(listening)) {
        (Some(target), Some(listening)) if !listening.is_unspecified() => target == listening,
        (_, Some(listening)) if listening.is_unspecified() => here(target),
        _ => here(target) && here(listening),
    }
}

/// Whether this is surely the machine itself.
fn here(endpoint: &Endpoint) -> bool {
    let unspecified = |address: IpAddr| address.is_unspecified();
    endpoint.is_loopback() || endpoint.host().parse().is_ok_and(unspecified)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_on_this_machine_is_the_listener_of_its_port() {
        for (target, listening, expected) in [
            ("localhost:4317", "127.0.0.1:4317", true),
            ("http://127.0.0.1:4317", "127.0.0.1:4317", true),
            ("http://localhost:4318/v1/traces", "localhost:4318", true),
            ("http://localhost:9411/api/v2/spans", "127.0.0.1:9411", true),
            ("127.0.0.1:4317", "0.0.0.0:4317", true),
            ("[::1]:4317", "[::]:4317", true),
            ("127.0.0.1:4318", "127.0.0.1:4317", false),
            ("127.0.0.2:4317", "127.0.0.1:4317", false),
            ("backend:4317", "0.0.0.0:4317", false),
            ("10.0.0.7:4317", "0.0.0.0:4317", false),
            ("127.0.0.1:0", "127.0.0.1:0", false),
            ("http://localhost", "127.0.0.1:4317", false),
            ("", "127.0.0.1:4317", false),
        ] {
            let endpoint: Endpoint = listening.parse().expect(listening);
            assert_eq!(
                is_one_of(target, &[endpoint]),
                expected,
                "{target} {listening}"
            );
        }
    }
}
