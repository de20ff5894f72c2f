//! Whether certificates and keys load, go together and are valid.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::validity::validity;
use crate::config::listeners::LISTENING_EXPORTERS;
use crate::config::model::{Component, Components};
use crate::config::{Config, Problem, Severity};
use crate::tls::{ServerTls, identity};

/// How long before its end a certificate is warned of.
const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Keys with certificates: the file, the text, and whether they are the agent's own.
const CERTIFICATES: [(&str, &str, bool); 3] = [
    ("cert_file", "cert_pem", true),
    ("ca_file", "ca_pem", false),
    ("client_ca_file", "", false),
];

/// Checks every `tls` block.
pub(super) fn check(config: &Config) -> Vec<Problem> {
    let mut found = Vec::new();
    of_section(
        &config.exporters,
        |kind| LISTENING_EXPORTERS.contains(&kind),
        &mut found,
    );
    of_section(&config.extensions, |_| true, &mut found);
    of_section(&config.receivers, |kind| kind != "prometheus", &mut found);
    found
}

/// `listens` says of which types the blocks are those of listeners; whether others load has been
/// found out when they were built.
fn of_section<C>(
    components: &Components<C>,
    listens: impl Fn(&str) -> bool,
    found: &mut Vec<Problem>,
) {
    for (id, component) in components {
        let mut blocks = Vec::new();
        tls_blocks(&component.value, "", &mut blocks);
        for (key, block) in blocks {
            if listens(id.kind()) {
                found.extend(loads(component, &key, block));
            }
            for (file, pem, own) in CERTIFICATES {
                let valid = valid(block, (file, pem), own);
                found.extend(valid.into_iter().map(|(at, severity, message)| {
                    let problem = component.written().blame(&format!("{key}.{at}"), message);
                    let help = "renew it: nobody who checks it will speak to its owner";
                    Problem {
                        severity,
                        ..problem.help(help.to_owned())
                    }
                }));
            }
        }
    }
}

/// Every block `tls` or `tls_config`, with its key.
fn tls_blocks<'v>(value: &'v Value, path: &str, found: &mut Vec<(String, &'v Value)>) {
    for (key, value) in value.as_object().into_iter().flatten() {
        let path = match path {
            "" => key.clone(),
            path => format!("{path}.{key}"),
        };
        if ["tls", "tls_config"].contains(&key.as_str()) && value.is_object() {
            found.push((path, value));
        } else {
            tls_blocks(value, &path, found);
        }
    }
    for (index, value) in value.as_array().into_iter().flatten().enumerate() {
        tls_blocks(value, &format!("{path}[{index}]"), found);
    }
}

/// What keeps a listener's block from being used.
fn loads<C>(component: &Component<C>, key: &str, block: &Value) -> Option<Problem> {
    let block: ServerTls = serde_json::from_value(block.clone()).ok()?;
    let error = block.open(key).err()?;
    let help = "name a certificate in PEM and the key that belongs to it".to_owned();
    Some(
        component
            .written()
            .blame(error.key(), error.to_string())
            .help(help),
    )
}

/// Certificates of a block that are not valid now, or not for long.
fn valid(
    block: &Value,
    (file, pem): (&'static str, &'static str),
    own: bool,
) -> Vec<(&'static str, Severity, String)> {
    let text = |key: &str| block.get(key).and_then(Value::as_str);
    let (key, what, bytes) = match (text(file), text(pem)) {
        (Some(path), _) => (file, path, identity::read(file, &PathBuf::from(path)).ok()),
        (_, Some(text)) => (pem, "the certificate", Some(text.as_bytes().to_vec())),
        _ => return Vec::new(),
    };
    let bytes = bytes.unwrap_or_default();
    let all = identity::certificates(key, what, &bytes).unwrap_or_default();
    let found = all.iter().filter_map(|certificate| {
        let (from, until) = validity(certificate)?;
        let (severity, message) = judge(Timestamp::now(), from, until)?;
        // Of authorities, one that is valid is enough.
        let severity = if own { severity } else { Severity::Warning };
        Some((key, severity, format!("{what} {message}")))
    });
    found.take(1).collect()
}

fn judge(now: Timestamp, from: Timestamp, until: Timestamp) -> Option<(Severity, String)> {
    if until < now {
        Some((Severity::Error, format!("has expired, on {until}")))
    } else if from > now {
        Some((Severity::Error, format!("is not valid before {from}")))
    } else if until.duration_since(now) < SOON {
        Some((Severity::Warning, format!("expires soon, on {until}")))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_judged_by_its_dates() {
        let at = |days: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(days * 24);
        let severity =
            |from, until| judge(at(100), at(from), at(until)).map(|(severity, _)| severity);
        assert_eq!(severity(0, 99), Some(Severity::Error));
        assert_eq!(severity(101, 300), Some(Severity::Error));
        assert_eq!(severity(0, 113), Some(Severity::Warning));
        assert_eq!(severity(0, 115), None);
    }
}
