//! The list itself, of either version.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::de::StrRead;

use crate::zipkin::span::{room_for_child, room_for_span};
use crate::zipkin::{Limits, ReadError};

/// What a list is of.
pub(in crate::zipkin) trait Element<'a> {
    /// Forgets everything.
    fn clear(&mut self);

    /// Reads all fields.
    fn fields<A: MapAccess<'a>>(&mut self, map: A, guard: &mut Guard) -> Result<(), A::Error>;
}

/// The limits, and which one was exceeded: the parser's errors have no room for that.
pub(in crate::zipkin) struct Guard {
    limits: Limits,
    over: Option<ReadError>,
}

impl Guard {
    /// Whether a list of `len` children may have one more.
    pub(in crate::zipkin) fn child<E: Error>(&mut self, len: usize) -> Result<(), E> {
        let room = room_for_child(len, &self.limits);
        self.pass(room)
    }

    fn span<E: Error>(&mut self, count: usize) -> Result<(), E> {
        let room = room_for_span(count, &self.limits);
        self.pass(room)
    }

    fn pass<E: Error>(&mut self, room: Result<(), ReadError>) -> Result<(), E> {
        room.map_err(|error| {
            let text = E::custom(&error);
            self.over = Some(error);
            text
        })
    }
}

/// Reads every element of the list `text` into `element`, one after the other, and shows it.
pub(in crate::zipkin) fn each<'a, E: Element<'a>>(
    text: &'a str,
    limits: &Limits,
    element: E,
    take: impl FnMut(&E),
) -> Result<(), ReadError> {
    if text.trim_ascii().is_empty() {
        return Ok(());
    }
    let mut list = List {
        element,
        take,
        begun: 0,
        guard: Guard {
            limits: *limits,
            over: None,
        },
    };
    let mut json = serde_json::Deserializer::new(StrRead::new(text));
    let read = json.deserialize_seq(Whole(&mut list));
    read.and_then(|()| json.end()).map_err(|error| {
        let invalid = || ReadError::Invalid(error.to_string());
        let error = list.guard.over.unwrap_or_else(invalid);
        match list.begun {
            0 => error,
            begun => error.within(begun - 1),
        }
    })
}

struct List<E, F> {
    element: E,
    take: F,
    begun: usize,
    guard: Guard,
}

struct Whole<'l, E, F>(&'l mut List<E, F>);

impl<'a, E: Element<'a>, F: FnMut(&E)> Visitor<'a> for Whole<'_, E, F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of spans")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut spans: A) -> Result<(), A::Error> {
        while spans.next_element_seed(One(self.0))?.is_some() {
            (self.0.take)(&self.0.element);
        }
        Ok(())
    }
}

struct One<'l, E, F>(&'l mut List<E, F>);

impl<'a, E: Element<'a>, F> DeserializeSeed<'a> for One<'_, E, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a, E: Element<'a>, F> Visitor<'a> for One<'_, E, F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a span")
    }

    fn visit_map<A: MapAccess<'a>>(self, map: A) -> Result<(), A::Error> {
        let List {
            element,
            begun,
            guard,
            ..
        } = self.0;
        guard.span(*begun)?;
        *begun += 1;
        element.clear();
        element.fields(map, guard)
    }
}
