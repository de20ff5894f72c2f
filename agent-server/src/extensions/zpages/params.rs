//! What the query string of a list says.

use axum::extract::Query as QueryString;
use http::Uri;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::problem::Problem;
use crate::config::HumanDuration;
use crate::ops::show::shortened;
use crate::store::Query;

/// The most traces that one list shows.
const MAX_LIMIT: usize = 1_000;

/// `limit`, `service`, `name`, `min_duration` and `errors`, as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListParams {
    pub(super) limit: String,
    pub(super) service: String,
    pub(super) name: String,
    pub(super) min_duration: String,
    pub(super) errors: String,
}

impl ListParams {
    /// The same, harmless to show: an address may have been made up by others, too.
    pub(super) fn shown(&self) -> Self {
        let shown = |text: &str| shortened(text, 200).into_owned();
        Self {
            limit: shown(&self.limit),
            service: shown(&self.service),
            name: shown(&self.name),
            min_duration: shown(&self.min_duration),
            errors: shown(&self.errors),
        }
    }

    /// What is asked for; an empty field asks for nothing, as in a form.
    pub(super) fn query(&self) -> Result<Query, Problem> {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let mut query = Query {
            service: some(&self.service),
            name: some(&self.name),
            ..Query::default()
        };
        if let Some(limit) = some(self.limit.trim()) {
            let limit = limit.parse().ok().filter(|limit: &usize| *limit > 0);
            query.limit = limit
                .ok_or_else(|| Problem::bad_request("`limit` is not a number above 0"))?
                .min(MAX_LIMIT);
        }
        if let Some(text) = some(self.min_duration.trim()) {
            let duration: HumanDuration = text
                .parse()
                .map_err(|error| Problem::bad_request(format!("`min_duration`: {error}")))?;
            query.min_duration = duration.0;
        }
        query.errors_only = match self.errors.trim() {
            "" | "0" | "false" => false,
            "1" | "true" | "on" => true,
            _ => {
                return Err(Problem::bad_request(
                    "`errors` is neither `true` nor `false`",
                ));
            }
        };
        Ok(query)
    }
}

/// Reads the query string of `uri`; parameters that are not known are passed over.
pub(super) fn read<T: DeserializeOwned>(uri: &Uri) -> Result<T, Problem> {
    QueryString::try_from_uri(uri)
        .map(|QueryString(params)| params)
        .map_err(|error| Problem::bad_request(error.body_text()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn query(text: &str) -> Result<Query, Problem> {
        let uri: Uri = format!("/?{text}").parse().expect("an address");
        read::<ListParams>(&uri)?.query()
    }

    #[test]
    fn every_parameter_is_read_and_an_empty_one_asks_for_nothing() {
        assert_eq!(query(""), Ok(Query::default()));
        assert_eq!(
            query("service=&name=&limit=&min_duration=&errors="),
            Ok(Query::default())
        );
        let expected = Query {
            limit: 5,
            service: Some("front".to_owned()),
            name: Some("GET /".to_owned()),
            min_duration: Duration::from_millis(20),
            errors_only: true,
        };
        let text = "service=front&name=GET+%2F&limit=5&min_duration=20ms&errors=1&other=x";
        assert_eq!(query(text), Ok(expected));
        assert_eq!(query("limit=99999").map(|query| query.limit), Ok(MAX_LIMIT));
    }

    #[test]
    fn a_parameter_that_makes_no_sense_is_named() {
        for (text, name) in [
            ("limit=0", "limit"),
            ("min_duration=5", "min_duration"),
            ("errors=maybe", "errors"),
        ] {
            let problem = query(text).expect_err(text);
            assert_eq!(problem.status, 400);
            assert!(problem.message.contains(name), "{problem:?}");
        }
    }
}
