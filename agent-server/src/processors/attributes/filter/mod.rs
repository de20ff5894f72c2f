//! Which items are meant.

mod check;
mod like;
mod matching;
mod texts;

use campanile_wire::otlp::edit::Draft;
use campanile_wire::otlp::view::{Metric, Resource, Scope};

pub(super) use self::check::check;
use self::like::Like;
use super::config::Config;
use crate::component::BuildError;

/// `include` and `exclude`.
#[derive(Debug)]
pub(super) struct Filter {
    include: Option<Like>,
    exclude: Option<Like>,
}

/// Whether the items of a resource or scope may be meant, by what is above them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Above {
    /// They are, unless an item is like what `exclude` says.
    Excludable,
    /// None is.
    Excluded,
    /// They are, whatever `exclude` says.
    Included,
}

impl Filter {
    /// The filter of a configuration that was [checked](check()).
    pub(super) fn new(config: &Config) -> Result<Self, BuildError> {
        let like = |key, properties: &Option<_>| {
            let like = properties.as_ref().map(|it| Like::new(key, it));
            like.transpose()
        };
        Ok(Self {
            include: like("include", &config.include)?,
            exclude: like("exclude", &config.exclude)?,
        })
    }

    /// Whether there is nothing to ask.
    pub(super) fn is_open(&self) -> bool {
        self.include.is_none() && self.exclude.is_none()
    }

    pub(super) fn resource(&self, resource: Resource<'_>) -> Above {
        self.above(Above::Excludable, |like| like.resource(resource))
    }

    /// What is so for a scope of a resource for which `above` is so.
    pub(super) fn scope(&self, above: Above, scope: Scope<'_>) -> Above {
        self.above(above, |like| like.scope(scope))
    }

    fn above(&self, above: Above, is: impl Fn(&Like) -> bool) -> Above {
        if self.include.as_ref().is_some_and(|include| !is(include)) {
            return Above::Excluded;
        }
        match &self.exclude {
            Some(exclude) if above == Above::Excludable && is(exclude) => Above::Excludable,
            _ if above == Above::Excluded => Above::Excluded,
            _ => Above::Included,
        }
    }

    /// Whether a span or log record is meant.
    pub(super) fn item(&self, above: Above, item: &Draft<'_>) -> bool {
        self.holds(above, |like| like.item(item))
    }

    /// What is so for the points of a metric of a scope for which `above` is so.
    pub(super) fn metric(&self, above: Above, metric: &Metric<'_>) -> Above {
        self.above(above, |like| like.metric(metric))
    }

    /// Whether a point of a metric is meant.
    pub(super) fn point(&self, above: Above, point: &Draft<'_>) -> bool {
        self.holds(above, |like| like.point(point))
    }

    fn holds(&self, above: Above, is: impl Fn(&Like) -> bool) -> bool {
        let excluded = |exclude: &Like| above == Above::Excludable && is(exclude);
        above != Above::Excluded
            && self.include.as_ref().is_none_or(&is)
            && !self.exclude.as_ref().is_some_and(excluded)
    }
}
