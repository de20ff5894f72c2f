//! What each filter accepts.

use http::{Method, Request, header::AUTHORIZATION};

use super::*;
use crate::request::Traced;
use crate::testing::words::{get, grpc};

fn accepts(filter: &impl Filter, request: &Request<()>) -> bool {
    filter.accepts(&RequestView::received(request))
}

#[test]
fn a_path_is_the_whole_path_and_a_prefix_its_beginning() {
    assert!(accepts(&path("/healthz"), &get("/healthz?full=1")));
    assert!(!accepts(&path("/healthz"), &get("/healthz/live")));
    assert!(accepts(&path_prefix("/healthz"), &get("/healthz/live")));
    assert!(!accepts(&path_prefix("/healthz/"), &get("/healthz")));
}

#[test]
fn a_star_stands_for_any_text() {
    assert!(accepts(&path_glob("/a/*/c"), &get("/a/b/b/c")));
    assert!(!accepts(&path_glob("/a/*/c"), &get("/a/c")));
}

#[test]
fn method_header_and_host_are_looked_at() {
    assert!(accepts(&method(Method::GET), &get("/")));
    assert!(!accepts(&method(Method::PUT), &get("/")));
    assert!(!accepts(&header(AUTHORIZATION), &get("/")));
    assert!(accepts(
        &host("Api.Example"),
        &get("http://api.example:8080/")
    ));
    assert!(!accepts(
        &host("api.example"),
        &get("http://other.example/")
    ));
}

#[test]
fn only_grpc_calls_have_a_grpc_method() {
    let health = "/grpc.health.v1.Health/Check";
    assert!(accepts(&grpc_health_check(), &grpc(health)));
    assert!(!accepts(&grpc_health_check(), &get(health)));
    assert!(!accepts(&grpc_health_check(), &grpc("/a.B/C")));
    assert!(accepts(&grpc_method("a.B/C"), &grpc("/a.B/C")));
}

#[test]
fn what_is_marked_has_opted_in() {
    let mut request = get("/");
    assert!(!accepts(&opted_in(), &request));
    request.extensions_mut().insert(Traced);
    assert!(accepts(&opted_in(), &request));
}

#[test]
fn filters_combine() {
    let both = path_prefix("/a").and(method(Method::GET));
    let either = path("/x").or(path("/y"));
    assert!(accepts(&both, &get("/a/1")) && !accepts(&both, &get("/b")));
    assert!(accepts(&either, &get("/y")) && !accepts(&either, &get("/z")));
    assert!(accepts(&not(either), &get("/z")));
}

#[test]
fn all_filters_of_a_layer_must_agree() {
    let mut filters = Filters::default();
    assert!(filters.is_empty() && filters.accept(&RequestView::received(&get("/"))));
    filters.push(path_prefix("/a"));
    filters.push(not(path("/a/b")));
    assert!(filters.accept(&RequestView::received(&get("/a/c"))));
    assert!(!filters.accept(&RequestView::received(&get("/a/b"))));
}

#[test]
fn filters_can_be_chosen_when_the_program_runs() {
    let boxed: Box<dyn Filter> = Box::new(path("/a"));
    let shared: Arc<dyn Filter> = Arc::new(from_fn(|request| request.path() == "/b"));
    assert!(accepts(&boxed, &get("/a")) && !accepts(&boxed, &get("/b")));
    assert!(accepts(&boxed.or(shared), &get("/b")));
}
