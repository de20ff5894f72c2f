//! `/debug/servicez`: the agent itself.

use std::path::Path;

use askama::Template;
use axum::extract::State;

use super::{Page, render};
use crate::component::Shared;
use crate::config::{ByteSize, HumanDuration};
use crate::control::ClientStatus;
use crate::extensions::zpages::lookup::ask;
use crate::ops::Status;
use crate::ops::show::{duration, visible};
use crate::store::{Size, Store};

#[derive(Template)]
#[template(path = "zpages/agent.html")]
struct View {
    status: Status,
    uptime: String,
    kept: Option<Kept>,
    clients: Vec<Client>,
    metrics: Vec<(String, i64)>,
}

/// A library that asked how to sample.
struct Client {
    who: String,
    streams: u32,
    told: String,
    in_force: String,
    last_seen: String,
}

/// What the store holds, and its bounds.
struct Kept {
    size: Size,
    bytes: String,
    place: String,
    max_bytes: String,
    max_age: String,
}

/// Shows version, addresses, store and metrics.
pub(super) async fn page(State(shared): State<Shared>) -> Page {
    let kept = match shared.store.get() {
        None => None,
        Some(store) => {
            let size = ask(&shared, Store::size).await?;
            Some(kept(&store, size))
        }
    };
    let status = Status::of(&shared);
    let metrics = status.metrics.iter();
    render(&View {
        uptime: duration(status.uptime_seconds.saturating_mul(1_000_000_000)),
        clients: status.clients.iter().map(client).collect(),
        metrics: metrics
            .map(|(name, value)| (visible(name).into_owned(), *value))
            .collect(),
        status,
        kept,
    })
}

fn client(status: &ClientStatus) -> Client {
    let who = [&status.service, &status.host, &status.language];
    let mut who: Vec<String> = who
        .into_iter()
        .filter(|part| !part.is_empty())
        .cloned()
        .collect();
    if status.pid != 0 {
        who.push(format!("pid {}", status.pid));
    }
    Client {
        who: visible(&who.join(", ")).into_owned(),
        streams: status.streams,
        told: status.told.clone().unwrap_or_else(|| "as it is".to_owned()),
        in_force: status
            .in_force
            .clone()
            .unwrap_or_else(|| "not said".to_owned()),
        last_seen: status.last_seen.clone(),
    }
}

fn kept(store: &Store, size: Size) -> Kept {
    let place = |path: &Path| visible(&path.display().to_string()).into_owned();
    Kept {
        size,
        bytes: ByteSize(size.bytes).to_string(),
        place: store
            .directory()
            .map_or_else(|| "in memory".to_owned(), place),
        max_bytes: ByteSize(store.max_bytes()).to_string(),
        max_age: HumanDuration(store.max_age()).to_string(),
    }
}
