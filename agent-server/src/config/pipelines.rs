//! `service.pipelines` and `service.extensions`: who is connected to whom.

use campanile_wire::otlp::Signal;

use super::check::{map, unknown_keys};
use super::configure::Piece;
use super::connections::Mentions;
use super::data::{Acknowledge, Data};
use super::declared::{Reference, Sections};
use super::locate::shown;
use super::model::Pipeline;
use super::tree::{Node, Shape};
use super::{Place, Problem, Report, suggest};
use crate::component::ComponentId;
use crate::processors::groupbynode;

const KEYS: [&str; 4] = ["acknowledge", "exporters", "processors", "receivers"];
const SIGNALS: [&str; 3] = ["traces", "metrics", "logs"];

/// Reads every pipeline and resolves what it refers to.
pub(super) fn read(
    service: Piece<'_>,
    data: Option<&Data>,
    sections: &mut Sections,
    report: &mut Report,
) -> Vec<Pipeline> {
    let before = report.problems.len();
    let pipelines = map(service, "pipelines", "service.pipelines", report);
    let fields = pipelines.map_or(&[][..], |piece| piece.node.fields());
    if fields.is_empty() && report.problems.len() == before {
        let place = pipelines.map_or(service.place, |piece| piece.place);
        let help = "add `traces: {receivers: [...], exporters: [...]}` under `pipelines:`";
        let message = "there is no pipeline: nothing would run";
        report.push(Problem::error(place, message).help(help.to_owned()));
    }
    let mut mentions = Mentions::default();
    let mut read = Vec::new();
    for field in fields {
        let path = format!("service.pipelines.{}", field.key);
        let piece = map(pipelines.unwrap_or(service), &field.key, &path, report);
        let signal = signal(&field.key, &field.place, report);
        if let Some(piece) = piece {
            let name = field.key.as_str();
            let acknowledge = acknowledge(name, piece, data, report);
            let pipeline = pipeline(name, signal, piece, sections, &mut mentions, report);
            read.extend(pipeline.map(|pipeline| Pipeline {
                acknowledge,
                ..pipeline
            }));
        }
    }
    mentions.check(sections, &read, report);
    read
}

fn signal(name: &str, place: &Place, report: &mut Report) -> Option<Signal> {
    let (kind, rest) = name.split_once('/').unwrap_or((name, "-"));
    let signal = Signal::ALL.into_iter().find(|signal| signal.name() == kind);
    if signal.is_none() {
        let message =
            format!("unknown signal `{kind}`: a pipeline is named `signal` or `signal/name`");
        let unsupported = (kind == "profiles").then(|| "signal `profiles`".to_owned());
        report.push(Problem {
            unsupported,
            ..Problem::error(place, message).help(suggest::help(kind, &SIGNALS))
        });
    } else if rest.trim().is_empty() {
        let message = format!("`{name}` is not the name of a pipeline: nothing follows the `/`");
        report.push(Problem::error(place, message));
    }
    signal
}

fn pipeline(
    name: &str,
    signal: Option<Signal>,
    piece: Piece<'_>,
    sections: &mut Sections,
    mentions: &mut Mentions,
    report: &mut Report,
) -> Option<Pipeline> {
    unknown_keys(piece.node, piece.path, &KEYS, report);
    let by = format!("pipeline `{name}`");
    let [receivers, processors, exporters] = ["receivers", "processors", "exporters"]
        .map(|key| Listed::read(piece, key, &by, signal, report));
    for (list, role) in [(&receivers, "receivers"), (&exporters, "exporters")] {
        if list.empty {
            let message = format!("{by} has no {role}");
            let help = format!("add `{role}: [...]`");
            report.push(Problem::error(&list.place, message).help(help));
        }
    }
    for (list, as_exporter) in [(&receivers, false), (&exporters, true)] {
        for reference in &list.references {
            let connects = sections.refer_end(reference, as_exporter, report);
            if let (true, Some(signal)) = (connects, signal) {
                mentions.add(&reference.id, as_exporter, (name, signal), reference.place);
            }
        }
    }
    for reference in &processors.references {
        sections.processors.refer(reference, report);
    }
    let receivers = receivers.ids();
    let mut processors = processors.ids();
    if groups_by_node(&receivers, &processors) {
        let implied = sections.processors.imply(groupbynode::TYPE, piece);
        processors.splice(0..0, implied);
    }
    Some(Pipeline {
        name: name.to_owned(),
        signal: signal?,
        receivers,
        processors,
        exporters: exporters.ids(),
        acknowledge: Acknowledge::default(),
    })
}

