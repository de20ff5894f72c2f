//! From what the command line names to a checked configuration.

use std::path::{Path, PathBuf};

use super::check::check;
use super::environment::{Environment, read_bounded};
use super::expand::expand;
use super::merge::merge;
use super::model::Config;
use super::parse::parse;
use super::set::setting;
use super::tree::{Field, Node, Shape};
use super::{Endpoint, Place, Problem, Report, Source, conceal, hints, loops, secrets};
use crate::registries::Registries;

/// What the embedded default is called in messages.
pub const EMBEDDED: &str = "(embedded default)";

/// What a configuration is made of.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Files, each laid over the ones before it; with none, the embedded default.
    pub files: Vec<PathBuf>,
    /// `KEY=VALUE` settings, laid over the files.
    pub settings: Vec<String>,
    /// Where the embedded store keeps its data: `exporters.store.directory`.
    pub keep: Option<PathBuf>,
    /// Where the agent keeps what it has accepted: `service.data.directory`.
    pub data: Option<PathBuf>,
}

impl Inputs {
    /// Reads, merges, expands and checks the configuration.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn load(
        &self,
        environment: &Environment,
        registries: &Registries,
    ) -> Result<Config, Report> {
        checked(self.merged(environment)?, environment, registries)
    }

    /// Reads and merges the configuration without expanding its values.
    ///
    /// # Errors
    ///
    /// What could not be read or parsed.
    pub fn merged(&self, environment: &Environment) -> Result<Node, Report> {
        let mut report = Report::default();
        let mut layers = Vec::new();
        let mut take = |layer: Result<Node, Problem>| match layer {
            Ok(node) => layers.push(node),
            Err(problem) => report.push(problem),
        };
        for path in &self.files {
            take(read(path));
        }
        if self.files.is_empty() {
            embedded(environment).into_iter().for_each(&mut take);
        }
        for text in &self.settings {
            take(setting(text));
        }
        if let Some(directory) = &self.keep {
            take(path(
                "--keep",
                directory,
                ["directory", "store", "exporters"],
            ));
        }
        if let Some(directory) = &self.data {
            take(path(
                "--data-dir",
                directory,
                ["directory", "data", "service"],
            ));
        }
        match layers.into_iter().reduce(merge) {
            Some(root) if !report.has_errors() => Ok(root),
            _ => Err(report),
        }
    }
}

/// Expands and checks a merged configuration.
pub(super) fn checked(
    mut root: Node,
    environment: &Environment,
    registries: &Registries,
) -> Result<Config, Report> {
    let mut report = Report::default();
    expand(&mut root, environment, &mut report);
    let secrets = conceal::mark(&mut root, registries);
    let checked = match check(&root, registries) {
        Ok(mut config) if !report.has_errors() => {
            let found = secrets::warn(&root, &secrets);
            config.warnings.problems.extend(found);
            config.warnings.sort();
            return Ok(config);
        }
        Ok(config) => config.warnings,
        Err(report) => report,
    };
    // A reference that leads nowhere is one error, not also a value of a wrong type.
    let known = report.problems.iter();
    let known: Vec<_> = known.map(|known| known.place.clone()).collect();
    let new = checked.problems.into_iter();
    let new = new.filter(|problem| !known.contains(&problem.place));
    report.problems.extend(new);
    report.sort();
    report.problems.extend(hints::summary(&report));
    Err(report)
}

fn read(path: &Path) -> Result<Node, Problem> {
    let name = path.display().to_string();
    let text = read_bounded(path).map_err(|error| {
        Problem::elsewhere(format!("cannot read the configuration `{name}`: {error}"))
            .help("check the path and its permissions".to_owned())
    })?;
    parse(&Source::new(name, text))
}

/// The embedded default, and the exporter that the environment asks for, unless it asks for what
/// the default itself listens on.
fn embedded(environment: &Environment) -> Vec<Result<Node, Problem>> {
    let set = |name: &str| environment.variable(name).filter(|value| !value.is_empty());
    let mut layers = vec![include_str!("default.yaml")];
    // Applications of this machine may be told so to send to this very agent.
    let own = [4317, 4318].map(Endpoint::loopback);
    let target = set("OTEL_EXPORTER_OTLP_ENDPOINT");
    if target.is_some_and(|target| !loops::is_one_of(target, &own)) {
        let http = set("OTEL_EXPORTER_OTLP_PROTOCOL").is_some_and(|p| p.starts_with("http/"));
        layers.push(if http {
            include_str!("default_export_http.yaml")
        } else {
            include_str!("default_export.yaml")
        });
    }
    let sources = layers.into_iter().map(|text| Source::new(EMBEDDED, text));
    sources.map(|source| parse(&source)).collect()
}

/// `--keep DIR` and the like as a layer. Not a setting: the path may hold what YAML would read
/// otherwise.
fn path(option: &str, directory: &Path, keys: [&str; 3]) -> Result<Node, Problem> {
    let Some(text) = directory.to_str() else {
        let name = directory.display();
        return Err(Problem::elsewhere(format!(
            "`{option} {name}` is not UTF-8"
        )));
    };
    let source = Source::new(option, text);
    let place = Place::new(&source, 1, 1, text.chars().count());
    // A path is no reference to anything.
    let value = Node::new(Shape::Text(text.replace('$', "$$")), place.clone());
    Ok(keys.into_iter().fold(value, |node, key| {
        let field = Field {
            key: key.to_owned(),
            place: place.clone(),
            node,
        };
        Node::new(Shape::Map(vec![field]), place.clone())
    }))
}
