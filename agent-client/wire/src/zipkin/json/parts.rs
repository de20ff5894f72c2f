//! What spans of both versions are made of.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{Guard, Scalar};
use crate::zipkin::Endpoint;

/// Reads an endpoint; `null` is an empty one.
pub(in crate::zipkin) struct EndpointSeed<'s, 'a>(pub(in crate::zipkin) &'s mut Endpoint<'a>);

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Field {
    Ipv4,
    Ipv6,
    Port,
    ServiceName,
    #[serde(other)]
    Other,
}

impl<'a> DeserializeSeed<'a> for EndpointSeed<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for EndpointSeed<'_, 'a> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an endpoint")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(field) = map.next_key()? {
            if let Field::Other = field {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value: Scalar<'a> = map.next_value()?;
            match field {
                Field::Ipv4 => self.0.ipv4 = value.text("ipv4")?,
                Field::Ipv6 => self.0.ipv6 = value.text("ipv6")?,
                Field::Port => self.0.port = value.int("port")?,
                Field::ServiceName => self.0.service_name = value.text("serviceName")?,
                Field::Other => {}
            }
        }
        Ok(())
    }
}

/// An object of a list.
pub(in crate::zipkin) trait Item<'a>: Sized {
    /// What it is, for errors.
    const WHAT: &'static str;

    /// Reads all fields.
    fn fields<A: MapAccess<'a>>(map: A) -> Result<Self, A::Error>;
}

/// Reads a list of objects; `null` is an empty one.
pub(in crate::zipkin) struct Items<'s, T> {
    pub(in crate::zipkin) into: &'s mut Vec<T>,
    pub(in crate::zipkin) guard: &'s mut Guard,
}

impl<'a, T: Item<'a>> DeserializeSeed<'a> for Items<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a, T: Item<'a>> Visitor<'a> for Items<'_, T> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a list of {}s", T::WHAT)
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(item) = list.next_element_seed(OneItem(PhantomData))? {
            self.guard.child(self.into.len())?;
            self.into.push(item);
        }
        Ok(())
    }
}

struct OneItem<T>(PhantomData<T>);

impl<'a, T: Item<'a>> DeserializeSeed<'a> for OneItem<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a, T: Item<'a>> Visitor<'a> for OneItem<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "one {}", T::WHAT)
    }

    fn visit_map<A: MapAccess<'a>>(self, map: A) -> Result<T, A::Error> {
        T::fields(map)
    }
}

/// Says that a field is of the other version.
pub(in crate::zipkin) fn foreign<E: serde::de::Error>(field: &str, version: &str) -> E {
    let path = format!("/api/{version}/spans");
    E::custom(format_args!(
        "`{field}` is of Zipkin {version}: post this list to {path}"
    ))
}
