//! Setting a client up in code.

use std::sync::Arc;
use std::time::Duration;

use campanile_propagation::Propagator;
use opentelemetry::global;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, SpanLimits};

use crate::client::Client;
use crate::endpoint::{Endpoint, without_credentials};
use crate::environment::{Settings, TraceSampler, Warning};
use crate::error::InitError;
use crate::exporter::AgentSpanExporter;
use crate::guard::Guard;
use crate::processor::QueueProcessor;
use crate::protocol::Protocol;
use crate::queue::{Bounds, Queue};
use crate::{identity, process, worker};

/// Bytes of spans, by estimate, in one request: well below the 4 MiB that gRPC servers take.
const BATCH_BYTES: usize = 1 << 20;

/// Where a client begins.
#[derive(Debug)]
pub struct AgentClient(());

impl AgentClient {
    /// A client as the environment wants it; what the builder is told wins.
    pub fn builder() -> Builder {
        let (settings, warnings) = Settings::from_env();
        Builder {
            settings,
            warnings,
            mistake: None,
        }
    }

    /// A client with exactly these settings; the environment is not looked at.
    ///
    /// # Example
    ///
    /// ```
    /// use campanile_agent_client::{AgentClient, environment::Settings};
    /// use opentelemetry::trace::{Tracer, TracerProvider};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (provider, guard) = AgentClient::with_settings(Settings::default())
    ///     .service_name("shop")
    ///     .build()?;
    /// provider.tracer("example").in_span("work", |_| {});
    /// assert_eq!(guard.stats().ended, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub const fn with_settings(settings: Settings) -> Builder {
        Builder {
            settings,
            warnings: Vec::new(),
            mistake: None,
        }
    }
}

/// Sets a client up. What is wrong comes out at the end, from `build` or `init`.
///
/// Any time may be given: one longer than 49 days counts as 49 days.
#[derive(Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct Builder {
    settings: Settings,
    warnings: Vec<Warning>,
    mistake: Option<InitError>,
}

impl Builder {
    /// Sets `service.name`.
    pub fn service_name(mut self, name: impl Into<String>) -> Self {
        self.settings.service_name = Some(name.into());
        self
    }

    /// Sets `service.version`, usually `env!("CARGO_PKG_VERSION")`.
    pub fn service_version(mut self, version: impl Into<String>) -> Self {
        self.settings.service_version = Some(version.into());
        self
    }

    /// Adds an attribute to the resource; the last one of a name wins.
    pub fn resource_attribute(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings
            .resource_attributes
            .push((key.into(), value.into()));
        self
    }

    /// Sets the protocol spoken to the agent.
    pub const fn protocol(mut self, protocol: Protocol) -> Self {
        self.settings.protocol = protocol;
        self
    }

    /// Sets where the agent is: `http://HOST:PORT`.
    pub fn endpoint(mut self, endpoint: &str) -> Self {
        match Endpoint::parse(endpoint) {
            Ok(endpoint) => self.settings.agent_endpoint = Some(endpoint),
            Err(error) => {
                let endpoint = without_credentials(endpoint);
                self.mistake = Some(InitError::Endpoint {
                    endpoint,
                    expected: error.expected(),
                });
            }
        }
        self
    }

