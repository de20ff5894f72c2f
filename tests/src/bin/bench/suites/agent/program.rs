//! The agent's program: built, found, and asked what it can do.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::measure::Result;
use crate::report;

const NAME: &str = "campanile";

/// `campanile`.
#[derive(Debug)]
pub(super) struct Program {
    path: PathBuf,
    components: Value,
}

impl Program {
    /// The program at `given`, or the one beside this program, which is built first when cargo has
    /// started this.
    pub(super) fn find(given: Option<&Path>) -> Result<Self> {
        let path = given.map_or_else(beside, |given| Ok(given.to_owned()))?;
        let output = Command::new(&path)
            .args(["components", "--format", "json"])
            .output()?;
        let components = serde_json::from_slice(&output.stdout)
            .map_err(|error| format!("{} does not list its components: {error}", path.display()))?;
        Ok(Self { path, components })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it has a component of this type.
    pub(super) fn has(&self, (section, kind): &(&str, &str)) -> bool {
        let section = self.components[section].as_array().into_iter().flatten();
        section
            .into_iter()
            .any(|component| component["type"] == *kind)
    }
}

fn beside() -> Result<PathBuf> {
    let this = env::current_exe()?;
    let folder = this.parent().ok_or("this program is in no folder")?;
    if let Some(cargo) = env::var_os("CARGO") {
        build(&cargo, folder)?;
    }
    let path = folder.join(NAME);
    if path.exists() {
        return Ok(path);
    }
    let folder = folder.display();
    Err(format!(
        "there is no {NAME} in {folder}: `cargo build --release -p campanile-agent`, or --agent PATH"
    )
    .into())
}

/// Builds the agent as its users do, in the profile and the folder of this program.
fn build(cargo: &OsStr, folder: &Path) -> Result<()> {
    let profile = folder.file_name().ok_or("the folder has no name")?;
    let target = folder.parent().ok_or("the folder is in no other")?;
    report::warn("building the agent, unless it is there")?;
    let status = Command::new(cargo)
        .args(["build", "--quiet", "-p", "campanile-agent", "--bin", NAME])
        .arg("--manifest-path")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .arg("--target-dir")
        .arg(target)
        .arg("--profile")
        .arg(if profile == "debug" {
            "dev".as_ref()
        } else {
            profile
        })
        .stdout(Stdio::null())
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err("the agent cannot be built".into())
    }
}
