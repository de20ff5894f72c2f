//! The cells of HTTP: each by every client, in both versions, recorded as by default and with
//! everything that can be asked for.

use axum::body::Bytes;
use http::{Request, header};

use super::app::{App, Place};
use super::assert_none;
use super::client::{Caller, Client, Version, send};
use super::scene::{Extent, REQUEST_ID, Scene};
use super::verify::{SECRET, verify};

/// One request, and what it leaves.
#[derive(Clone, Debug)]
struct Cell {
    place: Place,
    method: &'static str,
    path: String,
    body: &'static str,
    caller: Caller,
    tree: String,
}

/// `GET path`, read to its end: the client's span ends as `client` says and the server's, named
/// `name`, as `server` says.
fn get(path: &str, client: &str, name: &str, server: &str) -> Cell {
    Cell {
        place: Place::Inside,
        method: "GET",
        path: path.to_owned(),
        body: "",
        caller: Caller::Reads,
        tree: format!("GET [client{client}]\n  {name} [server{server}]"),
    }
}

fn by(caller: Caller, cell: Cell) -> Cell {
    Cell { caller, ..cell }
}

fn around(cell: Cell) -> Cell {
    Cell {
        place: Place::Around,
        ..cell
    }
}

/// `method /any/7`, which is `name` in the names of spans.
fn any(method: &'static str, name: &str, body: &'static str) -> Cell {
    Cell {
        method,
        body,
        tree: format!("{name} [client 200]\n  {name} /any/{{id}} [server 200]"),
        ..get("/any/7", "", "", "")
    }
}

fn routes() -> Vec<Cell> {
    vec![
        get("/users/7", " 200", "GET /users/{id}", " 200"),
        get(
            "/api/v1/orders/7",
            " 200",
            "GET /api/{version}/orders/{id}",
            " 200",
        ),
        get("/files/a/b", " 200", "GET", " 200"),
        get("/nothing/here", " 404 error", "GET", " 404"),
        around(get("/users/7", " 200", "GET", " 200")),
        around(get("/files/a/b", " 200", "GET", " 200")),
        around(get("/boom", " 500 error", "GET", " 500 error")),
        get("/users/7?", " 200", "GET /users/{id}", " 200"),
        get(
            &format!("/users/7?page=2&sig={SECRET}&X-Amz-Signature={SECRET}#top"),
            " 200",
            "GET /users/{id}",
            " 200",
        ),
    ]
}

fn outcomes() -> Vec<Cell> {
    let cancelled = " 200 error: cancelled";
    vec![
        get("/boom", " 500 error", "GET /boom", " 500 error"),
        get("/empty", " 204", "GET /empty", " 204"),
        get("/cached", " 304", "GET /cached", " 304"),
        get("/moved", " 303", "GET /moved", " 303"),
        get("/stream", " 200", "GET /stream", " 200"),
        get(
            "/broken",
            " 200 error",
            "GET /broken",
            " 200 error: axum_core::error::Error",
        ),
        get("/panic", " error", "GET /panic", " error: panic"),
        by(
            Caller::DropsBody,
            get("/endless", " 200", "GET /endless", cancelled),
        ),
        by(
            Caller::DropsFuture,
            get("/slow", "", "GET /slow", " error: cancelled"),
        ),
        by(
            Caller::DropsBody,
            get("/empty", " 204", "GET /empty", " 204"),
        ),
    ]
}

fn methods() -> Vec<Cell> {
    let mut cells = vec![
        any("GET", "GET", ""),
        any("POST", "POST", "a=b"),
        any("PUT", "PUT", "a=b"),
        any("PATCH", "PATCH", "a=b"),
        any("DELETE", "DELETE", ""),
        any("OPTIONS", "OPTIONS", ""),
        any("TRACE", "TRACE", ""),
        any("HEAD", "HEAD", ""),
        any("QUERY", "QUERY", "a=b"),
        any("PURGE", "HTTP", ""),
        any("get", "HTTP", ""),
    ];
    cells.push(Cell {
        method: "DELETE",
        tree: "DELETE [client 405 error]\n  DELETE /users/{id} [server 405]".to_owned(),
        ..get("/users/7", "", "", "")
    });
    cells.push(Cell {
        method: "HEAD",
        tree: "HEAD [client 200]\n  HEAD /stream [server 200]".to_owned(),
        ..get("/stream", "", "", "")
    });
    cells
}

fn request(app: &App, cell: &Cell) -> Request<Bytes> {
    Request::builder()
        .method(cell.method)
        .uri(app.url(&cell.path))
        .header(header::USER_AGENT, "cells/1.0")
        .header(header::AUTHORIZATION, format!("Bearer {SECRET}"))
        .header(header::COOKIE, format!("session={SECRET}"))
        .header(REQUEST_ID, "7")
        .body(Bytes::from_static(cell.body.as_bytes()))
        .expect("a valid request")
}

/// Runs `cells` by every client, in every version, to every extent.
async fn run(cells: &[Cell]) {
    let mut problems = Vec::new();
    for extent in [Extent::Default, Extent::Everything] {
        for client in Client::ALL {
            for version in Version::ALL {
                for cell in cells {
                    let found = run_one(cell, extent, client, version).await;
                    let Cell {
                        method,
                        path,
                        caller,
                        place,
                        ..
                    } = cell;
                    let name = format!(
                        "{method} {path}, {place:?}, {caller:?}, {client:?}, {version:?}, {extent:?}"
                    );
                    problems.extend(found.iter().map(|problem| format!("{name}: {problem}")));
                }
            }
        }
    }
    assert_none(&problems);
}

async fn run_one(cell: &Cell, extent: Extent, client: Client, version: Version) -> Vec<String> {
    let scene = Scene::new(extent);
    let app = App::start(&scene, cell.place, "127.0.0.1").await;
    let app = app.expect("there is a loopback address");
    let sending = send(&scene, client, version, request(&app, cell));
    cell.caller.call(&app, sending).await;
    verify(&scene, &cell.tree).await
}

#[tokio::test]
async fn routes_are_described_as_the_conventions_say() {
    run(&routes()).await;
}

#[tokio::test]
async fn outcomes_are_described_as_the_conventions_say() {
    run(&outcomes()).await;
}

#[tokio::test]
async fn methods_are_described_as_the_conventions_say() {
    run(&methods()).await;
}
