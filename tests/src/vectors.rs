//! The files under `tests/vectors`.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// The path of a file under `tests/vectors`.
#[must_use]
pub fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("vectors")
        .join(relative)
}

/// A JSON file under `tests/vectors`.
///
/// # Panics
///
/// When it is not there or is not JSON: a test must not pass without its vectors.
#[must_use]
pub fn json(relative: &str) -> Value {
    let path = path(relative);
    let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The bytes of the vector `name` in `wire/<file>`.
///
/// # Panics
///
/// When there is no such vector.
#[must_use]
pub fn wire(file: &str, name: &str) -> Vec<u8> {
    let vectors = json(&format!("wire/{file}"));
    let all = vectors["vectors"].as_array().expect("a list of vectors");
    let vector = all.iter().find(|vector| vector["name"] == name);
    let hex = vector.and_then(|vector| vector["hex"].as_str());
    let hex = hex.unwrap_or_else(|| panic!("no vector {name} in {file}"));
    const_hex::decode(hex).expect("vectors are hex")
}
