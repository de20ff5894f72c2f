//! One span.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::{Element, EndpointSeed, Guard, Item, Items, Scalar, foreign};
use crate::zipkin::id::{self, from_hex, is_zero};
use crate::zipkin::{Annotation, Kind, Span, Tag};

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Field {
    Annotations,
    BinaryAnnotations,
    Debug,
    Duration,
    Id,
    Kind,
    LocalEndpoint,
    Name,
    ParentId,
    RemoteEndpoint,
    Shared,
    Tags,
    Timestamp,
    TraceId,
    #[serde(other)]
    Other,
}

impl<'a> Element<'a> for Span<'a> {
    fn clear(&mut self) {
        Span::clear(self);
    }

    fn fields<A: MapAccess<'a>>(&mut self, mut map: A, guard: &mut Guard) -> Result<(), A::Error> {
        while let Some(field) = map.next_key()? {
            match field {
                Field::Annotations => map.next_value_seed(Items {
                    into: &mut self.annotations,
                    guard,
                })?,
                Field::BinaryAnnotations => return Err(foreign("binaryAnnotations", "v1")),
                Field::LocalEndpoint => map.next_value_seed(EndpointSeed(&mut self.local))?,
                Field::RemoteEndpoint => map.next_value_seed(EndpointSeed(&mut self.remote))?,
                Field::Tags => map.next_value_seed(Tags {
                    into: &mut self.tags,
                    guard,
                })?,
                Field::Other => drop(map.next_value::<IgnoredAny>()?),
                scalar => self.set(&scalar, map.next_value()?)?,
            }
        }
        if is_zero(&self.trace_id) {
            return Err(A::Error::custom(id::TRACE_ID));
        }
        if is_zero(&self.id) {
            return Err(A::Error::custom(id::SPAN_ID));
        }
        self.settle();
        Ok(())
    }
}

impl<'a> Span<'a> {
    fn set<E: Error>(&mut self, field: &Field, value: Scalar<'a>) -> Result<(), E> {
        match field {
            Field::Debug => self.debug = value.flag("debug")?,
            Field::Duration => self.duration = value.micros("duration")?,
            Field::Id => self.id = hex(value, id::SPAN_ID)?,
            Field::Kind => self.kind = kind(value)?,
            Field::Name => self.name = value.text("name")?,
            Field::ParentId => self.parent_id = parent(value)?,
            Field::Shared => self.shared = value.flag("shared")?,
            Field::Timestamp => self.timestamp = value.micros("timestamp")?,
            Field::TraceId => self.trace_id = hex(value, id::TRACE_ID)?,
            _ => {}
        }
        Ok(())
    }
}

/// An id that must be there.
pub(in crate::zipkin) fn hex<const N: usize, E: Error>(
    value: Scalar<'_>,
    wrong: &'static str,
) -> Result<[u8; N], E> {
    let text = value.text(wrong)?;
    from_hex(&text).ok_or_else(|| E::custom(wrong))
}

/// An id that may be absent.
pub(in crate::zipkin) fn parent<E: Error>(value: Scalar<'_>) -> Result<Option<[u8; 8]>, E> {
    let text = value.text("parentId")?;
    if text.is_empty() {
        return Ok(None);
    }
    let id = from_hex(&text).ok_or_else(|| E::custom(id::PARENT_ID))?;
    Ok(Some(id))
}

fn kind<E: Error>(value: Scalar<'_>) -> Result<Option<Kind>, E> {
    let name = value.text("kind")?;
    if name.is_empty() {
        return Ok(None);
    }
    let kind = Kind::from_name(&name);
    kind.map(Some)
        .ok_or_else(|| E::custom("kind must be CLIENT, SERVER, PRODUCER or CONSUMER"))
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum AnnotationField {
    Endpoint,
    Timestamp,
    Value,
    #[serde(other)]
    Other,
}

impl<'a> Item<'a> for Annotation<'a> {
    const WHAT: &'static str = "annotation";

    fn fields<A: MapAccess<'a>>(mut map: A) -> Result<Self, A::Error> {
        let mut annotation = Self::default();
        while let Some(field) = map.next_key()? {
            match field {
                AnnotationField::Endpoint => return Err(foreign("endpoint", "v1")),
                AnnotationField::Timestamp => {
                    let value: Scalar<'a> = map.next_value()?;
                    annotation.timestamp = value.micros("timestamp")?;
                }
                AnnotationField::Value => {
                    annotation.value = map.next_value::<Scalar<'a>>()?.text("value")?;
                }
                AnnotationField::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(annotation)
    }
}

/// Reads tags; `null` is none.
struct Tags<'s, 'a> {
    into: &'s mut Vec<Tag<'a>>,
    guard: &'s mut Guard,
}

impl<'a> DeserializeSeed<'a> for Tags<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Tags<'_, 'a> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("tags")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Scalar<'a>>()? {
            let key: Cow<'a, str> = key.text("the key of a tag")?;
            let Some(value) = map.next_value::<Scalar<'a>>()?.value() else {
                let message = format_args!("the tag `{key}` has no value");
                return Err(A::Error::custom(message));
            };
            self.guard.child(self.into.len())?;
            self.into.push(Tag { key, value });
        }
        Ok(())
    }
}
