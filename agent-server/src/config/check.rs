//! From a tree to a checked configuration, or everything that is wrong with it.

use serde_json::Value;

use super::configure::{Piece, configure};
use super::data::Data;
use super::declared::Sections;
use super::locate::shown;
use super::model::{Config, Service, Written};
use super::telemetry::Telemetry;
use super::tree::{Node, Shape};
use super::{
    Place, Problem, Report, authenticators, explain, exposure, hints, listeners, loops, pipelines,
    storage,
};
use crate::component::Invalid;
use crate::registries::Registries;

/// The sections there are.
const SECTIONS: [&str; 6] = [
    "connectors",
    "exporters",
    "extensions",
    "processors",
    "receivers",
    "service",
];

/// Checks a tree whose values have been expanded.
///
/// # Errors
///
/// Everything that is wrong with it, and the warnings.
pub(super) fn check(root: &Node, registries: &Registries) -> Result<Config, Report> {
    let mut report = Report::default();
    unknown_keys(root, "", &SECTIONS, &mut report);
    let mut sections = Sections::read(root, registries, &mut report);
    let Some(service) = service(root, &mut report) else {
        return Err(report);
    };
    let data = data(service, &mut report);
    let extensions = pipelines::extensions(service, &mut sections, &mut report);
    let data = data.map(|data| storage::adopt(data, &extensions, &sections, &mut report));
    let pipelines = pipelines::read(service, data.as_ref(), &mut sections, &mut report);
    let telemetry = telemetry(service, &mut report);
    // What a mistake has left without use is no second mistake.
    if !report.has_errors() {
        sections.warn_of_unused(&mut report);
    }
    let (Some(telemetry), Some(data), false) = (telemetry, data, report.has_errors()) else {
        return Err(report);
    };
    let connectors = sections.connectors.into_used();
    let mut config = Config {
        exporters: sections.exporters.into_used(),
        extensions: sections.extensions.into_used(),
        processors: sections.processors.into_used(),
        receivers: sections.receivers.into_used(),
        service: Service {
            connectors: connectors.keys().cloned().collect(),
            data,
            extensions,
            pipelines,
            telemetry,
            written: Written::keep(service),
        },
        connectors,
        warnings: report,
    };
    exposure::warn(&mut config);
    let mut wrong = loops::find(&config);
    wrong.extend(authenticators::find(&config));
    wrong.extend(listeners::collisions(&config));
    wrong.extend(storage::find(&config));
    if wrong.is_empty() {
        return Ok(config);
    }
    config.warnings.problems.extend(wrong);
    Err(config.warnings)
}

/// Reports the keys of a map that nobody reads, and a value that should be a map and is none.
pub(super) fn unknown_keys(node: &Node, path: &str, accepted: &[&str], report: &mut Report) {
    let of = match path {
        "" => String::new(),
        path => format!(" in `{path}`"),
    };
    for field in node.fields() {
        if !accepted.contains(&field.key.as_str()) {
            let message = format!("unknown key `{}`{of}", field.key);
            let problem = Problem::error(&field.place, message);
            report.push(hints::unknown_key(problem, path, &field.key, accepted));
        }
    }
}

/// The value at a key, when it is a map or nothing; reports anything else.
pub(super) fn map<'n>(
    parent: Piece<'n>,
    key: &str,
    path: &'n str,
    report: &mut Report,
) -> Option<Piece<'n>> {
    let field = parent.node.get(key)?;
    match field.node.shape {
        Shape::Map(_) | Shape::Null => Some(Piece {
            node: &field.node,
            place: &field.place,
            path,
        }),
        _ => {
            let message = format!("`{path}`: expected a map, found {}", field.node.describe());
            let place = shown(&field.node, Some(&field.place));
            report.push(Problem::error(&place, message).help(explain::wants_map(&field.node)));
            None
        }
    }
}

fn service<'n>(root: &'n Node, report: &mut Report) -> Option<Piece<'n>> {
    let start = Place::new(&root.place.source, 1, 1, 0);
    let help = "add `service: {pipelines: {traces: {receivers: [...], exporters: [...]}}}`";
    if root.get("service").is_none() {
        let message = "there is no `service`: nothing says what to run";
        report.push(Problem::error(&start, message).help(help.to_owned()));
        return None;
    }
    let root = Piece {
        node: root,
        place: &root.place,
        path: "",
    };
    let service = map(root, "service", "service", report)?;
    let accepted = ["data", "extensions", "pipelines", "telemetry"];
    unknown_keys(service.node, "service", &accepted, report);
    Some(service)
}

fn data(service: Piece<'_>, report: &mut Report) -> Option<Data> {
    block(service, "data", "service.data", Data::parse, report)
}

fn telemetry(service: Piece<'_>, report: &mut Report) -> Option<Telemetry> {
    let path = "service.telemetry";
    block(service, "telemetry", path, Telemetry::parse, report)
}

/// A block that is no component; its defaults where it is not there.
fn block<T: Default>(
    service: Piece<'_>,
    key: &str,
    path: &str,
    parse: impl Fn(&Value) -> Result<T, Vec<Invalid>>,
    report: &mut Report,
) -> Option<T> {
    let Some(field) = service.node.get(key) else {
        return Some(T::default());
    };
    let piece = Piece {
        node: &field.node,
        place: &field.place,
        path,
    };
    match configure(piece, parse) {
        Ok((block, _)) => Some(block),
        Err(problems) => {
            report.problems.extend(problems);
            None
        }
    }
}
