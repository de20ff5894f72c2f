//! The tests that cross crates: real processes, real sockets, the protocols as they are spoken.

mod agent_absent;
mod agent_restarts;
mod cardinality;
mod command_line;
mod delivery;
mod dialects;
mod durable;
mod examples;
mod fuzz_corpus;
mod hostile;
mod load;
mod opencensus;
mod path;
mod relay;
mod reload;
mod semconv;
mod services;

/// The test process, which is the agent or a traced application, as its first argument says.
const PROCESS: &str = env!("CARGO_BIN_EXE_campanile-test-process");

/// An agent on ports that the system chooses, which keeps spans in its store.
const AGENT: &str = "
receivers:
  opencensus: {endpoint: '127.0.0.1:0'}
  otlp: {protocols: {grpc: {endpoint: '127.0.0.1:0'}, http: {endpoint: '127.0.0.1:0'}}}
processors:
  batch: {timeout: 20ms}
exporters:
  store:
extensions:
  zpages: {endpoint: '127.0.0.1:0'}
  health_check: {endpoint: '127.0.0.1:0'}
service:
  extensions: [zpages, health_check]
  pipelines:
    traces: {receivers: [opencensus, otlp], processors: [batch], exporters: [store]}
  telemetry: {metrics: {address: '127.0.0.1:0'}, resource: {service.name: under-test}}
";
