//! The OpenCensus agent protocol (schema 0.4.1): messages, and gRPC stubs under the crate's
//! features `client` and `server`.
//!
//! The modules mirror the protobuf packages; [`json`] reads the JSON form of requests. Generated from `proto/opencensus` by the program in
//! `codegen`; the generated files are committed, so that building needs no protobuf compiler.

pub mod json;
mod schema;

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
            include!(concat!("../generated/", $file));
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

#[cfg(test)]
mod tests {
    use prost::Message;
    use serde_json::Value;

    use super::agent::metrics::v1::ExportMetricsServiceRequest;
    use super::agent::trace::v1::{
        CurrentLibraryConfig, ExportTraceServiceRequest, UpdatedLibraryConfig,
    };

    /// Decodes and encodes `bytes` as the message with this full name.
    fn through(message: &str, bytes: &[u8]) -> Result<Vec<u8>, prost::DecodeError> {
        fn re<M: Message + Default>(bytes: &[u8]) -> Result<Vec<u8>, prost::DecodeError> {
            M::decode(bytes).map(|message| message.encode_to_vec())
        }
        match message.strip_prefix("opencensus.proto.agent.") {
            Some("metrics.v1.ExportMetricsServiceRequest") => {
                re::<ExportMetricsServiceRequest>(bytes)
            }
            Some("trace.v1.CurrentLibraryConfig") => re::<CurrentLibraryConfig>(bytes),
            Some("trace.v1.ExportTraceServiceRequest") => re::<ExportTraceServiceRequest>(bytes),
            Some("trace.v1.UpdatedLibraryConfig") => re::<UpdatedLibraryConfig>(bytes),
            _ => panic!("a message that no vector had so far: {message}"),
        }
    }

    #[test]
    fn every_vector_of_the_current_layout_is_encoded_as_it_came() {
        let text = include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/vectors/wire/opencensus.json"
        ));
        let file: Value = serde_json::from_str(text).expect("the vectors are JSON");
        let vectors = file["vectors"].as_array().expect("a list");
        let current = vectors.iter().filter(|vector| vector["layout"].is_null());
        let mut seen = 0;
        for vector in current {
            let bytes = const_hex::decode(vector["hex"].as_str().expect("text")).expect("hex");
            let message = vector["message"].as_str().expect("a name");
            assert_eq!(through(message, &bytes), Ok(bytes), "{}", vector["name"]);
            seen += 1;
        }
        assert_eq!(seen, 17);
    }
}
