//! The timeouts of HTTP listeners, as they are configured.

use std::time::Duration;

use super::Settings;
use super::keepalive::unless_zero;
use crate::config::HumanDuration;

/// The values of `idle_timeout`, `keep_alives_enabled`, `read_header_timeout`, `read_timeout` and
/// `write_timeout`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpTimeouts {
    /// How long a connection may be without a request; 0 for ever.
    pub idle: HumanDuration,
    /// Whether a connection may carry more than one request.
    pub keep_alives: bool,
    /// How long a body may take to arrive; 0 for the receivers' own limit.
    pub read: HumanDuration,
    /// How long a head may take to arrive; 0 for the default, because no limit is no choice.
    pub read_header: HumanDuration,
    /// How long an answer may take; 0 for no limit but the one on clients that do not read.
    pub write: HumanDuration,
}

impl Default for HttpTimeouts {
    fn default() -> Self {
        Self {
            idle: HumanDuration(Duration::from_secs(60)),
            keep_alives: true,
            read: HumanDuration::default(),
            read_header: HumanDuration(Settings::default().head),
            write: HumanDuration::default(),
        }
    }
}

impl HttpTimeouts {
    /// The settings of a listener with these timeouts.
    #[must_use]
    pub fn apply(self, settings: Settings) -> Settings {
        let answer = unless_zero(self.write);
        Settings {
            answer,
            body: unless_zero(self.read),
            head: unless_zero(self.read_header).unwrap_or(settings.head),
            idle_http1: unless_zero(self.idle),
            idle_http2: unless_zero(self.idle),
            keep_alive: self.keep_alives,
            stall: answer.unwrap_or(settings.stall),
            ..settings
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_no_limit_where_there_may_be_none_and_the_default_elsewhere() {
        let second = HumanDuration(Duration::from_secs(1));
        let timeouts = |all| HttpTimeouts {
            idle: all,
            keep_alives: false,
            read: all,
            read_header: all,
            write: all,
        };
        let shown = |settings: Settings| {
            let Settings {
                answer,
                body,
                head,
                idle_http1,
                idle_http2,
                stall,
                ..
            } = settings;
            let seconds = |duration: Duration| duration.as_secs();
            let limits = [answer, body, idle_http1, idle_http2].map(|limit| limit.map(seconds));
            (limits, [head, stall].map(seconds), settings.keep_alive)
        };
        let set = timeouts(second).apply(Settings::default());
        assert_eq!(shown(set), ([Some(1); 4], [1, 1], false));
        let unset = timeouts(HumanDuration::default()).apply(Settings::default());
        assert_eq!(shown(unset), ([None; 4], [5, 30], false));
    }
}