    /// Adds a header to every OTLP request. The value is taken for a secret.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Err(reason) = self.settings.headers.insert(name, value) {
            self.mistake = Some(InitError::Header {
                name: name.to_owned(),
                reason,
            });
        }
        self
    }

    /// Sets the memory that waiting spans may use, by estimate; 8 MiB unless told otherwise.
    pub const fn buffer_bytes(mut self, bytes: usize) -> Self {
        self.settings.buffer_bytes = bytes;
        self
    }

    /// Sets the pause between attempts while the agent is away; five seconds unless told
    /// otherwise.
    pub const fn reconnect_interval(mut self, interval: Duration) -> Self {
        self.settings.reconnect_interval = interval;
        self
    }

    /// Sets how long dropping the guard may take; 500 ms unless told otherwise.
    pub const fn flush_timeout(mut self, timeout: Duration) -> Self {
        self.settings.flush_timeout = timeout;
        self
    }

    /// Sets the longest time a span waits for others; one second unless told otherwise.
    pub const fn schedule_delay(mut self, delay: Duration) -> Self {
        self.settings.schedule_delay = delay;
        self
    }

    /// Sets the longest wait for one answer of the agent; ten seconds unless told otherwise.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// Sets which traces are recorded.
    pub const fn sampler(mut self, sampler: TraceSampler) -> Self {
        self.settings.sampler = sampler;
        self
    }

    /// Makes a tracer provider and its guard and installs neither. Spans of the provider go to the
    /// agent as long as the guard lives.
    ///
    /// # Errors
    ///
    /// When an endpoint or header given to this builder is none, or when the system gives no
    /// thread.
    pub fn build(self) -> Result<(SdkTracerProvider, Guard), InitError> {
        let (settings, warnings) = self.checked()?;
        let resource = identity::resource(&settings, process::started());
        let builder = SdkTracerProvider::builder()
            .with_resource(resource.clone())
            .with_span_limits(span_limits(&settings));
        if settings.disabled {
            let provider = builder.with_sampler(Sampler::AlwaysOff).build();
            return Ok((provider, Guard::new(None, warnings)));
        }
        let builder = builder.with_sampler(settings.sampler.to_sdk());
        if !settings.export {
            return Ok((builder.build(), Guard::new(None, warnings)));
        }
        let client = start(&settings, resource)?;
        let provider = builder.with_span_processor(QueueProcessor::new(Arc::clone(&client)));
        Ok((provider.build(), Guard::new(Some(client), warnings)))
    }

    /// Makes an exporter for a program that has a tracer provider already. Its resource is the
    /// provider's.
    ///
    /// Settings about sampling, limits and whether spans are made at all are the provider's
    /// business and not looked at.
    ///
    /// # Errors
    ///
    /// When an endpoint or header given to this builder is none, or when the system gives no
    /// thread.
    pub fn build_exporter(self) -> Result<(AgentSpanExporter, Guard), InitError> {
        let (settings, warnings) = self.checked()?;
        let resource = identity::resource(&settings, process::started());
        let client = start(&settings, resource)?;
        Ok((
            AgentSpanExporter::new(Arc::clone(&client)),
            Guard::new(Some(client), warnings),
        ))
    }

    /// Like [`build`](Self::build), and installs the provider and the propagators globally.
    ///
    /// # Errors
    ///
    /// Those of [`build`](Self::build).
    pub fn init(self) -> Result<Guard, InitError> {
        let (propagator, _) = Propagator::from_names(&self.settings.propagators);
        let disabled = self.settings.disabled;
        let (provider, guard) = self.build()?;
        for warning in guard.warnings() {
            tracing::warn!("{warning}");
        }
        // Switching the SDK off leaves propagation on.
        // https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
        global::set_text_map_propagator(propagator);
        if !disabled {
            global::set_tracer_provider(provider);
        }
        Ok(guard)
    }

    fn checked(self) -> Result<(Settings, Vec<Warning>), InitError> {
        match self.mistake {
            Some(mistake) => Err(mistake),
            None => Ok((self.settings.bounded(), self.warnings)),
        }
    }
}

fn start(settings: &Settings, resource: Resource) -> Result<Arc<Client>, InitError> {
    let max_spans = settings.max_buffer_spans.unwrap_or(usize::MAX);
    let queue = Queue::new(Bounds {
        max_bytes: settings.buffer_bytes,
        max_spans,
        batch_spans: settings.max_batch_spans.clamp(1, max_spans.max(1)),
        batch_bytes: BATCH_BYTES,
    });
    let endpoint = settings.endpoint().to_string();
    let client = Client::new(queue, resource, endpoint, settings.flush_timeout);
    worker::start(&client, settings)?;
    Ok(client)
}

fn span_limits(settings: &Settings) -> SpanLimits {
    let limits = settings.limits;
    SpanLimits {
        max_events_per_span: limits.events_per_span,
        max_attributes_per_span: limits.attributes_per_span,
        max_links_per_span: limits.links_per_span,
        max_attributes_per_event: limits.attributes_per_event,
        max_attributes_per_link: limits.attributes_per_link,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Level, Metadata, Subscriber};

    use super::Builder;
    use crate::environment::Settings;

    /// Counts warnings.
    struct Counter(Arc<AtomicUsize>);

    impl Subscriber for Counter {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            *metadata.level() == Level::WARN
        }

        fn event(&self, _: &Event<'_>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn init_says_each_thing_it_does_not_understand_once() {
        let (settings, warnings) = Settings::from_lookup(|name| {
            let value = match name {
                "OTEL_SDK_DISABLED" => "true",
                "OTEL_TRACES_SAMPLER" | "OTEL_EXPORTER_OTLP_ENDPOINT" => "nonsense",
                _ => return None,
            };
            Some(value.to_owned())
        });
        let builder = Builder {
            settings,
            warnings,
            mistake: None,
        };
        let count = Arc::new(AtomicUsize::new(0));
        let guard = tracing::subscriber::with_default(Counter(Arc::clone(&count)), || {
            builder.init().unwrap()
        });
        assert_eq!(count.load(Ordering::Relaxed), 2);
        assert_eq!(guard.warnings().len(), 2);
    }
}
