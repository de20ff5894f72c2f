//! The API server.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What one request is answered with: a status, and the body in pieces.
pub(super) type Answer = (u16, Vec<String>);

/// A request that is taken and not answered.
pub(super) const SILENCE: Answer = (0, Vec::new());

/// Answers one request after the other as a script says, and then holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Server {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts it; gives its URL.
    pub(super) async fn start(answers: Vec<Answer>) -> (Self, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let server = Self {
            answers: Arc::new(Mutex::new(answers.into())),
            asked: Arc::default(),
        };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().serve(stream));
            }
        });
        (server, url)
    }

    /// The first lines of all requests, and their credentials.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    async fn serve(self, mut stream: TcpStream) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let Ok(byte) = stream.read_u8().await else {
                return;
            };
            head.push(byte);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let line = head.lines().next().unwrap_or_default();
        let login = head.lines().find(|line| line.starts_with("authorization:"));
        let asked = format!("{line} {}", login.unwrap_or_default());
        self.asked.lock().unwrap().push(asked);
        let answer = self.answers.lock().unwrap().pop_front();
        let (status, pieces) = answer.unwrap_or(SILENCE);
        if status == 0 {
            return std::future::pending().await;
        }
        let head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\n\r\n");
        let _ = stream.write_all(head.as_bytes()).await;
        for piece in pieces {
            let _ = stream.write_all(piece.as_bytes()).await;
            let _ = stream.flush().await;
            tokio::task::yield_now().await;
        }
    }
}

/// A pod, as the API server writes it.
pub(super) fn pod(name: &str, ip: &str) -> Value {
    json!({
        "metadata": {
            "name": name, "namespace": "shop", "uid": format!("uid-{name}"),
            "resourceVersion": "7",
            "labels": {"app.kubernetes.io/name": "cart", "tier": "back"},
            "annotations": {"team": "blue"},
            "ownerReferences": [{"kind": "ReplicaSet", "name": "cart-5d9c7"}]
        },
        "spec": {"nodeName": "node-1"},
        "status": {"podIP": ip, "startTime": "2026-01-02T03:04:05Z"}
    })
}

/// The answer to a list.
pub(super) fn list(pods: &[Value], more: &str) -> Answer {
    let body = json!({
        "kind": "PodList", "metadata": {"resourceVersion": "42", "continue": more}, "items": pods
    });
    (200, vec![body.to_string()])
}

/// The line of a watch.
pub(super) fn event(kind: &str, object: &Value) -> String {
    format!("{}\n", json!({"type": kind, "object": object}))
}
