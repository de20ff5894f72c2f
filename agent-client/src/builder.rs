//! Setting a client up in code.

use std::sync::Arc;
use std::time::Duration;

use campanile_wire::otlp::Signal;
use opentelemetry::global;
use opentelemetry_sdk::Resource;

use crate::announce::Line;
use crate::client::Client;
use crate::endpoint::{Endpoint, without_credentials};
#[cfg(feature = "tls")]
use crate::environment::Tls;
use crate::environment::{Compression, Destination, Settings, TraceSampler, Warning};
use crate::error::InitError;
use crate::guard::Guard;
use crate::identity::{self, process};
use crate::protocol::Protocol;
use crate::providers::{Exporters, Providers};
use crate::queue::Overflow;

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
    /// let (providers, guard) = AgentClient::with_settings(Settings::default())
    ///     .service_name("shop")
    ///     .build()?;
    /// providers.tracer_provider.tracer("example").in_span("work", |_| {});
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

    /// Sets `service.name` and `service.version` where nothing else does: the environment wins.
    /// The macro [`init!`](crate::init!) gives what the caller's Cargo.toml says.
    pub fn default_service(mut self, name: &str, version: &str) -> Self {
        self.settings.default_service = Some((name.to_owned(), version.to_owned()));
        self
    }

    /// Sets the protocol spoken to the agent. What it has no messages for is not sent.
    pub fn protocol(self, protocol: Protocol) -> Self {
        self.each(|destination| destination.protocol = protocol)
    }

    /// Sets where the agent is: `http://HOST:PORT`, `https://HOST:PORT` or `unix:PATH`.
    pub fn endpoint(mut self, endpoint: &str) -> Self {
        match Endpoint::parse(endpoint) {
            Ok(endpoint) => self.each(|to| to.endpoint = Some(endpoint.clone())),
            Err(error) => {
                let endpoint = without_credentials(endpoint);
                self.mistake = Some(InitError::Endpoint {
                    endpoint,
                    expected: error.expected(),
                });
                self
            }
        }
    }

    /// Adds a header to every OTLP request. The value is taken for a secret.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        for signal in Signal::ALL {
            let destination = self.settings.destination_mut(signal);
            if let Err(reason) = destination.headers.insert(name, value) {
                self.mistake = Some(InitError::Header {
                    name: name.to_owned(),
                    reason,
                });
            }
        }
        self
    }

    /// Sets how requests are compressed; not at all unless told otherwise.
    pub fn compression(self, compression: Compression) -> Self {
        self.each(|destination| destination.compression = compression)
    }

    /// Sets the certificates for endpoints with `https`; the system's authorities and no client
    /// certificate unless told otherwise.
    #[cfg(feature = "tls")]
    pub fn tls(self, tls: &Tls) -> Self {
        self.each(|destination| destination.tls = tls.clone())
    }

    /// Sets whether spans are sent; they are unless told otherwise.
    pub const fn traces(mut self, export: bool) -> Self {
        self.settings.traces.export = export;
        self
    }

    /// Sets whether metrics are sent; they are unless told otherwise.
    pub const fn metrics(mut self, export: bool) -> Self {
        self.settings.metrics.export = export;
        self
    }

    /// Sets whether log records are sent; they are unless told otherwise.
    pub const fn logs(mut self, export: bool) -> Self {
        self.settings.logs.export = export;
        self
    }

    /// Sets the time between two collections of metrics; a minute unless told otherwise.
    pub const fn metric_interval(mut self, interval: Duration) -> Self {
        self.settings.collection.interval = interval;
        self
    }

    /// Sets the memory that waiting items may use, for each signal; 8 MiB unless told otherwise.
    pub const fn buffer_bytes(mut self, bytes: usize) -> Self {
        self.settings.buffer_bytes = bytes;
        self
    }

    /// Sets what gives way when the buffer is full; the newest unless told otherwise. Of metrics it
    /// is always the oldest: they are running totals.
    pub const fn overflow(mut self, overflow: Overflow) -> Self {
        self.settings.overflow = overflow;
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

    /// Sets the longest time a span or log record waits for others; one second unless told
    /// otherwise.
    pub const fn schedule_delay(mut self, delay: Duration) -> Self {
        self.settings.trace_batching.schedule_delay = delay;
        self.settings.log_batching.schedule_delay = delay;
        self
    }

    /// Sets the longest wait for one answer of the agent; ten seconds unless told otherwise.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.each(|destination| destination.timeout = timeout)
    }

    /// Sets which traces are recorded.
    pub const fn sampler(mut self, sampler: TraceSampler) -> Self {
        self.settings.sampler = sampler;
        self
    }

    /// Makes the providers and their guard and installs none of them. What is recorded goes to the
    /// agent as long as the guard lives.
    ///
    /// # Errors
    ///
    /// When an endpoint or header given to this builder is none, or when the system gives no
    /// thread.
    pub fn build(self) -> Result<(Providers, Guard), InitError> {
        let (settings, warnings) = self.checked()?;
        let resource = identity::resource(&settings, process::started());
        let clients = start(&settings, &resource)?;
        let providers = Providers::new(&settings, &resource, &clients);
        let meters = Some(providers.meter_provider.clone());
        Ok((providers, Guard::new(clients, meters, warnings)))
    }

    /// Makes exporters for a program that has providers already, such as an application of
    /// `logfire`. Their resource is the providers'.
    ///
    /// Settings about sampling, limits, batching of the SDK and collection are the providers'
    /// business and not looked at.
    ///
    /// # Errors
    ///
    /// When an endpoint or header given to this builder is none, or when the system gives no
    /// thread.
    ///
    /// # Example
    ///
    /// ```
    /// use campanile_agent_client::AgentClient;
    /// use campanile_agent_client::opentelemetry_sdk::trace::SdkTracerProvider;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (exporters, guard) = AgentClient::builder().build_exporters()?;
    /// let provider = SdkTracerProvider::builder()
    ///     .with_span_processor(exporters.spans.into_processor())
    ///     .build();
    /// # drop((provider, guard));
    /// # Ok(())
    /// # }
    /// ```
    pub fn build_exporters(self) -> Result<(Exporters, Guard), InitError> {
        let (settings, warnings) = self.checked()?;
        let resource = identity::resource(&settings, process::started());
        let clients = start(&settings, &resource)?;
        let exporters = Exporters::new(&settings, &clients);
        Ok((exporters, Guard::new(clients, None, warnings)))
    }

    /// Like [`build`](Self::build), and installs the providers of traces and metrics and the
    /// propagators globally. There is no global provider of loggers: a bridge takes it from
    /// [`Guard::logger_provider`].
    ///
    /// # Errors
    ///
    /// Those of [`build`](Self::build).
    pub fn init(self) -> Result<Guard, InitError> {
        let disabled = self.settings.disabled;
        let log_level = self.settings.log_level;
        let (providers, mut guard) = self.build()?;
        for warning in guard.warnings() {
            Line::Warn(warning.to_string()).log(log_level);
        }
        // Switching the SDK off leaves propagation on.
        // https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
        global::set_text_map_propagator(providers.propagator.clone());
        if !disabled {
            global::set_tracer_provider(providers.tracer_provider.clone());
            global::set_meter_provider(providers.meter_provider.clone());
        }
        guard.installed(providers);
        Ok(guard)
    }

    fn each(mut self, set: impl Fn(&mut Destination)) -> Self {
        for signal in Signal::ALL {
            set(self.settings.destination_mut(signal));
        }
        self
    }

    fn checked(self) -> Result<(Arc<Settings>, Vec<Warning>), InitError> {
        match self.mistake {
            Some(mistake) => Err(mistake),
            None => Ok((Arc::new(self.settings.bounded()), self.warnings)),
        }
    }
}

