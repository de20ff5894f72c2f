//! The list in JSON.

use serde::Deserialize;
use serde::de::{Error as _, IgnoredAny, MapAccess};

use super::span::unsigned_port;
use super::{Annotation, BinaryAnnotation, Span, convert};
use crate::zipkin::id::{self, is_zero};
use crate::zipkin::json::{
    Element, EndpointSeed, Guard, Item, Items, Scalar, each, foreign, hex, parent,
};
use crate::zipkin::{self, Endpoint, Limits, ReadError, Value};

/// Reads a list of spans, converts each and shows what it tells of to `take`. Nothing, or white
/// space, is an empty list.
///
/// # Errors
///
/// The first thing found wrong; some spans have been shown by then.
pub fn read_json<'a>(
    text: &'a str,
    limits: &Limits,
    mut take: impl FnMut(&zipkin::Span<'a>),
) -> Result<(), ReadError> {
    let mut failed = Ok(());
    each(text, limits, Span::default(), |span| {
        if failed.is_ok() {
            failed = convert(span, &mut take);
        }
    })?;
    failed
}

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
                Field::BinaryAnnotations => map.next_value_seed(Items {
                    into: &mut self.binary_annotations,
                    guard,
                })?,
                Field::Kind => return Err(foreign("kind", "v2")),
                Field::LocalEndpoint => return Err(foreign("localEndpoint", "v2")),
                Field::RemoteEndpoint => return Err(foreign("remoteEndpoint", "v2")),
                Field::Tags => return Err(foreign("tags", "v2")),
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
        Ok(())
    }
}

impl<'a> Span<'a> {
    fn set<E: serde::de::Error>(&mut self, field: &Field, value: Scalar<'a>) -> Result<(), E> {
        match field {
            Field::Debug => self.debug = value.flag("debug")?,
            Field::Duration => self.duration = value.micros("duration")?,
            Field::Id => self.id = hex(value, id::SPAN_ID)?,
            Field::Name => self.name = value.text("name")?,
            Field::ParentId => self.parent_id = parent(value)?,
            Field::Timestamp => self.timestamp = value.micros("timestamp")?,
            Field::TraceId => self.trace_id = hex(value, id::TRACE_ID)?,
            _ => {}
        }
        Ok(())
    }
}

/// Fields of both kinds of annotations.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Part {
    Endpoint,
    Key,
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
                Part::Endpoint => annotation.endpoint = endpoint(&mut map)?,
                Part::Timestamp => {
                    let value: Scalar<'a> = map.next_value()?;
                    annotation.timestamp = value.micros("timestamp")?;
                }
                Part::Value => {
                    annotation.value = map.next_value::<Scalar<'a>>()?.text("value")?;
                }
                Part::Key | Part::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(annotation)
    }
}

impl<'a> Item<'a> for BinaryAnnotation<'a> {
    const WHAT: &'static str = "binary annotation";

    fn fields<A: MapAccess<'a>>(mut map: A) -> Result<Self, A::Error> {
        let mut binary = Self {
            key: "".into(),
            value: Value::Text("".into()),
            endpoint: None,
        };
        while let Some(field) = map.next_key()? {
            match field {
                Part::Endpoint => binary.endpoint = endpoint(&mut map)?,
                Part::Key => binary.key = map.next_value::<Scalar<'a>>()?.text("key")?,
                Part::Value => {
                    if let Some(value) = map.next_value::<Scalar<'a>>()?.value() {
                        binary.value = value;
                    }
                }
                Part::Timestamp | Part::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(binary)
    }
}

/// An endpoint; one that says nothing is absent.
fn endpoint<'a, A: MapAccess<'a>>(map: &mut A) -> Result<Option<Endpoint<'a>>, A::Error> {
    let mut endpoint = Endpoint::default();
    map.next_value_seed(EndpointSeed(&mut endpoint))?;
    endpoint.port = unsigned_port(endpoint.port);
    Ok(Some(endpoint).filter(|endpoint| !endpoint.is_empty()))
}
