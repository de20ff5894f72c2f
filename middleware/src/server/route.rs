//! The route of a request, which may become known long after the span has started.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use http::Extensions;

use crate::axum;
use crate::names::ROUTES;

/// The route that the router has already chosen.
pub(crate) fn matched(extensions: &Extensions) -> Option<&str> {
    axum::matched_path(extensions)
}

/// Where the route of one request is left for its span.
///
/// A route that the application sets wins over one that a router matched; among equals the later
/// one wins, because nested routers match from the outside in.
#[derive(Debug, Default)]
pub(crate) struct RouteSlot(Mutex<State>);

/// How far the route is known, and by whom.
#[derive(Debug, Default)]
struct State {
    route: Option<Cow<'static, str>>,
    /// The application has set it.
    is_set: bool,
    /// It became known, or changed, after the span had its name.
    is_late: bool,
    /// The application has named the span, so the route is no part of the name.
    is_nameless: bool,
}

/// A route, and what it means for the span's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) path: Cow<'static, str>,
    pub(crate) is_late: bool,
    pub(crate) is_nameless: bool,
}

impl RouteSlot {
    /// A slot for a request whose router has matched `route`, if it has.
    pub(crate) fn new(route: Option<&str>) -> Self {
        Self(Mutex::new(State {
            route: route.map(kept),
            ..State::default()
        }))
    }

    /// A slot for a request whose router has matched this route, which is kept already.
    pub(crate) fn kept(route: &'static str) -> Self {
        Self(Mutex::new(State {
            route: Some(Cow::Borrowed(route)),
            ..State::default()
        }))
    }

    /// Notes the route that a router matched.
    pub(crate) fn set_matched(&self, path: &str) {
        self.update(|state| {
            if !state.is_set && !path.is_empty() && state.route.as_deref() != Some(path) {
                state.route = Some(kept(path));
                state.is_late = true;
            }
        });
    }

    /// Notes the route that the application gave. An empty one is not a route.
    pub(crate) fn set(&self, path: Cow<'static, str>) {
        if path.is_empty() {
            return;
        }
        self.update(|state| {
            state.route = Some(path);
            state.is_set = true;
            state.is_late = true;
        });
    }

    /// Notes that the application has named the span.
    pub(crate) fn set_named(&self) {
        self.update(|state| state.is_nameless = true);
    }

    /// Whether the application has named the span.
    pub(crate) fn is_nameless(&self) -> bool {
        self.update(|state| state.is_nameless)
    }

    /// Takes the route out, to be written to the span.
    pub(crate) fn take(&self) -> Option<Route> {
        self.update(|state| {
            Some(Route {
                path: state.route.take()?,
                is_late: state.is_late,
                is_nameless: state.is_nameless,
            })
        })
    }

    fn update<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// `path`, without a copy when there is a place for it.
fn kept(path: &str) -> Cow<'static, str> {
    match ROUTES.keep(path) {
        Some(kept) => Cow::Borrowed(kept),
        None => Cow::Owned(path.to_owned()),
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

    #[test]
    fn a_name_of_the_application_stays() {
        let slot = RouteSlot::new(None);
        slot.set_named();
        slot.set_matched("/a");
        assert!(slot.take().unwrap().is_nameless);
    }
}
