//! Every case. To add one: its entry, and its name in the results.

use campanile_tests::load::encode::Protocol;

use super::case::{Aim, CPU, Case, End, IDLE, Load, READY};
use super::{idle, round};

/// In the order of the table.
pub(super) static CASES: &[Case] = &[
    LOAD,
    GRPC_TO_NOP,
    HTTP_TO_NOP,
    GRPC_TO_GRPC,
    GRPC_TO_GZIP,
    WRITTEN,
    RESOURCE_INSERT,
    ATTRIBUTES_INSERT,
    SINGLY,
    OPENCENSUS,
    ZIPKIN,
    TAIL_SAMPLING,
    IDLE_CASE,
];

/// A hundred spans a request over OTLP/gRPC.
const GRPC: Load = Load {
    protocol: Protocol::OtlpGrpc,
    per_request: 100,
    spans: 1_000_000,
};

/// What most cases have in common.
const BASE: Case = Case {
    name: "",
    run: round::run,
    config: "",
    rotel: None,
    load: GRPC,
    end: End::Sink,
    needs: &[],
    aims: &[],
};

const LOAD: Case = Case {
    name: "load",
    run: round::without_agent,
    ..BASE
};

const GRPC_TO_NOP: Case = Case {
    name: "otlp-grpc to nop",
    config: "
receivers: {otlp: {protocols: {grpc: {endpoint: LISTEN}}}}
exporters: {nop: }
service: {pipelines: {traces: {receivers: [otlp], exporters: [nop]}}}
",
    rotel: Some(&["--otlp-grpc-endpoint=LISTEN", "--exporter=blackhole"]),
    load: Load {
        spans: 2_000_000,
        ..GRPC
    },
    end: End::Nop,
    aims: &[cpu(
        0.4,
        "rotel 4.5-4.8; tonic and prost 2.1; h2 alone 0.12-0.15",
    )],
    ..BASE
};

const HTTP_TO_NOP: Case = Case {
    name: "otlp-http to nop",
    config: "
receivers: {otlp: {protocols: {http: {endpoint: LISTEN}}}}
exporters: {nop: }
service: {pipelines: {traces: {receivers: [otlp], exporters: [nop]}}}
",
    rotel: Some(&["--otlp-http-endpoint=LISTEN", "--exporter=blackhole"]),
    load: Load {
        protocol: Protocol::OtlpHttp,
        spans: 2_000_000,
        ..GRPC
    },
    end: End::Nop,
    aims: &[cpu(
        0.2,
        "rotel 3.2-6.2; hyper and prost 1.3; hyper alone 0.085",
    )],
    ..BASE
};

const GRPC_TO_GRPC: Case = Case {
    name: "otlp-grpc to otlp-grpc",
    config: "
receivers: {otlp: {protocols: {grpc: {endpoint: LISTEN}}}}
processors: {batch: }
exporters: {otlp: {endpoint: 'http://SINK', compression: none}}
service: {pipelines: {traces: {receivers: [otlp], processors: [batch], exporters: [otlp]}}}
",
    rotel: Some(&[
        "--otlp-grpc-endpoint=LISTEN",
        "--exporter=otlp",
        "--otlp-exporter-endpoint=http://SINK",
        "--otlp-exporter-compression=none",
    ]),
    aims: &[cpu(
        0.6,
        "rotel (gzip) 9.4-10.2; otel-arrow 0.76-0.94; sketch on h2 0.32-0.41",
    )],
    ..BASE
};

const GRPC_TO_GZIP: Case = Case {
    name: "otlp-grpc to otlp-grpc, gzip",
    config: "
receivers: {otlp: {protocols: {grpc: {endpoint: LISTEN}}}}
processors: {batch: }
exporters: {otlp: {endpoint: 'http://SINK', compression: gzip}}
service: {pipelines: {traces: {receivers: [otlp], processors: [batch], exporters: [otlp]}}}
",
    rotel: Some(&[
        "--otlp-grpc-endpoint=LISTEN",
        "--exporter=otlp",
        "--otlp-exporter-endpoint=http://SINK",
        "--otlp-exporter-compression=gzip",
    ]),
    aims: &[cpu(
        1.2,
        "rotel 9.4; otel-arrow 7.1; sketch, zlib-rs level 1, 0.8-1.0",
    )],
    ..BASE
};

