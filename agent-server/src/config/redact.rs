//! What variables and files held stays out of messages.

use super::Secret;
use super::tree::{Expansion, Node, Shape};

/// The expansions that a message may reveal.
#[derive(Debug)]
pub(super) struct Reveals {
    /// In the value that the message is about: any quoted part of them is hidden.
    here: Vec<Expansion>,
    /// Elsewhere in the component: hidden where the whole value shows.
    around: Vec<Expansion>,
}

/// Shorter values are hidden only where they are quoted: they would be found in every other word.
const MIN_BARE: usize = 4;

/// The expansions of a component's `node`, with the ones in `blamed` apart.
pub(super) fn below(node: &Node, blamed: &Node) -> Reveals {
    let mut here = Vec::new();
    blamed.walk(&mut |_, node| {
        here.extend(whole(node));
        here.extend_from_slice(&node.expansions);
    });
    let mut around = Vec::new();
    node.walk(&mut |_, node| around.extend_from_slice(&node.expansions));
    // Written out, `true` is more often a word than a secret.
    around.retain(|expansion| match expansion.reference.as_str() {
        Secret::REDACTED => expansion.value.len() >= 2 * MIN_BARE,
        _ => expansion.value.len() >= MIN_BARE,
    });
    Reveals { here, around }
}

/// A text with references in it, as one expansion.
fn whole(node: &Node) -> Option<Expansion> {
    let references = node.expansions.iter();
    let references: Vec<&str> = references.map(|one| one.reference.as_str()).collect();
    match &node.shape {
        Shape::Text(text) if !references.is_empty() => Some(Expansion {
            reference: references.join(" "),
            value: text.clone(),
        }),
        _ => None,
    }
}

impl Reveals {
    /// The message with references in place of what they stood for.
    #[must_use]
    pub(super) fn hide(&self, message: &str) -> String {
        let mut message = message.to_owned();
        for expansion in self.here.iter().chain(&self.around) {
            let escaped = format!("{:?}", expansion.value);
            message = message.replace(&escaped, &expansion.reference);
            if expansion.value.len() >= MIN_BARE {
                let bare = escaped.get(1..escaped.len() - 1).unwrap_or(&escaped);
                message = message.replace(&expansion.value, &expansion.reference);
                message = message.replace(bare, &expansion.reference);
            }
        }
        for expansion in &self.here {
            message = hide_parts(&message, expansion);
        }
        message
    }
}

/// Hides quoted parts of a value, such as the host of an address.
fn hide_parts(message: &str, expansion: &Expansion) -> String {
    let mut out = String::with_capacity(message.len());
    for (index, part) in message.split('`').enumerate() {
        if index > 0 {
            out.push('`');
        }
        let quoted = index % 2 == 1 && !part.is_empty();
        if quoted && expansion.value.contains(part) {
            out.push_str(&expansion.reference);
        } else {
            out.push_str(part);
        }
    }
    out
}
