//! Spans that share a resource and a scope.

use std::collections::HashMap;

use campanile_wire::otlp::write::nested;
use campanile_wire::protobuf::put_bytes;

/// The groups, in the order in which they appear.
#[derive(Debug, Default)]
pub(super) struct Groups {
    index: HashMap<Vec<u8>, usize>,
    groups: Vec<Group>,
    /// The group of the span before: mostly that of the next one too.
    last: usize,
}

#[derive(Debug)]
struct Group {
    /// The fields of the `ResourceSpans` but for the scopes.
    resource: Vec<u8>,
    /// The fields of the `ScopeSpans` but for the spans.
    scope: Vec<u8>,
    /// The spans, each with its tag and length.
    spans: Vec<u8>,
}

impl Group {
    fn is(&self, resource: &[u8], scope: &[u8]) -> bool {
        self.resource == resource && self.scope == scope
    }
}

impl Groups {
    /// Appends an encoded span. Returns how many bytes that took.
    pub(super) fn push(&mut self, resource: &[u8], scope: &[u8], span: &[u8]) -> usize {
        let mut size = span.len() + 8;
        let last = self.groups.get(self.last);
        if !last.is_some_and(|group| group.is(resource, scope)) {
            let count = self.groups.len();
            self.last = *self.index.entry(key(resource, scope)).or_insert(count);
            if self.last == count {
                size += resource.len() + scope.len();
                self.groups.push(Group {
                    resource: resource.to_vec(),
                    scope: scope.to_vec(),
                    spans: Vec::new(),
                });
            }
        }
        if let Some(group) = self.groups.get_mut(self.last) {
            put_bytes(&mut group.spans, 2, span);
        }
        size
    }

    /// The export request: a `ResourceSpans` with one `ScopeSpans` for each group.
    pub(super) fn write(self) -> Vec<u8> {
        let sizes = self.groups.iter().map(|group| {
            // Tags and lengths of the two messages.
            group.resource.len() + group.scope.len() + group.spans.len() + 16
        });
        let mut out = Vec::with_capacity(sizes.sum());
        for group in self.groups {
            nested(&mut out, 1, |out| {
                out.extend_from_slice(&group.resource);
                nested(out, 2, |out| {
                    out.extend_from_slice(&group.scope);
                    out.extend_from_slice(&group.spans);
                });
            });
        }
        out
    }
}

/// Both, so that no other two give the same bytes.
fn key(resource: &[u8], scope: &[u8]) -> Vec<u8> {
    let length = (resource.len() as u64).to_le_bytes();
    [&length[..], resource, scope].concat()
}
