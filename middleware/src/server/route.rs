//! The route of a request, which may become known long after the span has started.

use std::borrow::Cow;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use http::Extensions;

use crate::axum;

/// The route that the router has already chosen.
pub(crate) fn matched(extensions: &Extensions) -> Option<&str> {
    axum::matched_path(extensions)
}

/// Where the route of one request is left for its span. Clones share it.
///
/// A route that the application sets wins over one that a router matched; among equals the later
/// one wins, because nested routers match from the outside in.
#[derive(Clone, Debug, Default)]
pub(crate) struct RouteSlot(Arc<Mutex<State>>);

/// How far the route is known, from least to best.
#[derive(Debug, Default)]
enum State {
    #[default]
    Unknown,
    Matched(Route),
    Set(Route),
}

/// A route, and whether it became known after the span had its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) path: Cow<'static, str>,
    pub(crate) is_late: bool,
}

impl RouteSlot {
    /// A slot for a request whose router has matched `route`, if it has.
    pub(crate) fn new(route: Option<&str>) -> Self {
        let slot = Self::default();
        if let Some(route) = route {
            let path = Cow::Owned(route.to_owned());
            slot.replace(State::Matched(Route {
                path,
                is_late: false,
            }));
        }
        slot
    }

    /// Notes the route that a router matched.
    pub(crate) fn set_matched(&self, path: &str) {
        self.update(|state| match state {
            State::Matched(route) if route.path == path => {}
            State::Matched(_) | State::Unknown => {
                let path = Cow::Owned(path.to_owned());
                *state = State::Matched(Route {
                    path,
                    is_late: true,
                });
            }
            State::Set(_) => {}
        });
    }

    /// Notes the route that the application gave. An empty one is not a route.
    pub(crate) fn set(&self, path: Cow<'static, str>) {
        if !path.is_empty() {
            self.replace(State::Set(Route {
                path,
                is_late: true,
            }));
        }
    }

    /// Takes the route out, to be written to the span.
    pub(crate) fn take(&self) -> Option<Route> {
        self.update(|state| match mem::take(state) {
            State::Unknown => None,
            State::Matched(route) | State::Set(route) => Some(route),
        })
    }

    fn replace(&self, state: State) {
        self.update(|current| *current = state);
    }

    fn update<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(slot: &RouteSlot) -> Option<(String, bool)> {
        slot.take()
            .map(|route| (route.path.into_owned(), route.is_late))
    }

    #[test]
    fn the_route_of_the_start_needs_no_new_name() {
        let slot = RouteSlot::new(Some("/a"));
        slot.set_matched("/a");
        assert_eq!(taken(&slot), Some(("/a".to_owned(), false)));
        assert_eq!(taken(&slot), None);
    }

    #[test]
    fn nested_routers_match_from_the_outside_in() {
        let slot = RouteSlot::new(Some("/a"));
        slot.set_matched("/a/b");
        assert_eq!(taken(&slot), Some(("/a/b".to_owned(), true)));
    }

    #[test]
    fn the_application_has_the_last_word() {
        let slot = RouteSlot::new(None);
        slot.set("/mine".into());
        slot.set_matched("/matched");
        slot.set("".into());
        assert_eq!(taken(&slot), Some(("/mine".to_owned(), true)));
    }
}
