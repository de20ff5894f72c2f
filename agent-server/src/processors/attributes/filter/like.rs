//! What an item is like.

use campanile_wire::otlp::edit::{Draft, Kind};
use campanile_wire::otlp::view::{AnyValue, LogRecord, Metric, Resource, Scope, Span};

use super::super::config::{MatchType, Properties, Severity};
use super::matching::{Attr, Lib};
use super::texts::Texts;
use crate::component::BuildError;

/// Properties, ready to be compared. One that items of a signal do not have, none of them has.
#[derive(Debug)]
pub(super) struct Like {
    services: Option<Texts>,
    resources: Vec<Attr>,
    libraries: Vec<Lib>,
    attributes: Vec<Attr>,
    span: SpanLike,
    log: LogLike,
    metric_names: Option<Texts>,
}

#[derive(Debug)]
struct SpanLike {
    names: Option<Texts>,
    kinds: Option<Texts>,
}

#[derive(Debug)]
struct LogLike {
    bodies: Option<Texts>,
    severity_texts: Option<Texts>,
    severity: Option<Severity>,
}

/// `SpanKind` by number.
pub(super) const KINDS: [&str; 6] = [
    "SPAN_KIND_UNSPECIFIED",
    "SPAN_KIND_INTERNAL",
    "SPAN_KIND_SERVER",
    "SPAN_KIND_CLIENT",
    "SPAN_KIND_PRODUCER",
    "SPAN_KIND_CONSUMER",
];

impl Like {
    /// Properties that were checked, at `key` of the configuration.
    pub(super) fn new(key: &str, properties: &Properties) -> Result<Self, BuildError> {
        let how = properties.match_type.unwrap_or(MatchType::Strict);
        let texts = |texts: &[String]| Texts::new(key, how, texts);
        Ok(Self {
            services: texts(&properties.services)?,
            resources: Attr::all(key, how, &properties.resources)?,
            libraries: Lib::all(key, how, &properties.libraries)?,
            attributes: Attr::all(key, how, &properties.attributes)?,
            span: SpanLike {
                names: texts(&properties.span_names)?,
                kinds: texts(&properties.span_kinds)?,
            },
            log: LogLike {
                bodies: texts(&properties.log_bodies)?,
                severity_texts: texts(&properties.log_severity_texts)?,
                severity: properties.log_severity_number.clone(),
            },
            metric_names: texts(&properties.metric_names)?,
        })
    }

    /// Whether a resource has what is asked of resources.
    pub(super) fn resource(&self, resource: Resource<'_>) -> bool {
        let service = || match resource.attributes().find("service.name") {
            Some(name) => name.to_string(),
            None => String::new(),
        };
        let services = self.services.as_ref();
        services.is_none_or(|services| services.are_like(&service()))
            && self
                .resources
                .iter()
                .all(|attribute| attribute.is_in(resource.attributes()))
    }

    /// Whether a scope has what is asked of scopes.
    pub(super) fn scope(&self, scope: Scope<'_>) -> bool {
        self.libraries.iter().all(|library| library.is(scope))
    }

    /// Whether a span or log record has what is asked of items.
    pub(super) fn item(&self, item: &Draft<'_>) -> bool {
        let is = match item.kind() {
            Kind::Span => self.log.asks_nothing() && self.span.is(&Span::new(item.bytes())),
            Kind::LogRecord => {
                self.span.asks_nothing() && self.log.is(&LogRecord::new(item.bytes()))
            }
            _ => false,
        };
        is && self.metric_names.is_none() && self.has_attributes(item)
    }

    /// Whether a metric has what is asked of metrics.
    pub(super) fn metric(&self, metric: &Metric<'_>) -> bool {
        let names = self.metric_names.as_ref();
        self.span.asks_nothing()
            && self.log.asks_nothing()
            && names.is_none_or(|names| names.are_like(metric.name))
    }

    /// Whether a data point has what is asked of items.
    pub(super) fn point(&self, point: &Draft<'_>) -> bool {
        self.has_attributes(point)
    }

    fn has_attributes(&self, item: &Draft<'_>) -> bool {
        let attributes = item.attributes();
        self.attributes.iter().all(|it| it.is_in(attributes))
    }
}

impl SpanLike {
    fn asks_nothing(&self) -> bool {
        self.names.is_none() && self.kinds.is_none()
    }

    fn is(&self, span: &Span<'_>) -> bool {
        let number = usize::try_from(span.kind).unwrap_or(usize::MAX);
        let kind = KINDS.get(number).copied().unwrap_or_default();
        let like = |texts: &Option<Texts>, text: &str| {
            let texts = texts.as_ref();
            texts.is_none_or(|texts| texts.are_like(text))
        };
        like(&self.names, span.name) && like(&self.kinds, kind)
    }
}

impl LogLike {
    fn asks_nothing(&self) -> bool {
        self.bodies.is_none() && self.severity_texts.is_none() && self.severity.is_none()
    }

    fn is(&self, record: &LogRecord<'_>) -> bool {
        let bodies = self.bodies.as_ref();
        let texts = self.severity_texts.as_ref();
        let severity = self.severity.as_ref();
        bodies.is_none_or(|bodies| match record.body() {
            AnyValue::Text(body) => bodies.are_like(body),
            body => bodies.are_like(&body.to_string()),
        }) && texts.is_none_or(|texts| texts.are_like(record.severity_text))
            && severity.is_none_or(|severity| match record.severity_number {
                0 => severity.match_undefined,
                number => number >= severity.min,
            })
    }
}
