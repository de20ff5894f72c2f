//! Remembers what was said and decides what is.

use std::time::{Duration, Instant};

use campanile_wire::otlp::Signal;

use super::Line;
use super::line::{Bytes, rounded};
use crate::client::Client;
use crate::ledger::Refusal;
use crate::stats::Stats;

const SUMMARY_INTERVAL: Duration = Duration::from_secs(60 * 60);

/// Remembers what was said.
#[derive(Debug)]
pub(crate) struct Announcer {
    /// `agent at http://127.0.0.1:4317 (OTLP/gRPC)`.
    agent: String,
    /// What the counts of `Stats` are of: `spans`.
    items: &'static str,
    buffer_bytes: usize,
    state: State,
    refusals_said: Option<Instant>,
    refused_unsaid: u64,
    overflow_said: Option<Instant>,
    /// Spans that found the buffer full, as far as somebody was told.
    overflow: u64,
}

#[derive(Debug)]
enum State {
    Away {
        since: Instant,
        said: Instant,
        sent: u64,
        dropped: u64,
    },
    Connected,
    /// Nothing was tried yet.
    Unknown,
}

impl Announcer {
    pub(crate) fn of(client: &Client) -> Self {
        let destination = client.destination();
        let (endpoint, protocol) = (destination.endpoint(), destination.protocol);
        let agent = format!("agent at {endpoint} ({})", protocol.title());
        let items = match client.intakes() {
            [intake] => noun(intake.signal),
            _ => "spans, metric points and log records",
        };
        Self::new(agent, items, client.settings.buffer_bytes)
    }

    pub(crate) const fn new(agent: String, items: &'static str, buffer_bytes: usize) -> Self {
        Self {
            agent,
            items,
            buffer_bytes,
            state: State::Unknown,
            refusals_said: None,
            refused_unsaid: 0,
            overflow_said: None,
            overflow: 0,
        }
    }

    /// An exchange went well.
    pub(crate) fn reached(&mut self, now: Instant, stats: Stats) -> Option<Line> {
        let Self { agent, items, .. } = self;
        let line = match self.state {
            State::Connected => return self.overflowed(now, stats),
            State::Unknown => format!("connected to the {agent}"),
            State::Away {
                since,
                sent,
                dropped,
                ..
            } => {
                let away = rounded(now.saturating_duration_since(since));
                let sent = stats.sent.saturating_sub(sent);
                let dropped = stats.dropped.buffer_full.saturating_sub(dropped);
                format!(
                    "connected to the {agent} after {away:?}, \
                     sent {sent} kept {items}, {dropped} were dropped"
                )
            }
        };
        self.state = State::Connected;
        self.overflow = stats.dropped.buffer_full;
        Some(Line::Info(line))
    }

    /// More spans ended than the agent takes, although it is there.
    fn overflowed(&mut self, now: Instant, stats: Stats) -> Option<Line> {
        let dropped = stats.dropped.buffer_full.saturating_sub(self.overflow);
        if dropped == 0 || is_recent(self.overflow_said, now) {
            return None;
        }
        self.overflow_said = Some(now);
        self.overflow = stats.dropped.buffer_full;
        let buffer = Bytes(self.buffer_bytes);
        Some(Line::Warn(format!(
            "{dropped} {} for the {} were dropped because the buffer of {buffer} was full",
            self.items, self.agent
        )))
    }

    /// An exchange failed and will be tried again.
    pub(crate) fn lost(&mut self, now: Instant, why: &str, stats: Stats) -> Option<Line> {
        let Self { agent, items, .. } = self;
        let buffer = Bytes(self.buffer_bytes);
        if let State::Away {
            since,
            said,
            dropped,
            ..
        } = &mut self.state
        {
            if now.saturating_duration_since(*said) < SUMMARY_INTERVAL {
                return None;
            }
            *said = now;
            let away = rounded(now.saturating_duration_since(*since));
            let dropped = stats.dropped.buffer_full.saturating_sub(*dropped);
            return Some(Line::Warn(format!(
                "{agent} has not been reachable for {away:?} ({why}), \
                 {} {items} are kept, {dropped} were dropped",
                stats.queued
            )));
        }
        let line = format!("{agent} is not reachable ({why}), keeping up to {buffer} of {items}");
        let line = match self.state {
            State::Unknown => Line::Info(line),
            _ => Line::Warn(line),
        };
        self.state = State::Away {
            since: now,
            said: now,
            sent: stats.sent,
            // What was dropped before and not told is told when the agent is back.
            dropped: self.overflow,
        };
        Some(line)
    }

    /// The agent refused items for good.
    pub(crate) fn refused(&mut self, now: Instant, refusal: &Refusal) -> Option<Line> {
        self.refused_unsaid += refusal.items;
        if is_recent(self.refusals_said, now) {
            return None;
        }
        self.refusals_said = Some(now);
        let refused = std::mem::take(&mut self.refused_unsaid);
        let Refusal { why, signal, .. } = refusal;
        let items = noun(*signal);
        Some(Line::Warn(match refused {
            0 => format!("{} does not take {items}: {why}", self.agent),
            _ => format!(
                "{} refused {refused} {items} for good, they were dropped: {why}",
                self.agent
            ),
        }))
    }
}

/// What the items of a signal are called.
pub(crate) const fn noun(signal: Signal) -> &'static str {
    match signal {
        Signal::Logs => "log records",
        Signal::Metrics => "metric points",
        Signal::Traces => "spans",
    }
}

/// Whether something was said so lately that it is not said again.
fn is_recent(said: Option<Instant>, now: Instant) -> bool {
    said.is_some_and(|said| now.saturating_duration_since(said) < SUMMARY_INTERVAL)
}
