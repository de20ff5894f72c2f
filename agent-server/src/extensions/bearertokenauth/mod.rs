//! `bearertokenauth`: knows senders by a token, and sends one.
//!
//! A listener or exporter names it in `auth.authenticator`. Tokens are compared by their digests in
//! constant time, and a file of them is read again when it has changed.

mod config;
#[cfg(test)]
mod tests;
mod tokens;

use std::sync::Arc;

use campanile_wire::otlp::Signal;
use futures_util::future::BoxFuture;

pub use self::config::Config;
use self::tokens::Tokens;
use crate::auth::Authenticator;
use crate::component::{BuildError, Context, Extension, Factory, StartError, Tasks};

/// The factory.
#[derive(Debug)]
pub struct BearerTokenAuth;

impl Factory for BearerTokenAuth {
    const TYPE: &'static str = "bearertokenauth";
    const ABOUT: &'static str = "knows senders by a token, and sends one";
    const SIGNALS: &'static [Signal] = &[];
    type Config = Config;
    type Component = Box<dyn Extension>;

    fn build(config: Config, context: Context) -> Result<Self::Component, BuildError> {
        let tokens = Arc::new(Tokens::new(&config)?);
        let authenticator = Authenticator {
            client: Some(Arc::<Tokens>::clone(&tokens)),
            server: Some(tokens),
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
