//! The sections in which components are declared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use campanile_wire::otlp::Signal;
use serde_json::Value;

use super::check::map;
use super::configure::{Piece, configure};
use super::model::{Component, Components, Written};
use super::tree::{Field, Node};
use super::{Place, Problem, Report, hints, suggest};
use crate::component::{ComponentId, Connector, Delivery, Entry, Extension, Processing, Receiver};
use crate::registries::Registries;

/// Every section of components.
pub(super) struct Sections {
    pub(super) connectors: Declared<Arc<dyn Connector>>,
    pub(super) exporters: Declared<Delivery>,
    pub(super) extensions: Declared<Box<dyn Extension>>,
    pub(super) processors: Declared<Processing>,
    pub(super) receivers: Declared<Box<dyn Receiver>>,
}

impl Sections {
    /// Reads and checks every component.
    pub(super) fn read(root: &Node, registries: &Registries, report: &mut Report) -> Self {
        let connectors = Declared::read(root, "connectors", registries.connectors, report);
        Self {
            connectors,
            receivers: Declared::read(root, "receivers", registries.receivers, report),
            processors: Declared::read(root, "processors", registries.processors, report),
            exporters: Declared::read(root, "exporters", registries.exporters, report),
            extensions: Declared::read(root, "extensions", registries.extensions, report),
        }
    }

    /// Resolves what a pipeline receives from or exports to. Says whether it is a connector.
    pub(super) fn refer_end(
        &mut self,
        reference: &Reference<'_>,
        as_exporter: bool,
        report: &mut Report,
    ) -> bool {
        let id = reference.id.clone();
        let (other, section) = match as_exporter {
            true => (self.exporters.declares(&id), "exporters"),
            false => (self.receivers.declares(&id), "receivers"),
        };
        let connects = self.connectors.declares(&id);
        if connects && other {
            let message = format!("`{id}` is both a connector and one of the `{section}`");
            let help = "give one of them another name: `type/name`".to_owned();
            report.push(Problem::error(reference.place, message).help(help));
        }
        if connects && !other {
            // As a receiver it has another signal than it takes: the pairs are checked together.
            let signal = reference.signal.filter(|_| as_exporter);
            self.connectors.refer(
                &Reference {
                    id,
                    signal,
                    ..*reference
                },
                report,
            );
        } else if as_exporter {
            self.exporters.refer(reference, report);
        } else {
            self.receivers.refer(reference, report);
        }
        connects && !other
    }

    /// Warns of what nothing refers to: like the Collector, the agent does not start it.
    pub(super) fn warn_of_unused(&self, report: &mut Report) {
        self.connectors.warn_of_unused(report);
        self.receivers.warn_of_unused(report);
        self.processors.warn_of_unused(report);
        self.exporters.warn_of_unused(report);
        self.extensions.warn_of_unused(report);
    }
}

/// A mention of a component.
#[derive(Debug)]
pub(super) struct Reference<'n> {
    pub(super) id: ComponentId,
    pub(super) place: &'n Place,
    /// Who mentions it: `` pipeline `traces` ``.
    pub(super) by: &'n str,
    /// What it is to handle; nothing for an extension.
    pub(super) signal: Option<Signal>,
}

/// The components of one section.
pub(super) struct Declared<C: 'static> {
    /// `receivers`.
    section: &'static str,
    registry: &'static [Entry<C>],
    /// Every id, valid or not, and where it was written.
    places: BTreeMap<ComponentId, Place>,
    valid: Components<C>,
    used: BTreeSet<ComponentId>,
    /// Whether the section is no map, so that nobody knows what it declares.
    unreadable: bool,
}

impl<C> Declared<C> {
    fn read(
        root: &Node,
        section: &'static str,
        registry: &'static [Entry<C>],
        report: &mut Report,
    ) -> Self {
        let mut declared = Self {
            section,
            registry,
            places: BTreeMap::new(),
            valid: BTreeMap::new(),
            used: BTreeSet::new(),
            unreadable: false,
        };
        let root = Piece {
            node: root,
            place: &root.place,
            path: "",
        };
        if let Some(piece) = map(root, section, section, report) {
            for field in piece.node.fields() {
                declared.add(field, report);
            }
        } else {
            declared.unreadable = root.node.get(section).is_some();
        }
        declared
    }

    /// A component that is in the section and valid.
    pub(super) fn valid(&self, id: &ComponentId) -> Option<&Component<C>> {
        self.valid.get(id)
    }

    /// Whether it is in the section, valid or not.
    fn declares(&self, id: &ComponentId) -> bool {
        self.places.contains_key(id)
    }

