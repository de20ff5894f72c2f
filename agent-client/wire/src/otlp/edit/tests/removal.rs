use super::super::*;
use crate::otlp::tests::generate::UNLIMITED;
use crate::otlp::view::{Span, resource_metrics, resource_spans};
use crate::otlp::write;
use crate::otlp::{Signal, scan};

/// Drops spans by name; a name that begins with `x` goes.
struct Drop;

impl Edit for Drop {
    fn item(&mut self, item: &mut Draft<'_>, _: Within<'_>) -> Fate {
        if Span::new(item.bytes()).name.starts_with('x') {
            Fate::Drop
        } else {
            Fate::Keep
        }
    }
}

/// Resources of scopes of spans.
fn request(resources: &[&[&[&str]]]) -> Vec<u8> {
    let mut request = Vec::new();
    for scopes in resources {
        write::nested(&mut request, 1, |resource| {
            for spans in *scopes {
                write::nested(resource, 2, |scope| {
                    for span in *spans {
                        write::nested(scope, 2, |out| write::text(out, 5, span));
                    }
                });
            }
        });
    }
    request
}

fn dropped(request: &[u8]) -> Edited {
    edited(Signal::Traces, request, &mut Drop)
}

fn gone(edited: &Edited) -> Vec<u64> {
    edited.removed.items.iter().cloned().flatten().collect()
}

#[test]
fn a_scope_or_resource_goes_with_its_last_item() {
    let before = request(&[&[&["a", "x"], &["x", "x"]], &[&["x"]], &[&["b"]]]);
    let edited = dropped(&before);
    assert_eq!(edited.request, Some(request(&[&[&["a"]], &[&["b"]]])));
    assert_eq!(gone(&edited), [1, 2, 3, 4]);
    assert_eq!(edited.removed.count(), 4);
    assert_eq!(edited.removed.resources, 1);
    assert_eq!(edited.unidentified, -4);
}

#[test]
fn scopes_and_resources_that_were_empty_stay() {
    let before = request(&[&[], &[&[]], &[&["a", "x"], &[]]]);
    let edited = dropped(&before);
    assert_eq!(
        edited.request,
        Some(request(&[&[], &[&[]], &[&["a"], &[]]]))
    );
    assert_eq!(edited.removed.resources, 0);
}

#[test]
fn nothing_is_left_when_every_item_goes() {
    let edited = dropped(&request(&[&[&["x"], &["x"]]]));
    assert_eq!(edited.request, Some(Vec::new()));
    assert_eq!(gone(&edited), [0, 1]);
}

#[test]
fn groups_are_dropped_and_passed_over_as_a_whole() {
    /// Drops the second resource, and the second scope of the third; passes over the first.
    struct Groups(u32, u32);
    impl Edit for Groups {
        fn resource(&mut self, _: &mut Draft<'_>) -> Group {
            self.0 += 1;
            match self.0 {
                1 => Group::Skip,
                2 => Group::Drop,
                _ => Group::Enter,
            }
        }
        fn scope(&mut self, _: &mut Draft<'_>, _: &[u8]) -> Group {
            self.1 += 1;
            match self.1 {
                1 => Group::Skip,
                2 => Group::Drop,
                _ => Group::Enter,
            }
        }
        fn item(&mut self, item: &mut Draft<'_>, _: Within<'_>) -> Fate {
            item.set_text(5, "seen");
            Fate::Keep
        }
    }
    let before = request(&[&[&["a", "b"]], &[&["c"]], &[&["d"], &["e", "f"], &["g"]]]);
    let edited = edited(Signal::Traces, &before, &mut Groups(0, 0));
    let after = request(&[&[&["a", "b"]], &[&["d"], &["seen"]]]);
    assert_eq!(edited.request, Some(after));
    assert_eq!(gone(&edited), [2, 4, 5]);
    assert_eq!(edited.removed.resources, 1);
}

#[test]
fn a_metric_goes_with_its_last_point() {
    /// Drops points whose flags say so; twice, for what is gone to add up.
    struct Points;
    impl Edit for Points {
        fn item(&mut self, item: &mut Draft<'_>, _: Within<'_>) -> Fate {
            for flags in [1, 2] {
                item.edit_points(|point| {
                    let drop = point.bytes() == [8 << 3, flags];
                    if drop { Fate::Drop } else { Fate::Keep }
                });
            }
            Fate::Keep
        }
    }
    let metrics = |metrics: &[&[u64]]| {
        let mut request = Vec::new();
        write::nested(&mut request, 1, |resource| {
            write::nested(resource, 2, |scope| {
                for points in metrics {
                    write::nested(scope, 2, |metric| {
                        write::text(metric, 1, "name");
                        write::nested(metric, 5, |gauge| {
                            for flags in *points {
                                write::nested(gauge, 1, |out| write::varint(out, 8, *flags));
                            }
                        });
                    });
                }
            });
        });
        request
    };
    let before = metrics(&[&[3], &[2, 1, 3, 2, 1, 1, 4], &[1, 2], &[1, 3]]);
    let edited = edited(Signal::Metrics, &before, &mut Points);
    let after = metrics(&[&[3], &[3, 4], &[3]]);
    assert_eq!(edited.removed.items, [1..3, 4..7, 8..11]);
    let after = (after.as_slice(), 4);
    let request = edited.request.expect("changed");
    let counts = scan(Signal::Metrics, &request, &UNLIMITED).expect("sound");
    assert_eq!((request.as_slice(), counts.items), after);
    assert_eq!(resource_metrics(&request).count(), 1);
}

#[test]
fn ids_that_are_set_are_counted() {
    struct Ids;
    impl Edit for Ids {
        fn item(&mut self, item: &mut Draft<'_>, _: Within<'_>) -> Fate {
            item.set_bytes(1, &[7; 16]);
            item.set_bytes(2, &[7; 8]);
            Fate::Keep
        }
    }
    let edited = edited(Signal::Traces, &request(&[&[&["a", "b"]]]), &mut Ids);
    assert_eq!(edited.unidentified, -2);
    let request = edited.request.expect("changed");
    let scopes = resource_spans(&request).flat_map(|resource| resource.scope_spans());
    let spans = scopes.flat_map(|scope| scope.spans());
    assert!(spans.into_iter().all(|span| span.trace_id == [7; 16]));
}
