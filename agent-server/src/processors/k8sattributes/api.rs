//! The two requests: list the pods, and watch them from there on.

use std::path::PathBuf;
use std::time::Duration;

use bytes::BytesMut;
use reqwest::{Client, Response, StatusCode, Url};
use serde::Deserialize;

use super::config::{AuthType, Config, FieldOp, Filter, LabelFilter, Op};
use super::pod::Pod;
use super::pods::MAX_PODS;
use crate::component::BuildError;
use crate::exporters::{Headers, Keeping, TlsSettings, client, parse_url};

/// The largest answer to a list of one page, and the largest event.
const MAX_BYTES: usize = 64 << 20;
/// Pods on one page.
const PAGE: u32 = 500;
/// Pages of one list; there are less, unless the server does not say where it ends.
const MAX_PAGES: usize = 4 * MAX_PODS / PAGE as usize;
/// How long a list of one page may take, and the beginning of a watch.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The API server, as this agent asks it.
#[derive(Clone, Debug)]
pub(super) struct Api {
    client: Client,
    pods: Url,
    token: Option<PathBuf>,
}

/// Pods, and the version up to which they are current.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) pods: Vec<Pod>,
    pub(super) version: String,
}

/// Why the API server did not answer as it should.
#[derive(Debug, thiserror::Error)]
pub(super) enum ApiError {
    /// It does not remember that far back: list anew.
    #[error("the version is too old")]
    Gone,
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// One line of a watch.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", content = "object", rename_all = "UPPERCASE")]
pub(super) enum Event {
    Added(Box<Pod>),
    /// How far the watch is; the pods are listed anew after it all the same.
    Bookmark(serde::de::IgnoredAny),
    Deleted(Box<Pod>),
    Error(Trouble),
    Modified(Box<Pod>),
}

/// What the API server says went wrong.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Trouble {
    code: u16,
    message: String,
}

