//! The OpenCensus agent protocol (schema 0.4.1): messages, and gRPC stubs under the crate's
//! features `client` and `server`.
//!
//! The modules mirror the protobuf packages. Generated from `proto/opencensus` by the program in
//! `codegen`; the generated files are committed, so that building needs no protobuf compiler.

macro_rules! generated {
    ($(#[$docs:meta])* $name:ident, $file:literal) => {
        $(#[$docs])*
        #[allow(
            missing_docs,
            unnameable_types,
            unused_qualifications,
            clippy::allow_attributes_without_reason,
            clippy::missing_errors_doc,
            clippy::must_use_candidate,
            clippy::return_self_not_must_use,
            clippy::too_many_lines,
            clippy::use_self,
            reason = "generated code"
        )]
        pub mod $name {
            include!(concat!("generated/", $file));
        }
    };
}

/// `opencensus.proto.agent`: the services and what a stream says of its sender.
pub mod agent {
    /// The node that opens a stream.
    pub mod common {
        generated!(
            /// Version 1.
            v1,
            "opencensus.proto.agent.common.v1.rs"
        );
    }
    /// The metrics service.
    pub mod metrics {
        generated!(
            /// Version 1.
            v1,
            "opencensus.proto.agent.metrics.v1.rs"
        );
    }
    /// The trace service.
    pub mod trace {
        generated!(
            /// Version 1.
            v1,
            "opencensus.proto.agent.trace.v1.rs"
        );
    }
}

/// `opencensus.proto.metrics`: metrics in the layout of schema 0.2.0 and later.
pub mod metrics {
    generated!(
        /// Version 1.
        v1,
        "opencensus.proto.metrics.v1.rs"
    );
}

/// `opencensus.proto.resource`: what produced the telemetry.
pub mod resource {
    generated!(
        /// Version 1.
        v1,
        "opencensus.proto.resource.v1.rs"
    );
}

/// `opencensus.proto.trace`: spans and sampling configuration.
pub mod trace {
    generated!(
        /// Version 1.
        v1,
        "opencensus.proto.trace.v1.rs"
    );
}
