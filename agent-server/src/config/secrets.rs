//! Secrets that others can read: written out in the configuration, or in a file for everybody.

use std::os::unix::fs::PermissionsExt as _;

use super::conceal::Found;
use super::tree::{Node, Shape};
use super::{Place, Problem, Secret};

/// What a secret's file may allow: its owner to read and write, its group to read.
const MODE: u32 = 0o640;

/// Keys that name a file with a secret in it.
const FILES: [&str; 6] = [
    "bearer_token_file",
    "credentials_file",
    "key_file",
    "password_file",
    "secret_file",
    "token_file",
];

/// Headers whose names say that they are credentials.
const CREDENTIALS: [&str; 8] = [
    "auth",
    "cookie",
    "credential",
    "key",
    "password",
    "secret",
    "token",
    "signature",
];

/// Warns of every secret that is written out, and of every file of one that too many can read.
pub(super) fn warn(root: &Node, secrets: &[Found]) -> Vec<Problem> {
    let mut found = Vec::new();
    for secret in secrets {
        if secret.plain && is_secret(secret) {
            let message = format!("`{}` is a secret that is written out", secret.path);
            let help = "write `${env:NAME}` or `${file:PATH}`".to_owned();
            found.push(Problem::warning(&secret.place, message).help(help));
        }
        for file in &secret.files {
            found.extend(readable(&secret.path, &secret.place, file));
        }
    }
    root.walk(&mut |path, node| {
        let key = path.rsplit('.').next().unwrap_or_default();
        if let Shape::Text(file) = &node.shape
            && FILES.contains(&key)
        {
            found.extend(readable(path, &node.place, file));
        }
    });
    found
}

/// Whether it is surely one: most headers and URLs are not.
fn is_secret(found: &Found) -> bool {
    let (above, key) = found.path.rsplit_once('.').unwrap_or(("", &found.path));
    let key = key.to_ascii_lowercase();
    match above.rsplit('.').next() {
        Some("headers") => CREDENTIALS.iter().any(|word| key.contains(word)),
        _ if key.ends_with("url") => found.has_credentials,
        _ => true,
    }
}

fn readable(path: &str, place: &Place, file: &str) -> Option<Problem> {
    let mode = std::fs::metadata(file).ok()?.permissions().mode() & 0o777;
    // Executing is no matter to a file of its owner.
    if mode & !MODE & 0o037 == 0 {
        return None;
    }
    let message = format!("`{path}`: {file} holds a secret, and its mode is {mode:o}");
    let help = format!("chmod 640 {file}; in Kubernetes, `defaultMode: 0640` of the volume");
    Some(Problem::warning(place, message).help(help))
}

impl Found {
    /// Notes a secret of a configuration that has been expanded.
    pub(super) fn new(path: &str, node: &Node) -> Self {
        let text = match &node.shape {
            Shape::Text(text) => text.as_str(),
            _ => "",
        };
        let references = node.expansions.iter();
        let files = references.filter_map(|one| {
            let file = one.reference.strip_prefix("${file:")?;
            file.strip_suffix('}').map(str::to_owned)
        });
        Self {
            path: path.to_owned(),
            place: node.place.clone(),
            plain: node.expansions.is_empty() && text != Secret::REDACTED,
            has_credentials: text.contains('@'),
            files: files.collect(),
        }
    }
}
