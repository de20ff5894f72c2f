//! What every signal shares: attribute values, scopes and resources.

use super::{Field, Kind, Message};

/// `common.v1.AnyValue`.
pub(super) static ANY_VALUE: Message = Message::new(
    "opentelemetry.proto.common.v1.AnyValue",
    &[
        Field::oneof(1, "stringValue", Kind::String),
        Field::oneof(2, "boolValue", Kind::Bool),
        Field::oneof(3, "intValue", Kind::Int64),
        Field::oneof(4, "doubleValue", Kind::Double),
        Field::oneof(5, "arrayValue", Kind::Message(&ARRAY_VALUE)),
        Field::oneof(6, "kvlistValue", Kind::Message(&KEY_VALUE_LIST)),
        Field::oneof(7, "bytesValue", Kind::Bytes),
        Field::oneof(8, "stringValueStrindex", Kind::Int32).hidden(),
    ],
);

/// `common.v1.ArrayValue`.
pub(super) static ARRAY_VALUE: Message = Message::new(
    "opentelemetry.proto.common.v1.ArrayValue",
    &[Field::many(1, "values", Kind::Message(&ANY_VALUE))],
);

/// `common.v1.KeyValueList`.
pub(super) static KEY_VALUE_LIST: Message = Message::new(
    "opentelemetry.proto.common.v1.KeyValueList",
    &[Field::many(1, "values", Kind::Message(&KEY_VALUE))],
);

/// `common.v1.KeyValue`.
pub(super) static KEY_VALUE: Message = Message::new(
    "opentelemetry.proto.common.v1.KeyValue",
    &[
        Field::one(1, "key", Kind::String),
        Field::one(2, "value", Kind::Message(&ANY_VALUE)),
        Field::one(3, "keyStrindex", Kind::Int32).hidden(),
    ],
);

/// `common.v1.InstrumentationScope`.
pub(super) static INSTRUMENTATION_SCOPE: Message = Message::new(
    "opentelemetry.proto.common.v1.InstrumentationScope",
    &[
        Field::one(1, "name", Kind::String),
        Field::one(2, "version", Kind::String),
        Field::many(3, "attributes", Kind::Message(&KEY_VALUE)),
        Field::one(4, "droppedAttributesCount", Kind::Uint32),
    ],
);

/// `common.v1.EntityRef`.
pub(super) static ENTITY_REF: Message = Message::new(
    "opentelemetry.proto.common.v1.EntityRef",
    &[
        Field::one(1, "schemaUrl", Kind::String),
        Field::one(2, "type", Kind::String),
        Field::many(3, "idKeys", Kind::String),
        Field::many(4, "descriptionKeys", Kind::String),
    ],
);

/// `resource.v1.Resource`.
pub(super) static RESOURCE: Message = Message::new(
    "opentelemetry.proto.resource.v1.Resource",
    &[
        Field::many(1, "attributes", Kind::Message(&KEY_VALUE)),
        Field::one(2, "droppedAttributesCount", Kind::Uint32),
        Field::many(3, "entityRefs", Kind::Message(&ENTITY_REF)),
    ],
);
