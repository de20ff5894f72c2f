//! Spans by who recorded them, and with what.

use std::collections::HashMap;

use campanile_wire::otlp::write::{bytes, nested};

/// The spans of each resource and scope, in the order in which they appear.
#[derive(Debug, Default)]
pub(super) struct Groups {
    index: HashMap<Key, usize>,
    groups: Vec<(Key, Vec<u8>)>,
}

/// A resource of its own (`None`: the batch's) and a scope, both encoded.
type Key = (Option<Vec<u8>>, Vec<u8>);

impl Groups {
    /// Where to write the spans of `resource` and `scope`, as fields of a `ScopeSpans`.
    pub(super) fn spans(&mut self, resource: Option<Vec<u8>>, scope: Vec<u8>) -> &mut Vec<u8> {
        let key = (resource, scope);
        let next = self.groups.len();
        let index = match self.index.get(&key) {
            Some(index) => *index,
            None => {
                self.index.insert(key.clone(), next);
                self.groups.push((key, Vec::new()));
                next
            }
        };
        &mut self.groups[index].1
    }

    /// The export request. `shared` is the resource of spans without their own.
    pub(super) fn write(self, shared: &[u8]) -> Vec<u8> {
        let mut order: Vec<Option<&Vec<u8>>> = Vec::new();
        let mut members: HashMap<Option<&Vec<u8>>, Vec<usize>> = HashMap::new();
        for (index, ((resource, _), _)) in self.groups.iter().enumerate() {
            let resource = resource.as_ref();
            members.entry(resource).or_insert_with(|| {
                order.push(resource);
                Vec::new()
            });
            members.entry(resource).or_default().push(index);
        }
        let size: usize = self.groups.iter().map(|(_, spans)| spans.len()).sum();
        let mut out = Vec::with_capacity(size + 256 * self.groups.len());
        for resource in order {
            nested(&mut out, 1, |out| {
                bytes(out, 1, resource.map_or(shared, Vec::as_slice));
                for index in members.get(&resource).into_iter().flatten() {
                    let ((_, scope), spans) = &self.groups[*index];
                    nested(out, 2, |out| {
                        bytes(out, 1, scope);
                        out.extend_from_slice(spans);
                    });
                }
            });
        }
        out
    }
}
