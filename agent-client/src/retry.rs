//! What a failed exchange means: try again or give up. Pure decisions.
//!
//! <https://opentelemetry.io/docs/specs/otlp/#failures>

use std::error::Error;
use std::time::{Duration, SystemTime};

use campanile_wire::otlp::response::retry_delay;
use http::HeaderValue;
use tonic::{Code, Status};

/// The longest pause an agent can ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// The shortest one: an agent that asks for none would be asked without end.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);

/// What to do with spans that did not get through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Send them again, after this time if the agent named one.
    Again(Option<Duration>),
    /// Nobody will ever take them.
    GiveUp,
}

/// The agent is away, or does not take spans for the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outage {
    /// What happened, for a log line.
    pub(crate) why: String,
    /// The pause the agent asked for.
    pub(crate) pause: Option<Duration>,
    /// Whether time ran out, rather than that an error came back.
    pub(crate) timed_out: bool,
    /// Whether a connection or a stream broke, rather than that the agent answered.
    pub(crate) broken: bool,
    /// Whether it is about the one signal: the agent answered, or let it wait. Others may fare
    /// better.
    pub(crate) of_signal: bool,
}

impl Outage {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            pause: None,
            timed_out: false,
            broken: false,
            of_signal: false,
        }
    }

    /// The connection ended under way.
    pub(crate) fn broken(why: impl Into<String>) -> Self {
        Self {
            broken: true,
            ..Self::new(why)
        }
    }

    pub(crate) fn timed_out(waited: Duration) -> Self {
        Self {
            timed_out: true,
            of_signal: true,
            ..Self::new(format!("no answer within {waited:?}"))
        }
    }
}

/// The pause before the next attempt: what the agent asked for, within bounds, or the fixed
/// interval.
pub(crate) fn pause(interval: Duration, asked: Option<Duration>) -> Duration {
    asked.map_or(interval, |asked| asked.clamp(SHORTEST_PAUSE, LONGEST_PAUSE))
}

/// Judges the status of a failed call.
pub(crate) fn judge(status: &Status) -> Verdict {
    if is_broken_connection(status) {
        return Verdict::Again(None);
    }
    if is_too_large(status) {
        return Verdict::GiveUp;
    }
    by_code(status.code(), retry_delay(status.details()))
}

/// The table of the OTLP specification.
fn by_code(code: Code, delay: Option<Duration>) -> Verdict {
    match code {
        Code::Cancelled
        | Code::DeadlineExceeded
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unavailable
        | Code::DataLoss => Verdict::Again(delay),
        Code::ResourceExhausted if delay.is_some() => Verdict::Again(delay),
        _ => Verdict::GiveUp,
    }
}

/// Whether the status was made on this side, because the connection broke: then its code says
/// nothing about the spans. What comes from the other side has no source.
pub(crate) fn is_broken_connection(status: &Status) -> bool {
    status.source().is_some()
}

/// A message over tonic's limit, in either direction, gets OUT_OF_RANGE, which would be sent again
/// for ever.
fn is_too_large(status: &Status) -> bool {
    status.code() == Code::OutOfRange && status.message().contains("message length too large")
}

/// Reads `Retry-After`: seconds, or a date.
///
/// <https://www.rfc-editor.org/rfc/rfc9110#field.retry-after>
pub(crate) fn after(value: &HeaderValue) -> Option<Duration> {
    let text = value.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use campanile_wire::otlp::response;
    use http::HeaderValue;
    use tonic::{Code, Status};

    use super::{Verdict, after, judge, pause};

    fn details(seconds: u64) -> bytes::Bytes {
        let delay = Duration::from_secs(seconds);
        response::retry_info(8, "", delay).into()
    }

    #[test]
    fn every_code_is_judged_as_the_specification_says() {
        use Code::{
            Aborted, AlreadyExists, Cancelled, DataLoss, DeadlineExceeded, FailedPrecondition,
            Internal, InvalidArgument, NotFound, OutOfRange, PermissionDenied, ResourceExhausted,
            Unauthenticated, Unavailable, Unimplemented, Unknown,
        };
        for code in [
            Cancelled,
            DeadlineExceeded,
            Aborted,
            OutOfRange,
            Unavailable,
            DataLoss,
        ] {
            assert_eq!(
                judge(&Status::new(code, "")),
                Verdict::Again(None),
                "{code:?}"
            );
        }
        for code in [
            AlreadyExists,
            FailedPrecondition,
            Internal,
            InvalidArgument,
            NotFound,
            PermissionDenied,
            ResourceExhausted,
            Unauthenticated,
            Unimplemented,
            Unknown,
        ] {
            assert_eq!(judge(&Status::new(code, "")), Verdict::GiveUp, "{code:?}");
        }
    }

    #[test]
    fn an_exhausted_agent_that_names_a_delay_is_asked_again() {
        let status = Status::with_details(Code::ResourceExhausted, "", details(7));
        assert_eq!(judge(&status), Verdict::Again(Some(Duration::from_secs(7))));
        let nonsense = Status::with_details(Code::ResourceExhausted, "", vec![0xff].into());
        assert_eq!(judge(&nonsense), Verdict::GiveUp);
    }

    #[test]
    fn a_message_that_is_too_large_is_not_sent_again() {
        let text = "Error, decoded message length too large: found 9 bytes, the limit is: 4 bytes";
        assert_eq!(judge(&Status::out_of_range(text)), Verdict::GiveUp);
    }

    #[test]
    fn a_broken_connection_says_nothing_about_the_spans() {
        let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        let status = Status::from_error(Box::new(broken));
        assert_eq!(judge(&status), Verdict::Again(None));
    }

    #[test]
    fn the_pause_is_the_interval_unless_the_agent_asks_for_another() {
        let interval = Duration::from_secs(5);
        assert_eq!(pause(interval, None), interval);
        assert_eq!(
            pause(interval, Some(Duration::from_secs(1))),
            Duration::from_secs(1)
        );
        assert_eq!(
            pause(interval, Some(Duration::from_secs(999))),
            Duration::from_secs(60)
        );
        assert_eq!(
            pause(interval, Some(Duration::ZERO)),
            Duration::from_millis(100)
        );
    }

    #[test]
    fn a_server_says_when_to_come_back_in_seconds_or_by_a_date() {
        let read = |text: &str| after(&HeaderValue::from_str(text).unwrap());
        assert_eq!(read("120"), Some(Duration::from_secs(120)));
        assert_eq!(read("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        let soon = SystemTime::now() + Duration::from_secs(90);
        let wait = read(&httpdate::fmt_http_date(soon)).unwrap();
        assert!((80..=90).contains(&wait.as_secs()), "{wait:?}");
        for text in ["", "-1", "soon", "1.5"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
