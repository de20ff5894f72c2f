//! Where a request that was seen becomes one that is tracked, on either side.

use std::sync::Arc;

use crate::describe::{Exchange, Side};
use crate::metrics::{Dimensions, Measurement};
use crate::record::clock::Started;
use crate::record::counts::RequestCounts;
use crate::record::guard::{Extras, SpanGuard};
use crate::record::recorder::{Describe, RecordedSpan as _, Recorder as _, Start};
use crate::record::shared::Shared;
use crate::record::tracked::Tracked;
use crate::settings::Settings;
use crate::view::RequestView;

/// A request that can be tracked.
pub(crate) trait Request: Describe {
    /// Which side sees it.
    const SIDE: Side;

    /// The request as hooks see it.
    fn view(&self) -> &RequestView<'_>;

    /// What to carry until the response, and until it is measured.
    fn exchange(&self, is_measured: bool) -> Exchange;

    /// What tells the series of its metrics apart.
    fn dimensions(&self) -> Dimensions;
}

/// A request that is tracked from now on.
#[derive(Debug)]
pub(crate) struct Begun {
    pub(crate) tracked: Tracked,
    /// Where its body is counted, to be left beside it.
    pub(crate) counts: Option<RequestCounts>,
}

/// Starts the span of `request`, tells the hooks, and begins to measure.
#[inline]
pub(crate) fn begin<R: Request>(
    settings: &Arc<Settings>,
    request: &R,
    how: Start<'_>,
    started: Started,
) -> Begun {
    let span = settings.telemetry.recorder().start(request, how);
    let recording = span.is_recording();
    let instruments = settings.telemetry.instruments(R::SIDE);
    if !recording && instruments.is_none() {
        return Begun {
            tracked: Tracked::Context(span.into_context()),
            counts: None,
        };
    }
    let exchange = request.exchange(instruments.is_some());
    let measurement = instruments.map(|instruments| {
        Measurement::start(
            instruments,
            request.dimensions(),
            &exchange,
            settings.body_sizes,
        )
    });
    let counts = settings.counts();
    let shared = Arc::new(Shared {
        exchange,
        started,
        settings: Arc::clone(settings),
    });
    let extras = Extras::of(measurement, counts.clone());
    let tracked = Tracked::Span(SpanGuard::new(span, shared, extras));
    if recording && !settings.hooks.is_empty() {
        settings.hooks.started(&tracked.current(), request.view());
    }
    Begun { tracked, counts }
}
