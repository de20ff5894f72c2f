//! What tells the series of a metric apart.

use http::StatusCode;
use opentelemetry::KeyValue;
use opentelemetry_semantic_conventions::attribute::{
    ERROR_TYPE, HTTP_REQUEST_METHOD, HTTP_RESPONSE_STATUS_CODE, HTTP_ROUTE,
    NETWORK_PROTOCOL_VERSION, RPC_METHOD, RPC_SYSTEM_NAME, SERVER_ADDRESS, SERVER_PORT, URL_SCHEME,
    URL_TEMPLATE,
};

use crate::describe::methods::{MethodName, OTHER};
use crate::describe::{Answer, Conclusion, Exchange, Side, grpc};
use crate::names::ROUTES;

/// What of a request tells series apart, as far as the start shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dimensions {
    /// The scheme, of a server's request.
    pub(crate) scheme: Option<&'static str>,
    /// Which host: always on a client, on a server only where it was asked for.
    pub(crate) host: Option<&'static str>,
    pub(crate) port: Option<u16>,
    /// The template of a client's URL.
    pub(crate) template: Option<&'static str>,
    /// The version of HTTP, where the request tells it.
    pub(crate) version: Option<&'static str>,
}

impl Dimensions {
    /// The attributes of `active_requests`: what is known from the start to the end.
    pub(super) fn of_active(&self, exchange: &Exchange) -> Vec<KeyValue> {
        let mut attributes = Vec::with_capacity(4);
        attributes.push(method(&exchange.method));
        self.push_where(&mut attributes);
        attributes
    }

    /// The attributes of everything else that is measured about HTTP.
    pub(super) fn of_http(
        &self,
        exchange: &Exchange,
        answer: Answer,
        conclusion: &Conclusion,
    ) -> Vec<KeyValue> {
        let mut attributes = Vec::with_capacity(8);
        // A server that refuses a method has said that it is none of its own.
        let is_refused = exchange.side == Side::Server
            && matches!(
                answer.status,
                Some(StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED)
            );
        attributes.push(method(if is_refused {
            &MethodName::Other
        } else {
            &exchange.method
        }));
        self.push_where(&mut attributes);
        let route = conclusion.route.as_ref();
        if let Some(route) = route.and_then(|route| ROUTES.keep(&route.path)) {
            attributes.push(KeyValue::new(HTTP_ROUTE, route));
        }
        if let Some(status) = answer.status {
            let status = i64::from(status.as_u16());
            attributes.push(KeyValue::new(HTTP_RESPONSE_STATUS_CODE, status));
        }
        // A client's response tells what was negotiated, a server's request.
        let negotiated = answer.version.or(self.version);
        if let Some(version) = negotiated {
            attributes.push(KeyValue::new(NETWORK_PROTOCOL_VERSION, version));
        }
        push_error(conclusion, &mut attributes);
        attributes
    }

    /// The attributes of a call's duration.
    pub(super) fn of_rpc(&self, conclusion: &Conclusion) -> Vec<KeyValue> {
        let mut attributes = Vec::with_capacity(6);
        attributes.push(KeyValue::new(RPC_SYSTEM_NAME, grpc::SYSTEM));
        attributes.push(KeyValue::new(
            RPC_METHOD,
            conclusion.method.unwrap_or(OTHER),
        ));
        if let Some(status) = conclusion.grpc_status {
            attributes.push(KeyValue::new(grpc::STATUS_CODE, status.name()));
        }
        self.push_server(&mut attributes);
        push_error(conclusion, &mut attributes);
        attributes
    }

    fn push_where(&self, attributes: &mut Vec<KeyValue>) {
        if let Some(scheme) = self.scheme {
            attributes.push(KeyValue::new(URL_SCHEME, scheme));
        }
        if let Some(template) = self.template {
            attributes.push(KeyValue::new(URL_TEMPLATE, template));
        }
        self.push_server(attributes);
    }

    fn push_server(&self, attributes: &mut Vec<KeyValue>) {
        if let Some(host) = self.host {
            attributes.push(KeyValue::new(SERVER_ADDRESS, host));
            if let Some(port) = self.port {
                attributes.push(KeyValue::new(SERVER_PORT, i64::from(port)));
            }
        }
    }
}

fn method(method: &MethodName) -> KeyValue {
    match method {
        MethodName::Known(name) => KeyValue::new(HTTP_REQUEST_METHOD, *name),
        MethodName::Other => KeyValue::new(HTTP_REQUEST_METHOD, OTHER),
        MethodName::Own(name) => KeyValue::new(HTTP_REQUEST_METHOD, name.clone()),
    }
}

fn push_error(conclusion: &Conclusion, attributes: &mut Vec<KeyValue>) {
    if let Some(error) = &conclusion.error {
        attributes.push(KeyValue::new(ERROR_TYPE, error.clone()));
    }
}
