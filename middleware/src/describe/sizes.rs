//! What was counted of bodies.

use opentelemetry_semantic_conventions::attribute::{
    HTTP_REQUEST_BODY_SIZE, HTTP_RESPONSE_BODY_SIZE,
};

use crate::record::{Attributes, Value};
use crate::settings::Settings;

/// The keys of message counts, for which the conventions have none.
const REQUEST_MESSAGES: &str = "grpc.request.messages";
const RESPONSE_MESSAGES: &str = "grpc.response.messages";

/// Bytes and gRPC messages of both bodies, where anybody wanted to know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sizes {
    pub(crate) request: Option<u64>,
    pub(crate) request_messages: Option<u64>,
    pub(crate) response: Option<u64>,
    pub(crate) response_messages: Option<u64>,
}

impl Sizes {
    /// Writes what was asked for and is known: messages of a gRPC call, bytes of everything else.
    pub(crate) fn write(self, is_grpc: bool, settings: &Settings, out: &mut impl Attributes) {
        let (is_asked_for, pairs) = if is_grpc {
            let request = (REQUEST_MESSAGES, self.request_messages);
            let response = (RESPONSE_MESSAGES, self.response_messages);
            (settings.message_counts, [request, response])
        } else {
            let request = (HTTP_REQUEST_BODY_SIZE, self.request);
            let response = (HTTP_RESPONSE_BODY_SIZE, self.response);
            (settings.body_sizes, [request, response])
        };
        for (key, count) in pairs.into_iter().filter(|_| is_asked_for) {
            if let Some(count) = count.and_then(|count| i64::try_from(count).ok()) {
                out.set(key, Value::Int(count));
            }
        }
    }
}
