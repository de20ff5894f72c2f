//! Everything that can be wrong with it.

use std::collections::HashSet;

use regex::Regex;

use super::blocks::{CompositeBlock, OttlConditionBlock, StringAttributeBlock};
use super::{Config, Kind, PolicyConfig};
use crate::component::{Invalid, Validate};
use crate::ottl::{Condition, Context};
use crate::receivers::refuse;

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let mut check = Check::default();
        check.unless(self.num_traces > 0, "num_traces", "must be at least 1");
        check.unless(self.max_bytes.0 > 0, "max_bytes", "must be at least 1");
        let waits = !self.decision_wait.0.is_zero();
        check.unless(waits, "decision_wait", "must be longer than 0s");
        check.list(&self.policies, "policies", Place::Top);
        check.wrong.extend(refuse(
            "",
            &[
                ("num_shards", self.num_shards),
                ("sampling_strategy", self.sampling_strategy),
                ("tail_storage", self.tail_storage),
            ],
        ));
        check.wrong
    }
}

/// What a policy is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// `and` or `drop`.
    And,
    Composite,
    Not,
    Top,
}

impl Place {
    /// Whether a policy of this type may be here.
    fn takes(self, kind: Kind) -> bool {
        match kind {
            Kind::Composite | Kind::Drop => self == Self::Top,
            Kind::And => matches!(self, Self::Composite | Self::Top),
            Kind::Not => self != Self::Not,
            _ => true,
        }
    }
}

#[derive(Default)]
struct Check {
    wrong: Vec<Invalid>,
}

impl Check {
    fn unless(&mut self, right: bool, key: &str, message: impl Into<String>) {
        if !right {
            self.wrong.push(Invalid::new(key, message));
        }
    }

    /// Policies that are one beside the other.
    fn list(&mut self, policies: &[PolicyConfig], key: &str, place: Place) {
        self.unless(!policies.is_empty(), key, "needs at least one policy");
        let mut names = HashSet::new();
        for (index, policy) in policies.iter().enumerate() {
            let key = format!("{key}[{index}]");
            if !policy.name.is_empty() && !names.insert(policy.name.as_str()) {
                let message = format!("another policy has the name `{}` too", policy.name);
                self.unless(false, &format!("{key}.name"), message);
            }
            self.policy(policy, &key, place);
        }
    }

