//! What servers and clients are told alike.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::describe::Side;
use crate::describe::capture::{Captured, Direction};
use crate::describe::legacy::Stability;
use crate::describe::methods::KnownMethods;
use crate::describe::optional::{Asked, Optional};
use crate::describe::redact::Redaction;
use crate::environment::Environment;
use crate::filter::Filters;
use crate::hooks::{self, Hooks};
use crate::record::RequestCounts;
use crate::request::SpanName;
use crate::telemetry::Telemetry;
use crate::view::RequestView;

type Name = dyn Fn(&RequestView<'_>) -> Option<Cow<'static, str>> + Send + Sync;

/// A function that says a text about a request.
#[derive(Clone)]
pub(crate) struct TextOf(Arc<Name>);

impl TextOf {
    pub(crate) fn new(
        text: impl Fn(&RequestView<'_>) -> Option<Cow<'static, str>> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(text))
    }

    /// The text, if there is one that is not empty.
    pub(crate) fn of(&self, request: &RequestView<'_>) -> Option<Cow<'static, str>> {
        hooks::guarded(|| (self.0)(request))
            .flatten()
            .filter(|text| !text.is_empty())
    }
}

impl fmt::Debug for TextOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextOf").finish_non_exhaustive()
    }
}

/// What a layer was told, beside what only one side knows.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) telemetry: Telemetry,
    pub(crate) filters: Filters,
    pub(crate) span_name: Option<TextOf>,
    pub(crate) hooks: Hooks,
    pub(crate) methods: KnownMethods,
    pub(crate) redaction: Redaction,
    pub(crate) request_headers: Captured,
    pub(crate) response_headers: Captured,
    pub(crate) optional: Optional,
    pub(crate) body_sizes: bool,
    pub(crate) message_counts: bool,
    pub(crate) server_timing: bool,
    pub(crate) stability: Stability,
}

impl Settings {
    /// What the environment says for `side`.
    pub(crate) fn from_environment(side: Side) -> Self {
        Environment::of_process().settings(side)
    }

    /// The name that the application has chosen for the span of `request`, by the request or by the
    /// layer.
    pub(crate) fn chosen_name(&self, request: &RequestView<'_>) -> Option<Cow<'static, str>> {
        if let Some(SpanName(name)) = request.extensions().get()
            && !name.is_empty()
        {
            return Some(name.clone());
        }
        self.span_name.as_ref()?.of(request)
    }

    /// Where the body of a request is counted, if anybody wants to know.
    #[inline]
    pub(crate) fn counts(&self) -> Option<RequestCounts> {
        (self.body_sizes || self.message_counts).then(RequestCounts::default)
    }

    /// Records what these names of the conventions ask for.
    pub(crate) fn ask_for<N: AsRef<str>>(&mut self, names: impl IntoIterator<Item = N>) {
        let asked = Asked::sort(names);
        if !asked.unknown.is_empty() {
            let unknown = asked.unknown.join(", ");
            tracing::warn!("request attributes that nobody knows are not recorded: {unknown}");
        }
        self.optional = asked.optional;
        self.request_headers = self.request_headers.and(Direction::Request, asked.headers);
    }

    /// What is recorded at the start of what was asked for: a size that will be counted waits for
    /// the end.
    pub(crate) fn optional_at_start(&self) -> Optional {
        if self.body_sizes {
            self.optional.without(Optional::REQUEST_BODY_SIZE)
        } else {
            self.optional
        }
    }
}
