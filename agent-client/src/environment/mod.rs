//! What the environment says, read once into a value.
//!
//! [`Settings::from_env`] reads the process's environment, [`Settings::from_lookup`] any other
//! source of names and values. Neither fails: what is not understood becomes a [`Warning`] that
//! names the variable, its value, what would be accepted and what is used instead. An empty value
//! counts as unset. Bytes and counts are decimal numbers, times are milliseconds; names are
//! understood in any case.
//!
//! | variable | values | default | effect |
//! |---|---|---|---|
//! | `OTEL_CONFIG_FILE` | path of a YAML file | none | configures all in place of the other `OTEL_*`; see below |
//! | `OTEL_SDK_DISABLED` | `true`, `false` | `false` | `true`: nothing is recorded; propagators still work |
//! | `OTEL_SERVICE_NAME` | text | `unknown_service:EXECUTABLE` | `service.name` |
//! | `OTEL_RESOURCE_ATTRIBUTES` | `k=v,k=v`, percent-encoded | none | attributes of the resource |
//! | `OTEL_LOG_LEVEL` | `none`, `error`, `warn`, `info` | `info` | which of its own lines the client writes |
//! | `OTEL_PROPAGATORS` | names of formats, or `none` | `tracecontext,baggage` | headers read and written |
//! | `OTEL_TRACES_SAMPLER` | `always_on`, `always_off`, `traceidratio`, `parentbased_always_on`, `parentbased_always_off`, `parentbased_traceidratio` | `parentbased_always_on` | which traces are recorded |
//! | `OTEL_TRACES_SAMPLER_ARG` | a number from 0 to 1 | 1 | the ratio of the two ratio samplers |
//! | `OTEL_TRACES_EXPORTER`, `OTEL_METRICS_EXPORTER`, `OTEL_LOGS_EXPORTER` | `otlp`, `none` | `otlp` | `none`: the signal is not sent |
//! | `OTEL_BSP_SCHEDULE_DELAY`, `OTEL_BLRP_SCHEDULE_DELAY` | ms | 1000 | longest time a span or log record waits for others |
//! | `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`, `OTEL_BLRP_MAX_EXPORT_BATCH_SIZE` | count, at least 1, at most the next | 512 | most spans or log records in one request |
//! | `OTEL_BSP_MAX_QUEUE_SIZE`, `OTEL_BLRP_MAX_QUEUE_SIZE` | count, at least 1 | none; the bound is in bytes | a bound in spans or log records beside the one in bytes |
//! | `OTEL_BSP_EXPORT_TIMEOUT`, `OTEL_BLRP_EXPORT_TIMEOUT`, `OTEL_METRIC_EXPORT_TIMEOUT` | ms, 0 is no limit | 30000 | like the exporter's timeout; the shorter counts |
//! | `OTEL_METRIC_EXPORT_INTERVAL` | ms, at least 1 | 60000 | time between two collections of metrics |
//! | `OTEL_METRICS_EXEMPLAR_FILTER` | `always_off` | `always_off` | none: the SDK for Rust takes no exemplars |
//! | `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`, `OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT`, `OTEL_ATTRIBUTE_COUNT_LIMIT` | count | 128 | attributes of a span, of a log record, of either |
//! | `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`, `OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT`, `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT` | count | none | characters of a text in an attribute of them |
//! | `OTEL_SPAN_EVENT_COUNT_LIMIT` | count | 128 | events of a span |
//! | `OTEL_SPAN_LINK_COUNT_LIMIT` | count | 128 | links of a span |
//! | `OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT` | count | 128 | attributes of an event |
//! | `OTEL_LINK_ATTRIBUTE_COUNT_LIMIT` | count | 128 | attributes of a link |
//! | `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT`, `OTEL_EXPORTER_OTLP_LOGS_ENDPOINT`, `OTEL_EXPORTER_OTLP_ENDPOINT` | `http://HOST:PORT`, `https://HOST:PORT`, `unix:PATH` | the protocol's | where the agent is; over HTTP, `/v1/traces` and the like go behind the path of the last, and the others are taken as they are |
//! | `OTEL_EXPORTER_OTLP_TRACES_INSECURE`, `OTEL_EXPORTER_OTLP_METRICS_INSECURE`, `OTEL_EXPORTER_OTLP_LOGS_INSECURE`, `OTEL_EXPORTER_OTLP_SPAN_INSECURE`, `OTEL_EXPORTER_OTLP_METRIC_INSECURE`, `OTEL_EXPORTER_OTLP_INSECURE` | `true`, `false` | `false` | `true`: an endpoint may be written without `http://`; `SPAN` and `METRIC` are obsolete names |
//! | `OTEL_EXPORTER_OTLP_TRACES_PROTOCOL`, `OTEL_EXPORTER_OTLP_METRICS_PROTOCOL`, `OTEL_EXPORTER_OTLP_LOGS_PROTOCOL`, `OTEL_EXPORTER_OTLP_PROTOCOL` | `grpc`, `http/protobuf`, `http/json` | `grpc` | the encoding of OTLP |
//! | `OTEL_EXPORTER_OTLP_TRACES_HEADERS`, `OTEL_EXPORTER_OTLP_METRICS_HEADERS`, `OTEL_EXPORTER_OTLP_LOGS_HEADERS`, `OTEL_EXPORTER_OTLP_HEADERS` | `k=v,k=v`, percent-encoded | none | headers of every OTLP request; never logged |
//! | `OTEL_EXPORTER_OTLP_TRACES_TIMEOUT`, `OTEL_EXPORTER_OTLP_METRICS_TIMEOUT`, `OTEL_EXPORTER_OTLP_LOGS_TIMEOUT`, `OTEL_EXPORTER_OTLP_TIMEOUT` | ms, 0 is no limit | 10000 | longest wait for one answer |
//! | `OTEL_EXPORTER_OTLP_TRACES_COMPRESSION`, `OTEL_EXPORTER_OTLP_METRICS_COMPRESSION`, `OTEL_EXPORTER_OTLP_LOGS_COMPRESSION`, `OTEL_EXPORTER_OTLP_COMPRESSION` | `none`, `gzip`, `zstd` with the feature `zstd` | `none` | how requests are compressed |
//! | `OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE`, `OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE`, `OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE`, `OTEL_EXPORTER_OTLP_CERTIFICATE` | path of a PEM file | the system's | authorities that are trusted |
//! | `OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE`, `OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE`, `OTEL_EXPORTER_OTLP_LOGS_CLIENT_CERTIFICATE`, `OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE` | path of a PEM file | none | the client's certificate, together with its key |
//! | `OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY`, `OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY`, `OTEL_EXPORTER_OTLP_LOGS_CLIENT_KEY`, `OTEL_EXPORTER_OTLP_CLIENT_KEY` | path of a PEM file | none | the key of the client's certificate |
//! | `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE` | `cumulative`, `delta`, `lowmemory` | `cumulative` | what points count from |
//! | `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION` | `explicit_bucket_histogram`, `base2_exponential_bucket_histogram` | `explicit_bucket_histogram` | the buckets of histograms |
//! | `CAMPANILE_AGENT_PROTOCOL` | `otlp`, `opencensus` | `otlp` | `opencensus`: spans and metrics go to an agent that speaks OpenCensus |
//! | `CAMPANILE_AGENT_ENDPOINT` | like those of OTLP, or `HOST:PORT` | the protocol's | where the agent is, for either protocol and all signals |
//! | `CAMPANILE_AGENT_RECONNECT_INTERVAL` | ms, at least 1 | 5000 | pause between attempts while the agent is away |
//! | `CAMPANILE_AGENT_FLUSH_TIMEOUT` | ms | 500 | longest time that dropping the guard may take |
//! | `CAMPANILE_AGENT_BUFFER_BYTES` | bytes, at least 65536 | 8388608 | memory that what waits may use, for each signal |
//! | `CAMPANILE_AGENT_DROP` | `newest`, `oldest` | `newest` | what gives way when that memory is full; of metrics always the oldest |
//!
//! Of several names in a row, the last one is for all signals, and the others, for one each, win.
//! One whose value is not understood counts as unset, but for an endpoint: whoever gets its own
//! wrong sends to the default, without headers, which could be secrets of another place.
//!
//! The endpoint is the first of `CAMPANILE_AGENT_ENDPOINT`, (for OTLP) the signal's own, that of
//! all signals, and the protocol's default: `http://127.0.0.1:4317` for OTLP over gRPC,
//! `http://127.0.0.1:4318` for OTLP over HTTP, `http://127.0.0.1:55678` for OpenCensus. OpenCensus
//! has no messages for logs: they are sent, by OTLP, if an endpoint of OTLP is set.
//!
//! # Other than the specification
//!
//! `OTEL_BSP_SCHEDULE_DELAY` is 5000 by the specification. The agent is on the same machine, where
//! waiting longer saves next to nothing and a person looking for a trace waits with it.
//! `OTEL_BSP_MAX_QUEUE_SIZE` and `OTEL_BLRP_MAX_QUEUE_SIZE` are 2048, where the bound here is in
//! bytes. `OTEL_EXPORTER_OTLP_PROTOCOL` should be `http/protobuf`, and the agent's is `grpc`.
//!
//! Not read: `OTEL_ENTITIES`; `OTEL_EXPERIMENTAL_CONFIG_FILE`, the old name of `OTEL_CONFIG_FILE`;
//! `OTEL_EXPORTER_ZIPKIN_*`, `OTEL_EXPORTER_PROMETHEUS_*` and `OTEL_EXPORTER_JAEGER_*`, as there
//! are no such exporters; `OTEL_SEMCONV_STABILITY_OPT_IN` and `OTEL_INSTRUMENTATION_*`, which are
//! for instrumentation.
//!
//! # A configuration file
//!
//! With the feature `config-file`, `OTEL_CONFIG_FILE` names a file in place of all other `OTEL_*`
//! variables. `CAMPANILE_AGENT_*` still count, over what the file says.
//!
//! ```yaml
//! file_format: "1.0"
//! log_level: info
//! resource:
//!   attributes:
//!     - name: service.name
//!       value: ${OTEL_SERVICE_NAME:-shop}
//! propagator:
//!   composite_list: tracecontext,baggage
//! tracer_provider:
//!   sampler:
//!     parent_based:
//!       root:
//!         trace_id_ratio_based:
//!           ratio: 0.1
//!   processors:
//!     - batch:
//!         exporter:
//!           otlp_grpc:
//!             endpoint: http://127.0.0.1:4317
//! meter_provider:
//!   readers:
//!     - periodic:
//!         interval: 30000
//!         exporter:
//!           otlp_grpc:
//!             endpoint: http://127.0.0.1:4317
//! logger_provider:
//!   processors:
//!     - batch:
//!         exporter:
//!           otlp_http:
//!             endpoint: http://127.0.0.1:4318/v1/logs
//!             headers_list: authorization=${API_KEY}
//! ```
//!
//! A value may be `${NAME}` or `${NAME:-default}`: the variable of that name, put in after the
//! file was parsed. `$$` is a dollar sign. What is read, with `...` for what both exporters have:
//!
//! | key | below it |
//! |---|---|
//! | `file_format` | `1.0`, or another `1.x` |
//! | `disabled`, `log_level` | |
//! | `attribute_limits` | `attribute_count_limit`, `attribute_value_length_limit` |
//! | `resource` | `attributes` (`name`, `value`; `type` may be `string`), `attributes_list` |
//! | `propagator` | `composite`, `composite_list` |
//! | `tracer_provider` | `processors`, `sampler`, `limits` |
//! | `logger_provider` | `processors`, `limits` |
//! | `processors` | one `batch`: `schedule_delay`, `export_timeout`, `max_queue_size`, `max_export_batch_size`, `exporter` |
//! | `meter_provider` | `readers`, `exemplar_filter` (`always_off`) |
//! | `readers` | one `periodic`: `interval`, `timeout`, `exporter` |
//! | `exporter` | `otlp_grpc` or `otlp_http`: `endpoint`, `headers`, `headers_list`, `compression`, `timeout`, `tls` |
//! | `otlp_http` | ..., `encoding` |
//! | `tls` | `ca_file`, `cert_file`, `key_file`; of `otlp_grpc` also `insecure` |
//! | the exporter of metrics | ..., `temporality_preference`, `default_histogram_aggregation` |
//! | `sampler`, `root` | `always_on`, `always_off`, `trace_id_ratio_based` (`ratio`) |
//! | `sampler` | `parent_based`: `root`; the answers to parents can only be the default ones |
//!
//! A signal without a provider, or whose provider has no such exporter, is not sent; without
//! `propagator` no header is written. What is missing otherwise is as in the table of variables,
//! also where the schema's default is another. All that is known here of the host and the process
//! is in the resource without `detection/development`.
//!
//! Whatever else the file holds is named in one [`Warning`], by its path; a value that is not
//! understood has one of its own. A file that cannot be read, is no YAML, is larger than 1 MiB or
//! of another `file_format` is one warning with line and column, and the variables count.
//!
//! <https://opentelemetry.io/docs/specs/otel/configuration/data-model/>,
//! <https://github.com/open-telemetry/opentelemetry-configuration>
//!
//! # Specification
//!
//! <https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/>,
//! <https://opentelemetry.io/docs/specs/otel/protocol/exporter/>

mod agent;
mod batching;
mod certificates;
mod destination;
mod disk;
#[cfg(feature = "config-file")]
mod file;
#[cfg(not(feature = "config-file"))]
#[path = "no_file.rs"]
mod file;
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
