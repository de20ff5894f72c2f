//! When a request started, where that was before the layer saw it.

use std::time::{Duration, SystemTime};

use http::{HeaderName, Request};

use crate::record::Started;
use crate::request::StartTime;
use crate::server::address;
use crate::server::settings::ServerSettings;

/// How long a request may have waited in front of a server by what a proxy says.
const MAX_QUEUED: Duration = Duration::from_secs(60 * 60);

/// Now, or earlier as an extension or the header of a trusted proxy says. The extension is taken
/// away: it is of this request, not of one that is made from it.
pub(crate) fn started<B>(settings: &ServerSettings, request: &mut Request<B>) -> Started {
    let now = Started::now();
    if request.extensions().get::<StartTime>().is_some() {
        let time = request.extensions_mut().remove::<StartTime>();
        return time.map_or(now, |StartTime(time)| now.since(time));
    }
    match settings
        .start_header
        .as_ref()
        .and_then(|name| told(settings, request, name))
    {
        Some(time) if now.time() <= time + MAX_QUEUED => now.since(time),
        _ => now,
    }
}

/// The time that the nearest proxy has written, if it is one that is trusted.
fn told<B>(
    settings: &ServerSettings,
    request: &Request<B>,
    name: &HeaderName,
) -> Option<SystemTime> {
    let peer = address::peer(request.extensions())?;
    let is_trusted = settings.proxies.contain(peer.ip());
    let nearest = request.headers().get_all(name).iter().next_back()?;
    parse(nearest.to_str().ok().filter(|_| is_trusted)?)
}

/// The time in `t=1512379167.574`, with or without `t=`, in seconds, milliseconds, microseconds or
/// nanoseconds of the Unix epoch: proxies differ, and tell by how many digits there are.
fn parse(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    let text = text.strip_prefix("t=").unwrap_or(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty()
        || whole.len() > 19
        || fraction.len() > 9
        || !digits(whole)
        || !digits(fraction)
    {
        return None;
    }
    let number: u64 = whole.parse().ok()?;
    let since = match whole.len() {
        ..=10 => Duration::from_secs(number) + nanoseconds(fraction)?,
        11..=13 => Duration::from_millis(number),
        14..=16 => Duration::from_micros(number),
        _ => Duration::from_nanos(number),
    };
    SystemTime::UNIX_EPOCH.checked_add(since)
}

/// A fraction of a second of at most nine digits.
fn nanoseconds(fraction: &str) -> Option<Duration> {
    let padded = format!("{fraction:0<9}");
    padded.parse().ok().map(Duration::from_nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_write_seconds_or_smaller_units() {
        let expected = SystemTime::UNIX_EPOCH + Duration::from_millis(1_512_379_167_574);
        for text in [
            "t=1512379167.574",
            "1512379167.574",
            "1512379167574",
            "t=1512379167574000",
            "1512379167574000000",
        ] {
            assert_eq!(parse(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "t=",
            "yesterday",
            "-1",
            "1.1234567890",
            "99999999999999999999",
            "1 2",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