    fn policy(&mut self, policy: &PolicyConfig, key: &str, place: Place) {
        let named = !policy.name.is_empty();
        self.unless(named, &format!("{key}.name"), "is missing");
        let Some(kind) = policy.r#type else {
            self.unless(false, &format!("{key}.type"), "is missing");
            return;
        };
        let name = kind.name();
        if !place.takes(kind) {
            let message = format!("a policy of type `{name}` cannot be part of another one here");
            self.unless(false, &format!("{key}.type"), message);
            return;
        }
        for (block, set) in policy.blocks() {
            let block_key = format!("{key}.{}", block.name());
            if block == kind {
                self.unless(
                    set,
                    &block_key,
                    format!("a policy of type `{name}` needs it"),
                );
            } else {
                let message = format!("has no effect in a policy of type `{name}`");
                self.unless(!set, &block_key, message);
            }
        }
        self.block(policy, kind, &format!("{key}.{name}"));
    }

    /// The block of the policy's type.
    fn block(&mut self, policy: &PolicyConfig, kind: Kind, key: &str) {
        match kind {
            Kind::And | Kind::Drop | Kind::Not | Kind::Composite => self.combined(policy, key),
            Kind::BytesLimiting | Kind::RateLimiting => self.rates(policy, key),
            Kind::BooleanAttribute | Kind::NumericAttribute | Kind::StringAttribute => {
                self.attributes(policy, key);
            }
            _ => self.others(policy, key),
        }
    }

    fn combined(&mut self, policy: &PolicyConfig, key: &str) {
        if let Some(and) = &policy.and {
            self.list(
                &and.and_sub_policy,
                &format!("{key}.and_sub_policy"),
                Place::And,
            );
        }
        if let Some(drop) = &policy.drop {
            self.list(
                &drop.drop_sub_policy,
                &format!("{key}.drop_sub_policy"),
                Place::And,
            );
        }
        if let Some(composite) = &policy.composite {
            self.composite(composite, key);
        }
        if let Some(not) = &policy.not {
            let key = format!("{key}.not_sub_policy");
            match &not.not_sub_policy {
                Some(sub) => self.policy(sub, &key, Place::Not),
                None => self.unless(false, &key, "is missing"),
            }
        }
    }

    fn composite(&mut self, composite: &CompositeBlock, key: &str) {
        let subs = &composite.composite_sub_policy;
        self.list(
            subs,
            &format!("{key}.composite_sub_policy"),
            Place::Composite,
        );
        let total = composite.max_total_spans_per_second;
        let total_key = format!("{key}.max_total_spans_per_second");
        self.unless(total > 0, &total_key, "must be at least 1");
        let known = |name: &str| subs.iter().any(|sub| sub.name == name);
        for (index, name) in composite.policy_order.iter().enumerate() {
            let key = format!("{key}.policy_order[{index}]");
            self.unless(
                known(name),
                &key,
                format!("no policy here is named `{name}`"),
            );
        }
        for (index, part) in composite.rate_allocation.iter().enumerate() {
            let key = format!("{key}.rate_allocation[{index}].policy");
            let name = &part.policy;
            self.unless(
                known(name),
                &key,
                format!("no policy here is named `{name}`"),
            );
        }
        let percents = composite.rate_allocation.iter().map(|part| part.percent);
        let sum = percents.fold(0_u64, u64::saturating_add);
        let message = format!("the parts make {sum} percent, more than there is");
        self.unless(sum <= 100, &format!("{key}.rate_allocation"), message);
    }

    fn rates(&mut self, policy: &PolicyConfig, key: &str) {
        if let Some(bytes) = &policy.bytes_limiting {
            let key = format!("{key}.bytes_per_second");
            self.unless(bytes.bytes_per_second > 0, &key, "must be at least 1");
        }
        if let Some(rate) = &policy.rate_limiting {
            let key = format!("{key}.spans_per_second");
            self.unless(rate.spans_per_second > 0, &key, "must be at least 1");
        }
    }

    fn attributes(&mut self, policy: &PolicyConfig, key: &str) {
        let boolean = policy.boolean_attribute.as_ref().map(|block| &block.key);
        let numeric = policy.numeric_attribute.as_ref().map(|block| &block.key);
        let string = policy.string_attribute.as_ref().map(|block| &block.key);
        for attribute in [boolean, numeric, string].into_iter().flatten() {
            self.unless(!attribute.is_empty(), &format!("{key}.key"), "is missing");
        }
        if let Some(block) = &policy.numeric_attribute
            && let (Some(min), Some(max)) = (block.min_value, block.max_value)
        {
            let message = format!("{max} is less than min_value, {min}");
            self.unless(min <= max, &format!("{key}.max_value"), message);
        }
        if let Some(block) = &policy.string_attribute {
            self.texts(block, key);
        }
    }

    fn texts(&mut self, block: &StringAttributeBlock, key: &str) {
        let values = &block.values;
        self.unless(
            !values.is_empty(),
            &format!("{key}.values"),
            "needs at least one value",
        );
        for (index, value) in values
            .iter()
            .enumerate()
            .filter(|_| block.enabled_regex_matching)
        {
            if let Err(error) = Regex::new(value) {
                let last = error
                    .to_string()
                    .lines()
                    .last()
                    .unwrap_or_default()
                    .to_owned();
                let message = format!("`{value}` is not a regular expression: {last}");
                self.unless(false, &format!("{key}.values[{index}]"), message);
            }
        }
    }

    fn conditions(&mut self, block: &OttlConditionBlock, key: &str) {
        let lists = [
            ("span", Context::Span, &block.span),
            ("spanevent", Context::SpanEvent, &block.spanevent),
        ];
        let any = lists.iter().any(|(.., texts)| !texts.is_empty());
        self.unless(any, key, "needs a condition, in `span` or `spanevent`");
        for (list, context, texts) in lists {
            for (index, text) in texts.iter().enumerate() {
                if let Err(error) = Condition::parse(context, text) {
                    let key = format!("{key}.{list}[{index}]");
                    self.unless(false, &key, error.to_string());
                }
            }
        }
    }

    fn others(&mut self, policy: &PolicyConfig, key: &str) {
        if let Some(block) = &policy.latency {
            let (least, most) = (block.threshold_ms, block.upper_threshold_ms);
            let message = format!("{most} is not more than threshold_ms, {least}");
            let key = format!("{key}.upper_threshold_ms");
            self.unless(most == 0 || most > least, &key, message);
        }
        if let Some(block) = &policy.ottl_condition {
            self.conditions(block, key);
        }
        if let Some(block) = &policy.probabilistic {
            let percentage = block.sampling_percentage;
            let message = format!("`{percentage}` is not a percentage; write 0 to 100");
            let right = percentage.is_finite() && percentage >= 0.0;
            self.unless(right, &format!("{key}.sampling_percentage"), message);
        }
        if let Some(block) = &policy.span_count {
            let (min, max) = (block.min_spans, block.max_spans);
            let message = format!("{max} is less than min_spans, {min}");
            self.unless(max == 0 || min <= max, &format!("{key}.max_spans"), message);
        }
        if let Some(block) = &policy.status_code {
            let key = format!("{key}.status_codes");
            let message = "needs at least one of OK, ERROR, UNSET";
            self.unless(!block.status_codes.is_empty(), &key, message);
        }
        if let Some(block) = &policy.trace_state {
            self.unless(!block.key.is_empty(), &format!("{key}.key"), "is missing");
            let key = format!("{key}.values");
            self.unless(!block.values.is_empty(), &key, "needs at least one value");
        }
    }
}
