//! What a new configuration changes in a component that runs.

use serde_json::Value;

use super::Component;
use crate::component::Context;

/// What differs between two configurations of one component.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// The keys that may change while it runs, and do.
    pub live: Vec<&'static str>,
    /// Whether anything else differs.
    pub rest: bool,
}

/// How secrets show in an effective configuration.
const REDACTED: &str = "[redacted]";

impl<C> Component<C> {
    /// What `new` changes. Defaults count as if they were written out.
    #[must_use]
    pub fn difference(&self, new: &Self) -> Difference {
        if self.value == new.value {
            return Difference::default();
        }
        let effective = |component: &Self| {
            let effective = component.entry.effective(&component.value);
            effective.unwrap_or_else(|_| component.value.clone())
        };
        let (ours, theirs) = (effective(self), effective(new));
        let live = self.entry.live.iter().copied();
        let live = live.filter(|key| ours.get(key) != theirs.get(key));
        let keys = self.entry.live;
        // Secrets look alike there, so that those who have some are compared as they were written.
        let has_secrets = ours.to_string().contains(REDACTED);
        let rest = without(&ours, keys) != without(&theirs, keys)
            || has_secrets && without(&self.value, keys) != without(&new.value, keys);
        Difference {
            live: live.collect(),
            rest,
        }
    }

    /// Puts its live keys into practice in the component that runs in `context`.
    pub fn apply(&self, context: &Context) {
        // Fails only where the value is wrong, and it has passed the check.
        let _ = self.entry.apply(&self.value, context);
    }

    /// Whether an agent can have only one component of this type.
    #[must_use]
    pub fn is_alone(&self) -> bool {
        self.entry.alone
    }
}

fn without(value: &Value, keys: &[&str]) -> Value {
    let mut value = value.clone();
    if let Some(object) = value.as_object_mut() {
        keys.iter().for_each(|key| drop(object.remove(*key)));
    }
    value
}