/// Starts a client for every destination; signals that go to one place share it.
fn start(settings: &Arc<Settings>, resource: &Resource) -> Result<Vec<Arc<Client>>, InitError> {
    let mut groups: Vec<Vec<Signal>> = Vec::new();
    for signal in Signal::ALL {
        let destination = settings.destination(signal);
        if settings.disabled || !destination.export {
            continue;
        }
        let same = |group: &&mut Vec<Signal>| {
            let first = group.first().map(|first| settings.destination(*first));
            first == Some(destination)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(signal),
            None => groups.push(vec![signal]),
        }
    }
    let clients = groups
        .iter()
        .map(|group| Client::start(group, settings, resource));
    clients.collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Level, Metadata, Subscriber};

    use super::{AgentClient, Builder};
    use crate::environment::Settings;

    /// Counts warnings and errors.
    struct Counter(Arc<AtomicUsize>);

    impl Subscriber for Counter {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            *metadata.level() <= Level::WARN
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

    #[test]
    fn a_signal_that_is_switched_off_is_no_mistake() {
        let count = Arc::new(AtomicUsize::new(0));
        let builder = AgentClient::with_settings(Settings::default())
            .traces(false)
            .metrics(false)
            .logs(false);
        tracing::subscriber::with_default(Counter(Arc::clone(&count)), || {
            drop(builder.build().unwrap());
        });
        // The SDK says so in its own log, which a feature of its own switches on.
        assert_eq!(count.load(Ordering::Relaxed), 0);
    }
}