/// Whether a pipeline groups by node without being told.
fn groups_by_node(receivers: &[ComponentId], processors: &[ComponentId]) -> bool {
    let is = |kind| move |id: &ComponentId| id.kind() == kind;
    let receives = receivers.iter().any(is(groupbynode::IMPLIED_BY));
    receives && !processors.iter().any(is(groupbynode::TYPE))
}

/// When the pipeline's senders are told that a payload is accepted: as written there, else when it
/// is on the disk if there is a directory for it.
fn acknowledge(
    name: &str,
    piece: Piece<'_>,
    data: Option<&Data>,
    report: &mut Report,
) -> Acknowledge {
    let has_directory = data.is_none_or(|data| data.directory.is_some());
    let field = piece.node.get("acknowledge");
    let field = field.filter(|field| !matches!(field.node.shape, Shape::Null));
    let Some(field) = field else {
        return match (has_directory, data.is_some_and(|data| data.synced)) {
            (true, true) => Acknowledge::Synced,
            (true, false) => Acknowledge::Written,
            (false, _) => Acknowledge::Memory,
        };
    };
    let read = serde_json::from_value(field.node.to_json());
    let Ok(acknowledge) = read else {
        let found = match &field.node.shape {
            Shape::Text(text) => format!("`{text}`"),
            _ => field.node.describe().to_owned(),
        };
        let message = format!("pipeline `{name}`: `acknowledge` cannot be {found}");
        let help = format!("write one of {}", suggest::list(&Acknowledge::NAMES));
        let place = shown(&field.node, Some(&field.place));
        report.push(Problem::error(&place, message).help(help));
        return Acknowledge::default();
    };
    if acknowledge != Acknowledge::Memory && !has_directory {
        let message = format!(
            "pipeline `{name}` is to keep on the disk what it accepts, and there is no directory \
             for it"
        );
        let help = "set `service.data.directory`, or `--data-dir DIR`".to_owned();
        report.push(Problem::error(&field.place, message).help(help));
    }
    acknowledge
}

/// Reads `service.extensions` and resolves it.
pub(super) fn extensions(
    service: Piece<'_>,
    sections: &mut Sections,
    report: &mut Report,
) -> Vec<ComponentId> {
    let listed = Listed::read(service, "extensions", "`service.extensions`", None, report);
    for reference in &listed.references {
        sections.extensions.refer(reference, report);
    }
    listed.ids()
}

/// A list of component ids.
#[derive(Debug)]
struct Listed<'n> {
    references: Vec<Reference<'n>>,
    place: Place,
    /// Whether it is missing or has no items; not when it is no list at all.
    empty: bool,
}

impl<'n> Listed<'n> {
    fn read(
        parent: Piece<'n>,
        key: &str,
        by: &'n str,
        signal: Option<Signal>,
        report: &mut Report,
    ) -> Self {
        let mut listed = Self {
            references: Vec::new(),
            place: parent.place.clone(),
            empty: true,
        };
        let Some(field) = parent.node.get(key) else {
            return listed;
        };
        listed.place = field.place.clone();
        let items = match &field.node.shape {
            Shape::List(items) => items.as_slice(),
            Shape::Null => return listed,
            _ => {
                listed.empty = false;
                report.push(not_a_list(parent, key, &field.node, &field.place));
                return listed;
            }
        };
        listed.empty = items.is_empty();
        for item in items {
            listed.add(item, by, signal, report);
        }
        listed
    }

    fn add(&mut self, item: &'n Node, by: &'n str, signal: Option<Signal>, report: &mut Report) {
        let id = match &item.shape {
            Shape::Text(text) => text.parse::<ComponentId>().ok(),
            _ => None,
        };
        let Some(id) = id else {
            let message = format!(
                "{by}: expected a component id, `type` or `type/name`, found {}",
                item.describe()
            );
            return report.push(Problem::error(&item.place, message));
        };
        if self.references.iter().any(|earlier| earlier.id == id) {
            let message = format!("{by} lists `{id}` twice");
            return report.push(Problem::error(&item.place, message));
        }
        self.references.push(Reference {
            id,
            place: &item.place,
            by,
            signal,
        });
    }

    fn ids(&self) -> Vec<ComponentId> {
        let references = self.references.iter();
        references.map(|reference| reference.id.clone()).collect()
    }
}

fn not_a_list(parent: Piece<'_>, key: &str, node: &Node, place: &Place) -> Problem {
    let message = format!(
        "`{}.{key}`: expected a list, found {}",
        parent.path,
        node.describe()
    );
    let help = match &node.shape {
        Shape::Text(text) if node.expansions.is_empty() => {
            Some(format!("write a list: `{key}: [{text}]`"))
        }
        _ => None,
    };
    Problem::error(&shown(node, Some(place)), message).help(help)
}
