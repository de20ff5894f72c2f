//! Where an agent is.

use std::fmt;
use std::str::FromStr;

use reqwest::Url;

/// The address of an agent's pages: `http://127.0.0.1:55679`, `localhost:55679` or `localhost`,
/// with or without a path, which does not matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentUrl(pub(super) Url);

impl FromStr for AgentUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("`{text}` is no address of an agent; write `http://127.0.0.1:55679`");
        let text = text.trim();
        let text = match text.strip_prefix(':') {
            Some(port) => format!("127.0.0.1:{port}"),
            None => text.to_owned(),
        };
        let text = if text.contains("://") {
            text
        } else {
            format!("http://{text}")
        };
        let mut url = Url::parse(&text).map_err(|_| wrong())?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(wrong());
        }
        // Without a port the agent's own is meant: on 80 there is somebody else.
        if url.scheme() == "http" && !has_port(&text) {
            url.set_port(Some(55_679)).map_err(|()| wrong())?;
        }
        url.set_path("/");
        url.set_query(None);
        url.set_fragment(None);
        Ok(Self(url))
    }
}

impl fmt::Display for AgentUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// Whether the text of an address names a port, be it the usual one, which a `Url` forgets.
fn has_port(text: &str) -> bool {
    let authority = text.split_once("://").map_or(text, |(_, rest)| rest);
    let end = authority.find(['/', '?', '#']).unwrap_or(authority.len());
    let authority = authority.get(..end).unwrap_or_default();
    let after_address = authority
        .rsplit_once(']')
        .map_or(authority, |(_, rest)| rest);
    after_address.contains(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_form_of_address_leads_to_the_agent() {
        let cases = [
            ("http://127.0.0.1:55679", "http://127.0.0.1:55679"),
            ("http://127.0.0.1:55679/", "http://127.0.0.1:55679"),
            ("localhost:55679", "http://localhost:55679"),
            ("localhost", "http://localhost:55679"),
            ("http://localhost:80", "http://localhost"),
            (":1234", "http://127.0.0.1:1234"),
            ("[::1]:55679/debug/tracez?x#y", "http://[::1]:55679"),
            ("https://agent.example/", "https://agent.example"),
        ];
        for (text, expected) in cases {
            let url: AgentUrl = text.parse().expect(text);
            assert_eq!(url.to_string(), expected, "{text}");
        }
        for text in ["", "ftp://localhost", "http://", "local host"] {
            assert!(text.parse::<AgentUrl>().is_err(), "{text:?}");
        }
    }
}
