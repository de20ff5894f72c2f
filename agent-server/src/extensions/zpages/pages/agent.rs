//! `/debug/servicez`: the agent itself.

use std::path::Path;

use askama::Template;
use axum::extract::State;

use super::{Page, render};
use crate::component::Shared;
use crate::config::{ByteSize, HumanDuration};
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
    metrics: Vec<(String, i64)>,
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
        metrics: metrics
            .map(|(name, value)| (visible(name).into_owned(), *value))
            .collect(),
        status,
        kept,
    })
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
