//! `basicauth`: knows senders by name and password, and sends one.
//!
//! A listener or exporter names it in `auth.authenticator`.
//!
//! | file | what |
//! |---|---|
//! | `config` | what a user writes |
//! | `htpasswd` | the table of users |
//! | `hash` | what a password is compared with |
//! | `users` | whether a request has a name and its password |

mod config;
mod hash;
mod htpasswd;
#[cfg(test)]
mod tests;
mod users;

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use campanile_wire::otlp::Signal;
use futures_util::future::BoxFuture;
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};

pub use self::config::{ClientAuth, Config, Htpasswd};
use self::users::Users;
use crate::auth::{Authenticator, Credentials, Guard};
use crate::component::{BuildError, Context, Extension, Factory, StartError, Tasks};

/// The factory.
#[derive(Debug)]
pub struct BasicAuth;

impl Factory for BasicAuth {
    const TYPE: &'static str = "basicauth";
    const ABOUT: &'static str = "knows senders by name and password, and sends one";
    const SIGNALS: &'static [Signal] = &[];
    type Config = Config;
    type Component = Box<dyn Extension>;

    fn build(config: Config, context: Context) -> Result<Self::Component, BuildError> {
        let client = config.client_auth.as_ref().map(Named::new);
        let table = config.table()?;
        let authenticator = Authenticator {
            client: client.map(|client| Arc::new(client) as Arc<dyn Credentials>),
            server: table.map(|table| Arc::new(Users::new(table)) as Arc<dyn Guard>),
        };
        context
            .shared
            .authenticators
            .insert(&context.id, authenticator);
        Ok(Box::new(Known))
    }
}

/// Nothing runs: whoever was told of the authenticator has it.
#[derive(Debug)]
struct Known;

impl Extension for Known {
    fn start(self: Box<Self>, _: Tasks) -> BoxFuture<'static, Result<(), StartError>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// The agent's own name and password, as a header has them.
#[derive(Debug)]
struct Named(HeaderValue);

impl Named {
    fn new(auth: &ClientAuth) -> Self {
        let pair = format!("{}:{}", auth.username, auth.password.reveal());
        let value = format!("Basic {}", BASE64_STANDARD.encode(pair));
        let mut value = HeaderValue::try_from(value).expect("base64 is what a header can carry");
        value.set_sensitive(true);
        Self(value)
    }
}

impl Credentials for Named {
    fn header(&self) -> Option<(HeaderName, HeaderValue)> {
        Some((AUTHORIZATION, self.0.clone()))
    }
}
