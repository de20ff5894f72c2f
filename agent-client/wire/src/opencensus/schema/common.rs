//! Nodes, resources, and what both signals have.

use crate::otlp::schema::{Field, Kind, Message};

/// `agent.common.v1.Node`.
pub(super) static NODE: Message = Message::new(
    "opencensus.proto.agent.common.v1.Node",
    &[
        Field::one(1, "identifier", Kind::Message(&PROCESS_IDENTIFIER)),
        Field::one(2, "libraryInfo", Kind::Message(&LIBRARY_INFO)),
        Field::one(3, "serviceInfo", Kind::Message(&SERVICE_INFO)),
        Field::many(4, "attributes", Kind::Map(&TEXT_ENTRY)),
    ],
)
.snake();

/// `agent.common.v1.ProcessIdentifier`.
pub(super) static PROCESS_IDENTIFIER: Message = Message::new(
    "opencensus.proto.agent.common.v1.ProcessIdentifier",
    &[
        Field::one(1, "hostName", Kind::String),
        Field::one(2, "pid", Kind::Uint32),
        Field::one(3, "startTimestamp", Kind::Timestamp),
    ],
)
.snake();

/// `agent.common.v1.LibraryInfo`.
pub(super) static LIBRARY_INFO: Message = Message::new(
    "opencensus.proto.agent.common.v1.LibraryInfo",
    &[
        Field::one(1, "language", Kind::Named(LIBRARY_INFO_LANGUAGE)),
        Field::one(2, "exporterVersion", Kind::String),
        Field::one(3, "coreLibraryVersion", Kind::String),
    ],
)
.snake();

/// `agent.common.v1.ServiceInfo`.
pub(super) static SERVICE_INFO: Message = Message::new(
    "opencensus.proto.agent.common.v1.ServiceInfo",
    &[Field::one(1, "name", Kind::String)],
)
.snake();

/// `resource.v1.Resource`.
pub(super) static RESOURCE: Message = Message::new(
    "opencensus.proto.resource.v1.Resource",
    &[
        Field::one(1, "type", Kind::String),
        Field::many(2, "labels", Kind::Map(&TEXT_ENTRY)),
    ],
)
.snake();

/// An entry of a map of text.
pub(super) static TEXT_ENTRY: Message = Message::new(
    "map<string,string>",
    &[
        Field::one(1, "key", Kind::String),
        Field::one(2, "value", Kind::String),
    ],
);

/// `google.protobuf.BoolValue`.
pub(super) static BOOL: Field = Field::optional(1, "value", Kind::Bool);

/// `google.protobuf.DoubleValue`.
pub(super) static DOUBLE: Field = Field::optional(1, "value", Kind::Double);

/// `google.protobuf.Int64Value`.
pub(super) static INT64: Field = Field::optional(1, "value", Kind::Int64);

/// `google.protobuf.UInt32Value`.
pub(super) static UINT32: Field = Field::optional(1, "value", Kind::Uint32);

/// `agent.common.v1.LibraryInfo.Language`.
const LIBRARY_INFO_LANGUAGE: &[&str] = &[
    "LANGUAGE_UNSPECIFIED",
    "CPP",
    "C_SHARP",
    "ERLANG",
    "GO_LANG",
    "JAVA",
    "NODE_JS",
    "PHP",
    "PYTHON",
    "RUBY",
    "WEB_JS",
];
