//! `GET /sampling?service=`, and the older forms.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use http::header::{ALLOW, CONTENT_TYPE};
use http::{Method, Request, StatusCode, Uri};

use super::{Table, json};
use crate::component::Tasks;
use crate::serve::{self, Listener};

/// How the type of a strategy is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::receivers::jaeger) enum Form {
    /// `"PROBABILISTIC"`, as protobuf has it.
    Names,
    /// `0`, as Thrift has it.
    Numbers,
}

/// Answers over HTTP on `listener`.
pub(in crate::receivers::jaeger) fn serve_http(
    listener: Listener,
    table: Arc<Table>,
    tasks: &Tasks,
) {
    let router = Router::new().fallback(handle).with_state(table);
    serve::http(listener, router, tasks);
}

async fn handle(State(table): State<Arc<Table>>, request: Request<Body>) -> Response {
    let (method, uri) = (request.method(), request.uri());
    match uri.path() {
        "/sampling" | "/api/sampling" => answer(&table, method, uri, Form::Names),
        "/" => answer(&table, method, uri, Form::Numbers),
        // What baggage a service may set: everything, as ever.
        "/baggageRestrictions" => match service(method, uri) {
            Ok(_) => in_json("[]".to_owned()),
            Err(refused) => *refused,
        },
        path => (
            StatusCode::NOT_FOUND,
            format!("there is nothing at {path}\n"),
        )
            .into_response(),
    }
}

/// The answer to a question for the strategy of a service.
pub(in crate::receivers::jaeger) fn answer(
    table: &Table,
    method: &Method,
    uri: &Uri,
    form: Form,
) -> Response {
    match service(method, uri) {
        Ok(service) => in_json(json::write(table.get(&service), form)),
        Err(refused) => *refused,
    }
}

/// The service that is asked for.
fn service(method: &Method, uri: &Uri) -> Result<String, Box<Response>> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        let path = uri.path();
        let message = format!("{path} takes GET, not {method}\n");
        let refused = (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET")], message);
        return Err(Box::new(refused.into_response()));
    }
    let parameters = Query::<Vec<(String, String)>>::try_from_uri(uri);
    let parameters = parameters.map(|Query(all)| all).unwrap_or_default();
    let mut services = parameters.into_iter().filter(|(key, _)| key == "service");
    match (services.next(), services.next()) {
        (Some((_, service)), None) => Ok(service),
        _ => {
            let message = "'service' parameter must be provided once\n";
            Err(Box::new((StatusCode::BAD_REQUEST, message).into_response()))
        }
    }
}

fn in_json(text: String) -> Response {
    ([(CONTENT_TYPE, "application/json")], text).into_response()
}
