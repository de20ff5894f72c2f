//! Which methods of a gRPC server are told apart.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use ::http::Uri;
use opentelemetry_semantic_conventions::attribute::{
    RPC_METHOD, RPC_METHOD_ORIGINAL, RPC_SYSTEM_NAME,
};

use super::call::{SYSTEM, method};
use crate::describe::methods::OTHER;
use crate::names::{CALLED_METHODS, SERVED_METHODS};
use crate::record::{Attributes, Value};

/// Why the methods that are told apart are few.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Methods {
    /// The program calls them.
    Called,
    /// They are those for which a service has answered.
    #[default]
    Learned,
    /// The server was told which there are.
    Told,
}

impl Methods {
    /// `called` as a name that is kept, if it may be one. `of_service` is whether the answer is
    /// one that only a service gives that knows the method.
    pub(crate) fn known(self, called: &str, of_service: bool) -> Option<&'static str> {
        match self {
            Self::Called => CALLED_METHODS.keep(called),
            Self::Told => SERVED_METHODS.keep(called),
            Self::Learned if of_service => SERVED_METHODS.keep(called),
            Self::Learned => SERVED_METHODS.known(called),
        }
    }
}

/// The methods that a server serves, when it was told.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServedMethods(Option<Arc<HashSet<String>>>);

impl ServedMethods {
    /// These methods, `package.Service/Method`, with or without a slash before them.
    pub(crate) fn new<M: AsRef<str>>(methods: impl IntoIterator<Item = M>) -> Self {
        let methods = methods.into_iter().map(|method| {
            let method = method.as_ref();
            method.strip_prefix('/').unwrap_or(method).to_owned()
        });
        Self(Some(Arc::new(methods.collect())))
    }

    /// Whether the methods are those of a list, which has an end.
    pub(crate) fn methods(&self) -> Methods {
        if self.0.is_some() {
            Methods::Told
        } else {
            Methods::Learned
        }
    }

    /// What `uri` calls.
    pub(crate) fn called<'u>(&self, uri: &'u Uri) -> Called<'u> {
        match (method(uri), &self.0) {
            (Some(method), None) => Called::Known(method),
            (Some(method), Some(served)) if served.contains(method) => Called::Known(method),
            _ => Called::Other(uri.path()),
        }
    }
}

/// The method that a call names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Called<'a> {
    /// One that is served, as far as is known.
    Known(&'a str),
    /// A path that is no method, or none that is served.
    Other(&'a str),
}

impl<'a> Called<'a> {
    /// The method, when it is known.
    pub(crate) fn known(self) -> Option<&'a str> {
        match self {
            Self::Known(method) => Some(method),
            Self::Other(_) => None,
        }
    }

    /// The name of the span: the method, or the system when the method is not known.
    pub(crate) fn span_name(self) -> Cow<'static, str> {
        let Self::Known(method) = self else {
            return Cow::Borrowed(SYSTEM);
        };
        Cow::Owned(method.to_owned())
    }

    /// Writes what identifies the call, the method only where `is_certain`.
    pub(crate) fn write(self, is_certain: bool, out: &mut impl Attributes) {
        out.set(RPC_SYSTEM_NAME, Value::Static(SYSTEM));
        match self {
            Self::Known(method) if is_certain => out.set(RPC_METHOD, Value::Borrowed(method)),
            Self::Known(_) => {}
            Self::Other(path) => {
                out.set(RPC_METHOD, Value::Static(OTHER));
                let original = path.strip_prefix('/').unwrap_or(path);
                out.set(RPC_METHOD_ORIGINAL, Value::Borrowed(original));
            }
        }
    }
}