    /// What a connector makes of which signal; nothing of one that is not known.
    pub(super) fn connects(&self, id: &ComponentId) -> &'static [(Signal, Signal)] {
        let entry = self.registry.iter().find(|entry| entry.is(id.kind()));
        entry.map_or(&[], |entry| entry.connects)
    }

    fn add(&mut self, field: &Field, report: &mut Report) {
        let id: ComponentId = match field.key.parse() {
            Ok(id) => id,
            Err(error) => {
                let message = format!("`{}` is not a component id: {error}", field.key);
                return report.push(Problem::error(&field.place, message));
            }
        };
        self.places.insert(id.clone(), field.place.clone());
        let Some(entry) = self.registry.iter().find(|entry| entry.is(id.kind())) else {
            return report.push(self.unknown_type(&id, &field.place));
        };
        let path = format!("{}.{}", self.section, field.key);
        let piece = Piece {
            node: &field.node,
            place: &field.place,
            path: &path,
        };
        match configure(piece, |value| entry.configure(value)) {
            Ok((_, value)) => {
                let written = Written::keep(piece);
                let component = Component {
                    entry,
                    value,
                    written,
                };
                self.valid.insert(id, component);
            }
            Err(problems) => report.problems.extend(problems),
        }
    }

    fn unknown_type(&self, id: &ComponentId, place: &Place) -> Problem {
        let kinds: Vec<&str> = self.registry.iter().map(|entry| entry.kind).collect();
        let message = format!("unknown {} type `{}`", self.singular(), id.kind());
        let problem = Problem::error(place, message);
        hints::unknown_type(problem, self.section, id.kind(), &kinds)
    }

    fn singular(&self) -> &'static str {
        self.section.trim_end_matches('s')
    }

    /// Resolves a mention of a component.
    pub(super) fn refer(&mut self, reference: &Reference<'_>, report: &mut Report) {
        let Reference { id, place, by, .. } = reference;
        if self.unreadable {
            return;
        }
        if !self.places.contains_key(id) {
            return report.push(self.undeclared(reference));
        }
        self.used.insert(id.clone());
        let entry = self.registry.iter().find(|entry| entry.is(id.kind()));
        let (Some(entry), Some(signal)) = (entry, reference.signal) else {
            return;
        };
        if !entry.signals.contains(&signal) {
            let what = self.singular();
            let message = format!("{by}: {what} `{id}` does not handle {}", signal.name());
            let handled: Vec<&str> = entry.signals.iter().map(|signal| signal.name()).collect();
            let help = format!("it handles {}", suggest::list(&handled));
            report.push(Problem::error(place, message).help(help));
        }
    }

    /// The component of type `kind` that `by` uses without naming it: the declared one of that name,
    /// else one with the defaults. None if there is no such type.
    pub(super) fn imply(&mut self, kind: &str, by: Piece<'_>) -> Option<ComponentId> {
        let entry = self.registry.iter().find(|entry| entry.is(kind))?;
        let id: ComponentId = kind.parse().ok()?;
        if !self.declares(&id) {
            self.places.insert(id.clone(), by.place.clone());
            let component = Component {
                entry,
                value: Value::Null,
                written: Written::keep(by),
            };
            self.valid.insert(id.clone(), component);
        }
        self.used.insert(id.clone());
        Some(id)
    }

    fn undeclared(&self, reference: &Reference<'_>) -> Problem {
        let Reference { id, place, by, .. } = reference;
        let (section, what) = (self.section, self.singular());
        let declared: Vec<String> = self.places.keys().map(ToString::to_string).collect();
        let declared: Vec<&str> = declared.iter().map(String::as_str).collect();
        let typed = id.to_string();
        let help = match (suggest::closest(&typed, &declared), declared.as_slice()) {
            (Some(closest), _) => format!("did you mean `{closest}`?"),
            (None, []) => format!("declare it: `{section}: {{{typed}: }}`"),
            (None, declared) => {
                let list = suggest::list(declared);
                format!("declare it under `{section}:`, which has {list}")
            }
        };
        let message = format!("{by} uses {what} `{typed}`, which is not configured");
        Problem::error(place, message).help(help)
    }

    fn warn_of_unused(&self, report: &mut Report) {
        let by = match self.section {
            "extensions" => "`service.extensions` does not list it",
            _ => "no pipeline uses it",
        };
        for (id, place) in &self.places {
            if !self.used.contains(id) {
                let what = self.singular();
                let message = format!("{what} `{id}` is not started: {by}");
                report.push(Problem::warning(place, message));
            }
        }
    }

    /// The valid components that something refers to.
    pub(super) fn into_used(self) -> Components<C> {
        let Self { valid, used, .. } = self;
        let components = valid.into_iter();
        components.filter(|(id, _)| used.contains(id)).collect()
    }
}