impl From<Trouble> for ApiError {
    fn from(trouble: Trouble) -> Self {
        match trouble.code {
            410 => Self::Gone,
            _ => Self::Other(trouble.message),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Page {
    metadata: PageMetadata,
    items: Vec<Pod>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PageMetadata {
    resource_version: String,
    #[serde(rename = "continue")]
    more: String,
}

impl Api {
    /// The API server that the configuration means, or that of the cluster.
    pub(super) fn new(config: &Config) -> Result<Self, BuildError> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let base = match &config.endpoint {
            Some(endpoint) => endpoint.trim_end_matches('/').to_owned(),
            None => {
                let host = variable("KUBERNETES_SERVICE_HOST").ok_or_else(outside)?;
                let port = variable("KUBERNETES_SERVICE_PORT").unwrap_or_else(|| "443".to_owned());
                let host = match host.contains(':') {
                    true => format!("[{host}]"),
                    false => host,
                };
                format!("https://{host}:{port}")
            }
        };
        let filter = &config.filter;
        let path = match filter.namespace.as_str() {
            "" => format!("{base}/api/v1/pods"),
            namespace => format!("{base}/api/v1/namespaces/{namespace}/pods"),
        };
        let mut pods = parse_url(&path).map_err(|wrong| BuildError::new("endpoint", wrong))?;
        select(&mut pods, filter, variable)?;
        let https = pods.scheme() == "https";
        let tls = TlsSettings {
            ca_file: config.ca_file.exists().then(|| config.ca_file.clone()),
            ..TlsSettings::default()
        };
        let client = client(&Headers::default(), &tls, https, Keeping::default())?;
        let logs_in = config.auth_type == AuthType::ServiceAccount;
        Ok(Self {
            client,
            pods,
            token: logs_in.then(|| config.token_file.clone()),
        })
    }

    /// All pods, page by page, as `prune` leaves them. Of more than are remembered the rest is not
    /// asked for.
    pub(super) async fn list(&self, prune: impl Fn(&mut Pod)) -> Result<Listed, ApiError> {
        let mut pods = Vec::new();
        let mut more = String::new();
        for _ in 0..MAX_PAGES {
            let mut query = vec![("limit", PAGE.to_string())];
            if !more.is_empty() {
                query.push(("continue", more));
            }
            let asked = async {
                let answer = self.ask(&query).await?;
                let body = whole(answer).await?;
                serde_json::from_slice::<Page>(&body).map_err(|error| other(&error))
            };
            let mut page = in_time(asked).await?;
            page.items.iter_mut().for_each(&prune);
            pods.append(&mut page.items);
            more = page.metadata.more;
            if more.is_empty() || pods.len() > MAX_PODS {
                let version = page.metadata.resource_version;
                return Ok(Listed { pods, version });
            }
        }
        Err(ApiError::Other("the list has no end".to_owned()))
    }

    /// What happens from `version` on, for about `period`.
    pub(super) async fn watch(&self, version: &str, period: Duration) -> Result<Events, ApiError> {
        let query = [
            ("watch", "1".to_owned()),
            ("allowWatchBookmarks", "true".to_owned()),
            ("resourceVersion", version.to_owned()),
            ("timeoutSeconds", period.as_secs().max(1).to_string()),
        ];
        Ok(Events {
            response: in_time(self.ask(&query)).await?,
            buffer: BytesMut::new(),
        })
    }

    async fn ask(&self, query: &[(&str, String)]) -> Result<Response, ApiError> {
        let mut url = self.pods.clone();
        url.query_pairs_mut().extend_pairs(query);
        let mut request = self.client.get(url);
        if let Some(file) = &self.token {
            // It is replaced while the pod runs.
            let token = tokio::fs::read_to_string(file).await;
            let token = token.map_err(|error| {
                ApiError::Other(format!("cannot read {}: {error}", file.display()))
            })?;
            request = request.bearer_auth(token.trim());
        }
        let answer = request
            .send()
            .await
            .map_err(|error| other(&error.without_url()))?;
        match answer.status() {
            StatusCode::OK => Ok(answer),
            StatusCode::GONE => Err(ApiError::Gone),
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => Err(ApiError::Other(format!(
                "{}: the service account may not `list` and `watch` pods",
                answer.status()
            ))),
            status => Err(ApiError::Other(status.to_string())),
        }
    }
}

async fn in_time<T>(asked: impl Future<Output = Result<T, ApiError>>) -> Result<T, ApiError> {
    let answer = tokio::time::timeout(TIMEOUT, asked).await;
    answer.map_err(|_| ApiError::Other("no answer in time".to_owned()))?
}

/// Asks only for the pods that are wanted.
fn select(
    pods: &mut Url,
    filter: &Filter,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<(), BuildError> {
    let node = match filter.node_from_env_var.as_str() {
        "" => filter.node.clone(),
        name => variable(name).ok_or_else(|| {
            let message = format!("the environment has no {name}");
            BuildError::new("filter.node_from_env_var", message)
        })?,
    };
    let node = (!node.is_empty()).then(|| format!("spec.nodeName={node}"));
    let fields = filter.fields.iter().map(|field| {
        let op = match field.op {
            FieldOp::Equals => "=",
            FieldOp::NotEquals => "!=",
        };
        format!("{}{op}{}", field.key, field.value)
    });
    let fields: Vec<String> = node.into_iter().chain(fields).collect();
    if !fields.is_empty() {
        pods.query_pairs_mut()
            .append_pair("fieldSelector", &fields.join(","));
    }
    if !filter.labels.is_empty() {
        let labels: Vec<String> = filter.labels.iter().map(selector).collect();
        pods.query_pairs_mut()
            .append_pair("labelSelector", &labels.join(","));
    }
    Ok(())
}

fn selector(filter: &LabelFilter) -> String {
    let LabelFilter { key, value, op } = filter;
    match op {
        Op::DoesNotExist => format!("!{key}"),
        Op::Equals => format!("{key}={value}"),
        Op::Exists => key.clone(),
        Op::NotEquals => format!("{key}!={value}"),
    }
}

fn outside() -> BuildError {
    let message = "the agent does not run in a cluster: KUBERNETES_SERVICE_HOST is not set; write \
                   `endpoint: http://127.0.0.1:8001` for `kubectl proxy`, or `passthrough: true`";
    BuildError::new("", message)
}

fn other(error: &dyn std::error::Error) -> ApiError {
    ApiError::Other(error.to_string())
}

async fn whole(mut answer: Response) -> Result<BytesMut, ApiError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = answer.chunk().await.map_err(|e| other(&e.without_url()))? {
        if body.len() + chunk.len() > MAX_BYTES {
            return Err(ApiError::Other("the answer is too large".to_owned()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The events of one watch, a line each.
#[derive(Debug)]
pub(super) struct Events {
    response: Response,
    buffer: BytesMut,
}

impl Events {
    /// The next event; `None` when the watch has ended, as it does from time to time.
    pub(super) async fn next(&mut self) -> Result<Option<Event>, ApiError> {
        let mut looked = 0;
        loop {
            let rest = self.buffer.get(looked..).unwrap_or_default();
            if let Some(at) = rest.iter().position(|byte| *byte == b'\n') {
                let line = self.buffer.split_to(looked + at + 1);
                if line.iter().all(u8::is_ascii_whitespace) {
                    looked = 0;
                    continue;
                }
                return serde_json::from_slice(&line)
                    .map(Some)
                    .map_err(|error| other(&error));
            }
            looked = self.buffer.len();
            if looked > MAX_BYTES {
                return Err(ApiError::Other("an event is too large".to_owned()));
            }
            let chunk = self
                .response
                .chunk()
                .await
                .map_err(|e| other(&e.without_url()))?;
            match chunk {
                Some(chunk) => self.buffer.extend_from_slice(&chunk),
                None => return Ok(None),
            }
        }
    }
}