const WRITTEN: Case = Case {
    name: "otlp-grpc to otlp-grpc written",
    config: "
receivers: {otlp: {protocols: {grpc: {endpoint: LISTEN}}}}
processors:
  batch:
  memory_limiter: {check_interval: 1s, limit_mib: 512}
  resource: {attributes: [{key: deployment.environment.name, action: insert, value: production}]}
exporters: {otlp: {endpoint: 'http://SINK', compression: none}}
service:
  data: {directory: FOLDER/data}
  pipelines:
    traces:
      receivers: [otlp]
      processors: [memory_limiter, resource, batch]
      exporters: [otlp]
      acknowledge: written
",
    rotel: None,
    needs: &[("processors", "memory_limiter")],
    aims: &[cpu(1.2, "rotel, without durability, 9.4-10.2")],
    ..GRPC_TO_GRPC
};

const RESOURCE_INSERT: Case = Case {
    name: "resource insert",
    config: "
receivers: {otlp: {protocols: {grpc: {endpoint: LISTEN}}}}
processors:
  resource: {attributes: [{key: deployment.environment.name, action: insert, value: production}]}
  batch:
exporters: {otlp: {endpoint: 'http://SINK', compression: none}}
service:
  pipelines: {traces: {receivers: [otlp], processors: [resource, batch], exporters: [otlp]}}
",
    rotel: None,
    needs: &[("processors", "resource")],
    aims: &[cpu(0.8, "otel-arrow 3.1-3.8; sketch on h2 0.44")],
    ..GRPC_TO_GRPC
};

const ATTRIBUTES_INSERT: Case = Case {
    name: "attributes insert",
    config: "
receivers: {otlp: {protocols: {grpc: {endpoint: LISTEN}}}}
processors:
  attributes: {actions: [{key: deployment.environment.name, action: insert, value: production}]}
  batch:
exporters: {otlp: {endpoint: 'http://SINK', compression: none}}
service:
  pipelines: {traces: {receivers: [otlp], processors: [attributes, batch], exporters: [otlp]}}
",
    needs: &[("processors", "attributes")],
    aims: &[cpu(1.0, "otel-arrow 3.8-4.5; sketch on h2 0.57")],
    ..RESOURCE_INSERT
};

const SINGLY: Case = Case {
    name: "otlp-grpc to otlp-grpc, one span a request",
    load: Load {
        per_request: 1,
        spans: 150_000,
        ..GRPC
    },
    aims: &[cpu(12.0, "rotel 32; otel-arrow 12-26; sketch 8.3")],
    ..GRPC_TO_GRPC
};

const OPENCENSUS: Case = Case {
    name: "opencensus to otlp-grpc",
    config: "
receivers: {opencensus: {endpoint: LISTEN}}
processors: {batch: }
exporters: {otlp: {endpoint: 'http://SINK', compression: none}}
service: {pipelines: {traces: {receivers: [opencensus], processors: [batch], exporters: [otlp]}}}
",
    load: Load {
        protocol: Protocol::Opencensus,
        spans: 500_000,
        ..GRPC
    },
    aims: &[cpu(4.0, "Collector 11-39")],
    ..BASE
};

const ZIPKIN: Case = Case {
    name: "zipkin-json to otlp-grpc",
    config: "
receivers: {zipkin: {endpoint: LISTEN}}
processors: {batch: }
exporters: {otlp: {endpoint: 'http://SINK', compression: none}}
service: {pipelines: {traces: {receivers: [zipkin], processors: [batch], exporters: [otlp]}}}
",
    load: Load {
        protocol: Protocol::ZipkinJson,
        spans: 300_000,
        ..GRPC
    },
    needs: &[("receivers", "zipkin")],
    aims: &[cpu(6.0, "Collector 80")],
    ..BASE
};

const TAIL_SAMPLING: Case = Case {
    name: "tail sampling",
    config: "
receivers: {otlp: {protocols: {grpc: {endpoint: LISTEN}}}}
processors:
  tail_sampling:
    decision_wait: 1s
    policies:
      - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
      - {name: slow, type: latency, latency: {threshold_ms: 1000}}
      - {name: some, type: probabilistic, probabilistic: {sampling_percentage: 10}}
exporters: {nop: }
service: {pipelines: {traces: {receivers: [otlp], processors: [tail_sampling], exporters: [nop]}}}
",
    end: End::Sampled,
    needs: &[("processors", "tail_sampling")],
    aims: &[cpu(11.0, "OpenCensus service 110")],
    ..BASE
};

const IDLE_CASE: Case = Case {
    name: "idle",
    run: idle::run,
    aims: &[
        Aim {
            figure: READY,
            most: 10.0,
            published: "rotel 5; otel-arrow 8-13",
        },
        Aim {
            figure: IDLE,
            most: 12.0,
            published: "rotel 16-20; otel-arrow 25",
        },
    ],
    ..GRPC_TO_GRPC
};

const fn cpu(most: f64, published: &'static str) -> Aim {
    Aim {
        figure: CPU,
        most,
        published,
    }
}
