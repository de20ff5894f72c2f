//! How a call is recognized, and its method.

use std::borrow::Cow;

use ::http::{HeaderMap, Uri, header};
use opentelemetry_semantic_conventions::attribute::{RPC_METHOD, RPC_SYSTEM_NAME};

use crate::record::{Attributes, Value};

/// The value of `rpc.system.name`, and the name of a span whose method is unknown.
pub(crate) const SYSTEM: &str = "grpc";

/// Whether the headers are those of a gRPC request.
///
/// `application/grpc-web` is not: its status is inside the body, so it is traced as HTTP.
pub(crate) fn is_grpc(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.as_bytes().strip_prefix(b"application/grpc"))
        .is_some_and(|rest| matches!(rest.first(), None | Some(b'+' | b';')))
}

/// The fully qualified method `package.Service/Method` in the path of `uri`.
pub(crate) fn method(uri: &Uri) -> Option<&str> {
    let name = uri.path().strip_prefix('/')?;
    let (service, method) = name.split_once('/')?;
    let complete = !service.is_empty() && !method.is_empty() && !method.contains('/');
    complete.then_some(name)
}

/// The name of a span: its method, or the system while the path names none.
pub(crate) fn span_name(uri: &Uri) -> Cow<'static, str> {
    method(uri).map_or(Cow::Borrowed(SYSTEM), |method| {
        Cow::Owned(method.to_owned())
    })
}

/// Writes what identifies the call.
pub(crate) fn set_call(uri: &Uri, out: &mut impl Attributes) {
    out.set(RPC_SYSTEM_NAME, Value::Static(SYSTEM));
    if let Some(method) = method(uri) {
        out.set(RPC_METHOD, Value::Borrowed(method));
    }
}
