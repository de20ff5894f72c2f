use campanile_wire::jaeger::api_v2::{SamplingStrategyParameters, SamplingStrategyResponse};
use prost::Message as _;
use serde_json::json;

use super::*;
use crate::component::{BuildError, Context, Receiver};
use crate::receivers::testing::{Client, within};

const GET: &str = "/jaeger.api_v2.SamplingManager/GetSamplingStrategy";

fn strategies() -> Value {
    json!({
        "default_strategy": {
            "type": "probabilistic",
            "param": 0.5,
            "operation_strategies": [
                { "operation": "/health", "type": "probabilistic", "param": 0 },
                { "operation": "/rate", "type": "ratelimiting", "param": 3 },
            ],
        },
        "service_strategies": [
            { "service": "shop", "type": "probabilistic", "param": 0.8, "operation_strategies": [
                { "operation": "/cart", "type": "probabilistic", "param": 1 },
                { "operation": "/health", "type": "probabilistic", "param": 0.1 },
            ] },
            { "service": "plain", "param": 0.25 },
            { "service": "limited", "type": "ratelimiting", "param": 0.5 },
        ],
    })
}

/// The status and the body of an answer to a GET.
async fn get(running: &Running, key: &str, path: &str) -> (u16, String) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let address = running.address(key);
    let mut stream = within(tokio::net::TcpStream::connect(address))
        .await
        .expect("connected");
    let head = format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut text = String::new();
    within(stream.read_to_string(&mut text))
        .await
        .expect("an answer");
    let status = text.get(9..12).and_then(|status| status.parse().ok());
    let (_, body) = text.split_once("\r\n\r\n").expect("a body");
    (status.expect("a status"), body.to_owned())
}

const HTTP: &str = "jaeger.remote_sampling.http.endpoint";

async fn answer(running: &Running, path: &str) -> Value {
    let (status, body) = get(running, HTTP, path).await;
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).expect("JSON")
}

#[tokio::test]
async fn without_strategies_everything_is_sampled() {
    let running = running().await;
    let expected = json!({
        "strategyType": "PROBABILISTIC",
        "probabilisticSampling": { "samplingRate": 1.0 },
    });
    assert_eq!(answer(&running, "/sampling?service=any").await, expected);
    let numbers = answer(&running, "/?service=any").await;
    assert_eq!(numbers["strategyType"], 0);
    assert_eq!(
        answer(&running, "/baggageRestrictions?service=any").await,
        json!([])
    );
}

#[tokio::test]
async fn each_service_is_told_its_strategy_and_what_the_default_says_of_operations() {
    let more = json!({ "remote_sampling": { "strategies": strategies() } });
    let running = configured(&more).await;
    let per_operation = |default: f64, operations: &[(&str, f64)]| {
        let list = operations.iter().map(|(operation, rate)| {
            json!({ "operation": operation, "probabilisticSampling": { "samplingRate": rate } })
        });
        json!({
            "defaultSamplingProbability": default,
            "defaultLowerBoundTracesPerSecond": 0.0,
            "perOperationStrategies": list.collect::<Vec<_>>(),
        })
    };
    let probabilistic = |rate: f64, operations: Value| {
        json!({
            "strategyType": "PROBABILISTIC",
            "probabilisticSampling": { "samplingRate": rate },
            "operationSampling": operations,
        })
    };
    let table = [
        (
            "unknown",
            probabilistic(0.5, per_operation(0.5, &[("/health", 0.0)])),
        ),
        (
            "plain",
            probabilistic(0.25, per_operation(0.25, &[("/health", 0.0)])),
        ),
        (
            "shop",
            probabilistic(0.8, per_operation(0.8, &[("/cart", 1.0), ("/health", 0.1)])),
        ),
        (
            "limited",
            json!({
                "strategyType": "RATE_LIMITING",
                "rateLimitingSampling": { "maxTracesPerSecond": 1 },
            }),
        ),
    ];
    for (service, expected) in table {
        let found = answer(&running, &format!("/sampling?service={service}")).await;
        assert_eq!(found, expected, "{service}");
    }
}

#[tokio::test]
async fn both_grpc_ports_and_the_collector_s_path_answer_too() {
    let more = json!({ "remote_sampling": { "strategies": strategies() } });
    let running = configured(&more).await;
    let question = SamplingStrategyParameters {
        service_name: "limited".to_owned(),
    };
    for key in [
        "jaeger.remote_sampling.grpc.endpoint",
        "jaeger.protocols.grpc.endpoint",
    ] {
        let mut client = Client::connect(running.address(key)).await;
        let answer = client
            .unary(GET, question.encode_to_vec())
            .await
            .expect("an answer");
        let answer = SamplingStrategyResponse::decode(answer).expect("protobuf");
        assert_eq!(answer.strategy_type, 1);
        let rate = answer.rate_limiting_sampling.expect("a rate");
        assert_eq!(rate.max_traces_per_second, 1);
        let refused = client
            .unary(GET, vec![0xff])
            .await
            .expect_err("no protobuf");
        assert_eq!(refused.code(), tonic::Code::InvalidArgument);
    }
    let key = "jaeger.protocols.thrift_http.endpoint";
    let (status, body) = get(&running, key, "/api/sampling?service=limited").await;
    assert_eq!((status, body.contains("RATE_LIMITING")), (200, true));
}

#[tokio::test]
async fn a_question_without_exactly_one_service_is_refused() {
    let running = running().await;
    for path in [
        "/sampling",
        "/sampling?service=a&service=b",
        "/?x=y",
        "/baggageRestrictions",
    ] {
        let (status, body) = get(&running, HTTP, path).await;
        let expected = "'service' parameter must be provided once\n";
        assert_eq!((status, body.as_str()), (400, expected), "{path}");
    }
    assert_eq!(get(&running, HTTP, "/other?service=a").await.0, 404);
}

#[tokio::test]
async fn a_listener_that_is_not_enabled_does_not_listen() {
    let more = json!({ "remote_sampling": {
        "http": { "enabled": false }, "grpc": { "enabled": false },
    } });
    let running = configured(&more).await;
    let all = running.shared.addresses.all();
    assert!(
        all.keys().all(|key| !key.contains("remote_sampling")),
        "{all:?}"
    );
}

/// What comes of a receiver with a strategies file that holds `text`.
fn with_file(text: &str) -> Result<Box<dyn Receiver>, BuildError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("strategies.json");
    std::fs::write(&path, text).expect("written");
    let more = json!({ "remote_sampling": { "strategy_file": path } });
    let context: Context = context("jaeger");
    let receiver = JaegerReceiver::new(config(&more), context)?;
    Ok(Box::new(receiver))
}

#[test]
fn a_file_of_strategies_is_read_and_what_is_wrong_with_it_is_said() {
    assert!(with_file(&strategies().to_string()).is_ok());
    let table = [
        ("{", "is not a file of strategies"),
        (
            r#"{"default_strategy": {"type": "often"}}"#,
            "unknown variant `often`",
        ),
        (
            r#"{"service_strategies": [{"service": "a", "param": 2}]}"#,
            "service_strategies[0].param",
        ),
    ];
    for (text, expected) in table {
        let error = with_file(text).err().expect("refused");
        assert_eq!(error.key, "remote_sampling.strategy_file");
        assert!(error.message.contains(expected), "{}", error.message);
    }
}
