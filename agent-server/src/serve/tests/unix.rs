//! Unix sockets.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use tokio::net::UnixStream;

use super::*;
use crate::component::StartError;

fn at(path: &Path) -> ListenAddress {
    ListenAddress::Unix(path.to_owned())
}

async fn refused(path: &Path) -> StartError {
    let context = Context {
        id: "otlp".parse().expect("an id"),
        shared: Shared::default(),
    };
    let bound = bind(at(path), "endpoint", &context).await;
    bound.map(drop).expect_err("it is not bound")
}

#[tokio::test]
async fn a_socket_is_served_told_who_asks_and_removed_at_the_end() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("agent.sock");
    let running = Running::start(at(&path), Settings::default()).await;
    let meta = std::fs::metadata(&path).expect("it is there");
    assert_eq!(meta.permissions().mode() & 0o777, 0o660);
    let mut peer = UnixStream::connect(&path).await.expect("connected");
    let answer = ask(&mut peer).await;
    assert!(
        answer.ends_with(&format!("hello, user {}", meta.uid())),
        "{answer}"
    );
    let shown = running.shared.addresses.all()["otlp.endpoint"].to_string();
    assert_eq!(shown, format!("unix://{}", path.display()));
    running.tasks.stop().await;
    assert!(!path.exists());
}

#[tokio::test]
async fn a_socket_that_nobody_answers_on_is_replaced_and_a_live_one_is_not() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("agent.sock");
    drop(std::os::unix::net::UnixListener::bind(&path).expect("bound"));
    assert!(path.exists(), "closing leaves the file");
    let running = Running::start(at(&path), Settings::default()).await;
    let error = refused(&path).await;
    assert_eq!(error.key(), "endpoint");
    assert!(error.to_string().contains("agent.sock"), "{error}");
    let mut peer = UnixStream::connect(&path).await.expect("connected");
    assert!(ask(&mut peer).await.contains("hello"));
    running.tasks.stop().await;
}

#[tokio::test]
async fn a_file_that_is_no_socket_is_left_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("notes.txt");
    std::fs::write(&path, "dear diary").expect("written");
    refused(&path).await;
    assert_eq!(std::fs::read(&path).expect("still there"), b"dear diary");
}

#[tokio::test]
async fn a_socket_that_another_has_put_there_meanwhile_is_not_removed() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("agent.sock");
    let running = Running::start(at(&path), Settings::default()).await;
    std::fs::remove_file(&path).expect("removed");
    let _other = std::os::unix::net::UnixListener::bind(&path).expect("bound");
    running.tasks.stop().await;
    assert!(path.exists());
}
