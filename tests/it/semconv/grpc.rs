//! The cells of gRPC: a tonic channel and a tonic server, recorded as by default and with
//! everything that can be asked for.

use std::time::Duration;

use bytes::Bytes;
use campanile_middleware::ClientService;
use campanile_wire::grpc::BytesCodec;
use http::Uri;
use http::uri::PathAndQuery;
use tokio::net::TcpListener;
use tonic::Request;
use tonic::client::Grpc;
use tonic::metadata::MetadataValue;
use tonic::transport::Channel;
use tower::Layer as _;

use super::assert_none;
use super::echo::Echo;
use super::scene::{Extent, Scene};
use super::verify::{SECRET, verify};

/// One call, and what it leaves.
#[derive(Debug)]
struct Cell {
    method: &'static str,
    caller: Caller,
    tree: &'static str,
}

/// What the caller does.
#[derive(Clone, Copy, Debug)]
enum Caller {
    /// Drops the call when the method runs.
    DropsCall,
    /// Drops the stream after one message.
    DropsStream,
    /// Takes every message.
    Reads,
    /// Sends two messages, and takes every message.
    Streams,
    /// Waits so many milliseconds.
    Waits(u64),
}

use Caller::{DropsCall, DropsStream, Reads, Streams, Waits};

const CELLS: [Cell; 13] = [
    Cell {
        method: "/test.Echo/Say",
        caller: Reads,
        tree: "test.Echo/Say [client OK]\n  test.Echo/Say [server OK]",
    },
    Cell {
        method: "/test.Echo/Repeat",
        caller: Streams,
        tree: "test.Echo/Repeat [client OK]\n  test.Echo/Repeat [server OK]",
    },
    Cell {
        method: "/test.Echo/Refuse",
        caller: Reads,
        tree: "test.Echo/Refuse [client NOT_FOUND error]\n  test.Echo/Refuse [server NOT_FOUND]",
    },
    Cell {
        method: "/test.Echo/Cancel",
        caller: Reads,
        tree: "test.Echo/Cancel [client CANCELLED error]\n  test.Echo/Cancel [server CANCELLED]",
    },
    Cell {
        method: "/test.Echo/Break",
        caller: Reads,
        tree: "test.Echo/Break [client INTERNAL error]\n  test.Echo/Break [server INTERNAL error]",
    },
    Cell {
        method: "/test.Echo/Proxied",
        caller: Reads,
        tree: "test.Echo/Proxied [client UNAVAILABLE error]\n  \
               test.Echo/Proxied [server UNAVAILABLE error]",
    },
    Cell {
        method: "/test.Echo/Missing",
        caller: Reads,
        tree: "test.Echo/Missing [client UNIMPLEMENTED error]\n  grpc [server UNIMPLEMENTED error]",
    },
    Cell {
        method: "/made.Up/Method",
        caller: Reads,
        tree: "made.Up/Method [client UNIMPLEMENTED error]\n  grpc [server UNIMPLEMENTED error]",
    },
    Cell {
        method: "/test.Echo/Panic",
        caller: Reads,
        tree: "test.Echo/Panic [client error]\n  test.Echo/Panic [server error: panic]",
    },
    Cell {
        method: "/test.Echo/Hang",
        caller: DropsCall,
        tree: "test.Echo/Hang [client CANCELLED]\n  test.Echo/Hang [server CANCELLED]",
    },
    Cell {
        method: "/test.Echo/Endless",
        caller: DropsStream,
        tree: "test.Echo/Endless [client CANCELLED]\n  test.Echo/Endless [server CANCELLED]",
    },
    // Caller and server watch the clock. When that of the caller is first, by the time that the way
    // has taken, the server is told to give up, just before the deadline by its own clock.
    Cell {
        method: "/test.Echo/Hang",
        caller: Waits(500),
        tree: "test.Echo/Hang [client DEADLINE_EXCEEDED error]\n  test.Echo/Hang [server]",
    },
    Cell {
        method: "/test.Echo/Say",
        caller: Waits(30_000),
        tree: "test.Echo/Say [client OK]\n  test.Echo/Say [server OK]",
    },
];

impl Caller {
    async fn call(self, echo: &Echo, mut client: Grpc<ClientService<Channel>>, method: &str) {
        let path: PathAndQuery = method.parse().expect("a path");
        client.ready().await.expect("a lazy channel is ready");
        let messages = if matches!(self, Streams) { 2 } else { 1 };
        let message = Bytes::from_static(b"hello");
        let mut request = Request::new(tokio_stream::iter(vec![message; messages]));
        let secret = MetadataValue::try_from(SECRET).expect("it is ASCII");
        request.metadata_mut().insert("authorization", secret);
        request
            .metadata_mut()
            .insert("x-request-id", MetadataValue::from_static("7"));
        if let Waits(milliseconds) = self {
            request.set_timeout(Duration::from_millis(milliseconds));
        }
        let calling = client.streaming(request, path, BytesCodec);
        let answer = tokio::select! {
            answer = calling => answer,
            () = echo.arrived.notified(), if matches!(self, DropsCall) => return,
        };
        let Ok(answer) = answer else { return };
        let mut messages = answer.into_inner();
        while let Ok(Some(_)) = messages.message().await {
            if matches!(self, DropsStream) {
                return;
            }
        }
    }
}

/// A traced channel to `uri`.
fn channel(scene: &Scene, uri: &str) -> Grpc<ClientService<Channel>> {
    let uri: Uri = uri.parse().expect("a valid URI");
    let channel = Channel::builder(uri.clone()).connect_lazy();
    Grpc::new(scene.client_layer().with_origin(uri).layer(channel))
}

/// Runs `cell`, and says what is wrong with what it left.
async fn run(cell: &Cell, extent: Extent) -> Vec<String> {
    let Cell {
        method,
        caller,
        tree,
    } = cell;
    let scene = Scene::new(extent);
    let echo = Echo::start(&scene).await;
    let client = channel(&scene, &format!("http://{}", echo.address));
    caller.call(&echo, client, method).await;
    // A server that was not told its methods believes in one when a service has answered for it.
    let tree = match extent {
        Extent::Default => tree.replace("test.Echo/Proxied [server", "grpc [server"),
        Extent::Everything => (*tree).to_owned(),
    };
    let found = verify(&scene, &tree).await;
    let name = format!("{method}, {caller:?}, {extent:?}");
    found
        .iter()
        .map(|problem| format!("{name}: {problem}"))
        .collect()
}

#[tokio::test]
async fn calls_are_described_as_the_conventions_say() {
    let mut problems = Vec::new();
    for extent in [Extent::Default, Extent::Everything] {
        for cell in &CELLS {
            problems.extend(run(cell, extent).await);
        }
    }
    assert_none(&problems);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_error_of_the_caller() {
    let scene = Scene::new(Extent::Everything);
    let nobody = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = nobody.local_addr().expect("a bound socket has an address");
    drop(nobody);
    let mut client = channel(&scene, &format!("http://{address}"));
    client.ready().await.expect("a lazy channel is ready");
    let path = PathAndQuery::from_static("/test.Echo/Say");
    let answer = client
        .unary(Request::new(Bytes::new()), path, BytesCodec)
        .await;
    assert!(answer.is_err());
    assert_none(&verify(&scene, "test.Echo/Say [client error]").await);
}
