//! Whom listeners and exporters ask for credentials: somebody who has them.

use super::Problem;
use super::model::{Component, Config};

/// Extensions that know senders, or have credentials, and the key without which they do not.
const SERVERS: [(&str, Option<&str>); 2] =
    [("basicauth", Some("htpasswd")), ("bearertokenauth", None)];
const CLIENTS: [(&str, Option<&str>); 2] = [
    ("basicauth", Some("client_auth")),
    ("bearertokenauth", None),
];

/// Everything wrong with the keys `auth.authenticator`.
pub(super) fn find(config: &Config) -> Vec<Problem> {
    let mut found = Vec::new();
    for receiver in config.receivers.values() {
        of_component(config, receiver, &SERVERS, &mut found);
    }
    for exporter in config.exporters.values() {
        of_component(config, exporter, &CLIENTS, &mut found);
    }
    found
}

fn of_component<C: 'static>(
    config: &Config,
    component: &Component<C>,
    kinds: &[(&str, Option<&str>)],
    found: &mut Vec<Problem>,
) {
    for (key, id) in component.authenticators() {
        if let Some((message, help)) = wrong(config, &id, kinds) {
            found.push(component.written().blame(&key, message).help(help));
        }
    }
}

fn wrong(config: &Config, id: &str, kinds: &[(&str, Option<&str>)]) -> Option<(String, String)> {
    let extensions = config.extensions.iter();
    let known = extensions
        .into_iter()
        .find(|(known, _)| known.to_string() == id);
    let Some((known, extension)) = known else {
        let message = format!("`{id}` is not among service.extensions");
        let help = format!("add `{id}` to service.extensions, and configure it there");
        return Some((message, help));
    };
    let kind = kinds.iter().find(|(kind, _)| *kind == known.kind());
    let Some((_, needed)) = kind else {
        let message = format!("`{id}` does not know who is who");
        return Some((
            message,
            "name a `bearertokenauth` or a `basicauth`".to_owned(),
        ));
    };
    let key = needed.filter(|key| !extension.sets(key))?;
    let message = format!("`{id}` has no `{key}`, which is what is asked here");
    Some((message, format!("set `extensions.{id}.{key}`")))
}
