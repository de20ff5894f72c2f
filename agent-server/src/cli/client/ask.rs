//! One question and its answer.

use std::error::Error;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::AgentUrl;
use crate::cli::CliError;
use crate::extensions::zpages::deliberate::HEADER;

/// The most that an answer may hold.
const MAX_ANSWER: usize = 512 << 20;

/// Asks the agent for the JSON at `path`.
///
/// # Errors
///
/// [`CliError::Unreachable`] when no agent answers, [`CliError::TimedOut`] when it takes more than
/// 30 seconds, [`CliError::NotFound`] when it does not have what was asked for.
pub fn get<T: DeserializeOwned>(
    agent: &AgentUrl,
    path: &str,
    query: &[(&str, String)],
) -> Result<T, CliError> {
    let mut url = agent.0.clone();
    url.set_path(path);
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    exchange(agent, |client| client.get(url))
}

/// Asks the agent to change something, as `path` and `body` say.
///
/// # Errors
///
/// As [`get`]; and [`CliError::Failed`] when the agent does not do it.
pub fn post<T: DeserializeOwned>(
    agent: &AgentUrl,
    path: &str,
    body: &impl Serialize,
) -> Result<T, CliError> {
    let mut url = agent.0.clone();
    url.set_path(path);
    exchange(agent, |client| {
        client.post(url).header(HEADER, "yes").json(body)
    })
}

/// Sends one request and reads the JSON that answers it.
fn exchange<T: DeserializeOwned>(
    agent: &AgentUrl,
    request: impl FnOnce(&Client) -> RequestBuilder,
) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::Failed(format!("cannot start a runtime: {error}")))?;
    let (status, body) = runtime.block_on(answer(agent, request))?;
    if status != StatusCode::OK {
        return Err(refused(agent, status, &body));
    }
    serde_json::from_slice(&body).map_err(|error| foreign(agent, &error.to_string()))
}

async fn answer(
    agent: &AgentUrl,
    request: impl FnOnce(&Client) -> RequestBuilder,
) -> Result<(StatusCode, Vec<u8>), CliError> {
    // Building a client needs a provider even where nothing is encrypted; it fails when there is
    // one already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let failed = |error: reqwest::Error| failure(agent, &error);
    let client = Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(30))
        .build()
        .map_err(failed)?;
    let mut response = request(&client).send().await.map_err(failed)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(foreign(agent, "the answer does not end"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((response.status(), body))
}

/// No answer came.
fn failure(agent: &AgentUrl, error: &reqwest::Error) -> CliError {
    let mut cause: &dyn Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    if error.is_timeout() {
        return CliError::TimedOut(format!("the agent at {agent} did not answer in time"));
    }
    if error.is_connect() {
        return CliError::Unreachable(format!(
            "no agent answers at {agent}: {cause}\n\
             start one with `campanile run`, or say where it is with --endpoint or \
             CAMPANILE_ENDPOINT"
        ));
    }
    foreign(agent, &cause.to_string())
}

/// The agent answered, but not with what was asked for.
fn refused(agent: &AgentUrl, status: StatusCode, body: &[u8]) -> CliError {
    #[derive(Deserialize)]
    struct Problem {
        error: String,
    }
    match serde_json::from_slice::<Problem>(body) {
        Ok(Problem { error }) if status == StatusCode::NOT_FOUND => CliError::NotFound(error),
        Ok(Problem { error }) => CliError::Failed(error),
        Err(_) => foreign(agent, &format!("the status is {status}")),
    }
}

fn foreign(agent: &AgentUrl, what: &str) -> CliError {
    CliError::Failed(format!(
        "what answers at {agent} is not a Campanile agent's `zpages` extension: {what}"
    ))
}
