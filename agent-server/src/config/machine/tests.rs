//! Tests of what is found on this machine.

use std::fs;
use std::os::unix::net::UnixListener;
use std::path::Path;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};

use super::check;
use crate::config::load::checked;
use crate::config::parse::parse;
use crate::config::{Environment, Source};
use crate::registries::Registries;

/// What is found of a receiver and an exporter, without what the metrics page has to do with it.
async fn found(receiver: &str, exporter: &str) -> String {
    let id = |text: &str| text.split(':').next().unwrap_or_default().to_owned();
    let (from, to) = (id(receiver), id(exporter));
    let signal = if from == "hostmetrics" {
        "metrics"
    } else {
        "traces"
    };
    let text = format!(
        "receivers:\n  {receiver}\nexporters:\n  {exporter}\n\
         service:\n  telemetry: {{metrics: {{level: none}}}}\n  \
         pipelines: {{{signal}: {{receivers: [{from}], exporters: [{to}]}}}}\n"
    );
    found_in(&text).await
}

async fn found_in(text: &str) -> String {
    let root = parse(&Source::new("f", text)).expect("valid YAML");
    let config = checked(root, &Environment::default(), &Registries::builtin());
    let config = config.map_err(|report| report.to_string()).expect("valid");
    check(&config).await.to_string()
}

const RECEIVER: &str = "zipkin: {endpoint: 'localhost:0'}";
const EXPORTER: &str = "nop:";

/// A receiver with a certificate.
fn with_tls(certificate: &Path, key: &Path) -> String {
    format!(
        "zipkin: {{endpoint: 'localhost:0', tls: {{cert_file: {}, key_file: {}}}}}",
        certificate.display(),
        key.display()
    )
}

/// Writes a certificate that is valid until this year, and its key.
fn certificate(directory: &Path, until: i32) -> (std::path::PathBuf, std::path::PathBuf) {
    let mut params = CertificateParams::new(["localhost".to_owned()]).expect("a name");
    params.not_after = date_time_ymd(until, 1, 1);
    let key = KeyPair::generate().expect("a key");
    let paths = [format!("{until}.crt"), format!("{until}.key")].map(|name| directory.join(name));
    let [certificate, key_file] = paths;
    let signed = params.self_signed(&key).expect("signed");
    fs::write(&certificate, signed.pem()).expect("written");
    fs::write(&key_file, key.serialize_pem()).expect("written");
    (certificate, key_file)
}

#[tokio::test]
async fn a_machine_that_has_everything_is_not_complained_of() {
    let directory = tempfile::tempdir().expect("a directory");
    let (certificate, key) = certificate(directory.path(), 2999);
    assert_eq!(found(&with_tls(&certificate, &key), EXPORTER).await, "");
}

#[tokio::test]
async fn certificates_that_are_not_there_not_valid_or_of_another_key_are_found() {
    let directory = tempfile::tempdir().expect("a directory");
    let (valid, key) = certificate(directory.path(), 2999);
    let (expired, old_key) = certificate(directory.path(), 2001);
    let missing = directory.path().join("missing");
    let cases = [
        (&missing, &key, "cannot read"),
        (&valid, &missing, "cannot read"),
        (&valid, &old_key, "does not go with"),
        (&expired, &old_key, "has expired, on 2001-01-01"),
        (&key, &key, "holds no certificate"),
    ];
    for (certificate, key, expected) in cases {
        let found = found(&with_tls(certificate, key), EXPORTER).await;
        assert!(found.contains(expected), "{expected}: {found}");
        assert!(found.starts_with("f:2:"), "{found}");
        assert_eq!(found.lines().count(), 1, "{found}");
    }
}

#[tokio::test]
async fn files_and_directories_that_cannot_be_written_are_found() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("file");
    fs::write(&file, "").expect("written");
    let (here, file) = (directory.path().display(), file.display());
    for (exporter, expected) in [
        (format!("file: {{path: {here}/spans.json}}"), ""),
        (format!("file: {{path: {file}}}"), ""),
        (
            format!("file: {{path: {here}/a/b.json, create_directory: true}}"),
            "",
        ),
        (format!("file: {{path: {here}/a/b.json}}"), "does not exist"),
        (format!("file: {{path: {here}}}"), "is a directory"),
        (format!("store: {{directory: {here}/a/b}}"), ""),
        (format!("store: {{directory: {file}}}"), "is no directory"),
        (format!("store: {{directory: {file}/a}}"), "is no directory"),
    ] {
        let found = found(RECEIVER, &exporter).await;
        assert_eq!(found.is_empty(), expected.is_empty(), "{exporter}: {found}");
        assert!(found.contains(expected), "{exporter}: {found}");
    }
    assert_eq!(
        fs::read_dir(directory.path()).expect("a directory").count(),
        1
    );
}

