//! What the environment says, read once into a value.
//!
//! [`Settings::from_env`] reads the process's environment, [`Settings::from_lookup`] any other
//! source of names and values. Neither fails: what is not understood becomes a [`Warning`] that
//! names the variable, its value, what would be accepted and what is used instead. An empty value
//! counts as unset. `BYTES` and counts are decimal numbers, times are milliseconds.
//!
//! | variable | values | default | effect |
//! |---|---|---|---|
//! | `CAMPANILE_AGENT_PROTOCOL` | `otlp`, `opencensus` | `otlp` | protocol spoken to the agent |
//! | `CAMPANILE_AGENT_ENDPOINT` | `http://HOST:PORT`, `HOST:PORT` | see below | where the agent is, for either protocol |
//! | `CAMPANILE_AGENT_RECONNECT_INTERVAL` | ms, at least 1 | 5000 | pause between attempts while the agent is away |
//! | `CAMPANILE_AGENT_BUFFER_BYTES` | bytes, at least 65536 | 8388608 | memory that waiting spans may use |
//! | `OTEL_SDK_DISABLED` | `true`, `false` | `false` | `true`: no spans are made; propagators still work |
//! | `OTEL_SERVICE_NAME` | text | `unknown_service:EXECUTABLE` | `service.name` |
//! | `OTEL_RESOURCE_ATTRIBUTES` | `k=v,k=v`, percent-encoded | none | attributes of the resource |
//! | `OTEL_TRACES_EXPORTER` | `otlp`, `none` | `otlp` | `none`: spans are made and thrown away |
//! | `OTEL_PROPAGATORS` | names of formats, or `none` | `tracecontext,baggage` | headers read and written |
//! | `OTEL_TRACES_SAMPLER` | `always_on`, `always_off`, `traceidratio`, `parentbased_always_on`, `parentbased_always_off`, `parentbased_traceidratio` | `parentbased_always_on` | which traces are recorded |
//! | `OTEL_TRACES_SAMPLER_ARG` | a number from 0 to 1 | 1 | the ratio of the two ratio samplers |
//! | `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, `OTEL_EXPORTER_OTLP_ENDPOINT` | `http://HOST:PORT` | `http://127.0.0.1:4317` | where the agent is, for OTLP; `https` is not supported yet |
//! | `OTEL_EXPORTER_OTLP_TRACES_INSECURE`, `OTEL_EXPORTER_OTLP_INSECURE` | `true`, `false` | `false` | `true`: an endpoint may be written without `http://` |
//! | `OTEL_EXPORTER_OTLP_TRACES_HEADERS`, `OTEL_EXPORTER_OTLP_HEADERS` | `k=v,k=v`, percent-encoded | none | headers of every OTLP request; never logged |
//! | `OTEL_EXPORTER_OTLP_TRACES_TIMEOUT`, `OTEL_EXPORTER_OTLP_TIMEOUT` | ms, at least 1 | 10000 | longest wait for one answer |
//! | `OTEL_EXPORTER_OTLP_TRACES_PROTOCOL`, `OTEL_EXPORTER_OTLP_PROTOCOL` | `grpc` | `grpc` | the encoding of OTLP |
//! | `OTEL_BSP_SCHEDULE_DELAY` | ms | 1000 | longest time a span waits for others |
//! | `OTEL_BSP_MAX_EXPORT_BATCH_SIZE` | spans, at least 1 | 512 | most spans in one request |
//! | `OTEL_BSP_EXPORT_TIMEOUT` | ms, at least 1 | 30000 | like the timeout above; the shorter counts |
//! | `OTEL_BSP_MAX_QUEUE_SIZE` | spans, at least 1 | none | a bound in spans beside the one in bytes |
//! | `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`, `OTEL_ATTRIBUTE_COUNT_LIMIT` | count | 128 | attributes of a span |
//! | `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`, `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT` | count | none | characters of a text in an attribute of a span |
//! | `OTEL_SPAN_EVENT_COUNT_LIMIT` | count | 128 | events of a span |
//! | `OTEL_SPAN_LINK_COUNT_LIMIT` | count | 128 | links of a span |
//! | `OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT` | count | 128 | attributes of an event |
//! | `OTEL_LINK_ATTRIBUTE_COUNT_LIMIT` | count | 128 | attributes of a link |
//!
//! Of two names in a row, the first wins. The endpoint is the first of
//! `CAMPANILE_AGENT_ENDPOINT`, (for OTLP) the two `OTEL_EXPORTER_OTLP_*ENDPOINT` and the protocol's
//! default: `http://127.0.0.1:4317` for OTLP, `http://127.0.0.1:55678` for OpenCensus.
//!
//! `OTEL_BSP_SCHEDULE_DELAY` is 5000 by the specification. The agent is on the same machine, where
//! waiting longer saves next to nothing and a person looking for a trace waits with it.
//!
//! <https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/>,
//! <https://opentelemetry.io/docs/specs/otel/protocol/exporter/>

mod agent;
mod batching;
mod destination;
mod limits;
mod lookup;
mod otlp;
mod reader;
mod sampler;
mod settings;
#[cfg(test)]
mod tests;
mod warning;

pub use self::destination::{Compression, Destination, Tls};
pub use self::sampler::TraceSampler;
pub use self::settings::{Batching, Collection, Limits, LogLevel, Settings};
pub use self::warning::Warning;
pub use crate::endpoint::Endpoint;
pub use crate::headers::Headers;
