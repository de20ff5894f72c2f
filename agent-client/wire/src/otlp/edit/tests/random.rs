//! Whatever the request, an edit on the wire is the edit on the tree.

use proptest::prelude::*;

use super::super::*;
use super::oracle::{self, Tree};
use crate::otlp::tests::generate::{Style, UNLIMITED, requests};
use crate::otlp::tests::oracle::canonical;
use crate::otlp::view::{LogRecord, Span};
use crate::otlp::write::Scalar;
use crate::otlp::{Signal, scan, scan_deep};
use crate::protobuf::{Fields, Value};

/// Makes the same attribute edits in every message, and drops items if asked.
struct Everywhere {
    attributes: AttributeEdits,
    drops: bool,
    seen: u64,
    kept: Vec<u64>,
}

impl Everywhere {
    fn new(drops: bool) -> Self {
        let edits = [
            AttributeEdit::delete(""),
            AttributeEdit::update("service.name", Scalar::Int(1)),
            AttributeEdit::upsert("}],[{", Scalar::Int(2)),
            AttributeEdit::insert("new", Scalar::Int(3)),
        ];
        Self {
            attributes: AttributeEdits::new(edits),
            drops,
            seen: 0,
            kept: Vec::new(),
        }
    }

    fn fate(&mut self, goes: bool) -> Fate {
        self.seen += 1;
        if goes && self.drops {
            return Fate::Drop;
        }
        self.kept.push(self.seen - 1);
        Fate::Keep
    }
}

impl Edit for Everywhere {
    fn resource(&mut self, resource: &mut Draft<'_>) -> Group {
        resource.edit_attributes(&self.attributes);
        Group::Enter
    }

    fn scope(&mut self, scope: &mut Draft<'_>, _: &[u8]) -> Group {
        scope.edit_attributes(&self.attributes);
        Group::Enter
    }

    fn item(&mut self, item: &mut Draft<'_>, _: Within<'_>) -> Fate {
        let attributes = self.attributes.clone();
        let edit = |part: &mut Draft<'_>| {
            part.edit_attributes(&attributes);
            Fate::Keep
        };
        edit(item);
        item.edit_events(edit);
        item.edit_links(edit);
        match item.kind() {
            Kind::Span => self.fate(Span::new(item.bytes()).kind == 2),
            Kind::LogRecord => self.fate(LogRecord::new(item.bytes()).severity_number == 2),
            _ => {
                item.edit_points(|point| {
                    edit(point);
                    let flags = point_flags(point);
                    self.fate(flags == 0)
                });
                Fate::Keep
            }
        }
    }
}

/// The last `flags` of a point, whose number differs by kind.
fn point_flags(point: &Draft<'_>) -> u64 {
    let number = match point.kind() {
        Kind::HistogramPoint | Kind::ExponentialHistogramPoint => 10,
        _ => 8,
    };
    let fields = Fields::new(point.bytes()).map_while(Result::ok);
    let flags = fields.filter_map(|field| match field.value {
        Value::Varint(flags) if field.number == number => Some(flags),
        _ => None,
    });
    flags.last().unwrap_or_default()
}

/// Looks at everything and changes nothing.
struct Nothing;

impl Edit for Nothing {
    fn item(&mut self, item: &mut Draft<'_>, _: Within<'_>) -> Fate {
        let keep = |part: &mut Draft<'_>| {
            part.edit_each_attribute(|attribute, _| {
                let _ = (attribute.key(), attribute.value());
                Change::Keep
            });
            Fate::Keep
        };
        keep(item);
        item.edit_events(keep);
        item.edit_points(keep);
        Fate::Keep
    }
}

proptest! {
    #[test]
    fn attributes_edited_on_the_wire_are_those_edited_in_a_tree(
        (signal, request) in requests(Style::Messy),
    ) {
        let edited = edited(signal, &request, &mut Everywhere::new(false));
        prop_assert_eq!(edited.removed, Removed::default());
        let result = edited.request.unwrap_or_else(|| request.clone());
        prop_assert!(scan_deep(signal, &result, &UNLIMITED).is_ok());
        let tree = Tree { attributes: oracle::attributes, drops: false };
        let expected = tree.edited(signal, &request);
        prop_assert_eq!(canonical(signal, &result), Ok(expected));
    }

    #[test]
    fn what_is_left_on_the_wire_is_what_is_left_in_a_tree(
        (signal, request) in requests(Style::Clean),
    ) {
        let mut everywhere = Everywhere::new(true);
        let edited = edited(signal, &request, &mut everywhere);
        let result = edited.request.unwrap_or_else(|| request.clone());
        let tree = Tree { attributes: oracle::attributes, drops: true };
        let expected = tree.edited(signal, &request);
        prop_assert_eq!(canonical(signal, &result), Ok(expected));
        let before = scan(signal, &request, &UNLIMITED).expect("sound");
        let after = scan(signal, &result, &UNLIMITED).expect("sound");
        prop_assert_eq!(after.items, before.items - edited.removed.count());
        prop_assert_eq!(after.resources, before.resources - edited.removed.resources);
        let unidentified = before.unidentified.checked_add_signed(edited.unidentified);
        prop_assert_eq!(Some(after.unidentified), unidentified);
        let is_gone = |item: &u64| edited.removed.items.iter().any(|run| run.contains(item));
        let left: Vec<_> = (0..before.items).filter(|item| !is_gone(item)).collect();
        prop_assert_eq!(left, everywhere.kept);
    }

    #[test]
    fn an_edit_that_changes_nothing_writes_nothing((signal, request) in requests(Style::Messy)) {
        prop_assert_eq!(edited(signal, &request, &mut Nothing), Edited::default());
    }

    #[test]
    fn corrupted_requests_are_edited_without_panic(
        (signal, mut request) in requests(Style::Messy),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        length in any::<prop::sample::Index>(),
    ) {
        for (index, byte) in flips {
            if !request.is_empty() {
                let index = index.index(request.len());
                request[index] = byte;
            }
        }
        request.truncate(length.index(request.len() + 1));
        edited(signal, &request, &mut Everywhere::new(true));
        let sound = scan(signal, &request, &UNLIMITED).is_ok();
        let result = edited(signal, &request, &mut Everywhere::new(false));
        if let (true, Some(result)) = (sound, result.request) {
            prop_assert!(scan(signal, &result, &UNLIMITED).is_ok());
        }
    }

    #[test]
    fn any_bytes_are_edited_without_panic(bytes: Vec<u8>) {
        for signal in Signal::ALL {
            edited(signal, &bytes, &mut Everywhere::new(true));
        }
    }
}