#[tokio::test]
async fn a_data_directory_that_cannot_be_made_is_found() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("file");
    fs::write(&file, "").expect("written");
    let with = |data: &Path| {
        format!(
            "receivers: {{zipkin: {{endpoint: 'localhost:0'}}}}\nexporters: {{nop: }}\n\
             service:\n  telemetry: {{metrics: {{level: none}}}}\n  \
             data: {{directory: {}}}\n  \
             pipelines: {{traces: {{receivers: [zipkin], exporters: [nop]}}}}\n",
            data.display()
        )
    };
    assert_eq!(found_in(&with(&directory.path().join("a/b"))).await, "");
    let wrong = found_in(&with(&file.join("a"))).await;
    assert!(wrong.contains("`service.data.directory`"), "{wrong}");
    assert!(wrong.contains("is no directory"), "{wrong}");
}

#[tokio::test]
async fn the_root_of_a_machine_must_be_there() {
    let receiver = "hostmetrics: {root_path: /no/such/place, scrapers: {load: }}";
    let found = found(receiver, EXPORTER).await;
    assert!(found.contains("hostmetrics.root_path"), "{found}");
}

#[tokio::test]
async fn files_that_are_read_must_be_there() {
    let receiver = "jaeger: {protocols: {grpc: {endpoint: 'localhost:0'}}, \
                    remote_sampling: {http: {endpoint: 'localhost:0'}, \
                    grpc: {endpoint: 'localhost:0'}, strategy_file: /nowhere/at/all}}";
    let found = found(receiver, EXPORTER).await;
    assert!(found.contains("remote_sampling.strategy_file"), "{found}");
    assert!(found.contains("/nowhere/at/all"), "{found}");
}

#[tokio::test]
async fn a_unix_socket_needs_a_directory_and_nobody_on_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("s.sock");
    let receiver = |path: &Path| format!("zipkin: {{endpoint: 'unix://{}'}}", path.display());
    assert_eq!(found(&receiver(&path), EXPORTER).await, "");
    let nowhere = found(&receiver(&directory.path().join("a/s.sock")), EXPORTER).await;
    assert!(nowhere.contains("mkdir -p"), "{nowhere}");
    let taken = UnixListener::bind(&path).expect("bound");
    let found_taken = found(&receiver(&path), EXPORTER).await;
    assert!(
        found_taken.contains("another program listens there"),
        "{found_taken}"
    );
    drop(taken);
    // What a process left behind that was killed is replaced.
    assert_eq!(found(&receiver(&path), EXPORTER).await, "");
    fs::remove_file(&path).expect("removed");
    fs::write(&path, "mine").expect("written");
    let file = found(&receiver(&path), EXPORTER).await;
    assert!(file.contains("no socket"), "{file}");
}

#[tokio::test]
async fn a_port_for_datagrams_is_another_than_one_for_connections() {
    let taken = std::net::UdpSocket::bind("127.0.0.1:0").expect("bound");
    let address = taken.local_addr().expect("an address");
    let sampling = "remote_sampling: {http: {endpoint: 'localhost:0'}, \
                    grpc: {endpoint: 'localhost:0'}}";
    let receiver = format!(
        "jaeger: {{protocols: {{thrift_compact: {{endpoint: '{address}'}}, \
         thrift_http: {{endpoint: '{address}'}}}}, {sampling}}}"
    );
    let found = found(&receiver, EXPORTER).await;
    assert!(found.contains("thrift_compact.endpoint"), "{found}");
    assert!(!found.contains("thrift_http"), "{found}");
}

#[tokio::test]
async fn a_backend_that_answers_without_tls_where_tls_is_wanted_is_found() {
    let backend = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("bound");
    let address = backend.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = backend.accept().await {
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400\r\n\r\n").await;
        }
    });
    let exporter = |scheme: &str| {
        format!("otlp: {{endpoint: '{scheme}://{address}', tls: {{insecure_skip_verify: true}}}}")
    };
    assert_eq!(found(RECEIVER, &exporter("http")).await, "");
    let found = found(RECEIVER, &exporter("https")).await;
    assert!(found.contains("warning: "), "{found}");
    assert!(found.contains("cannot connect to https://"), "{found}");
}
