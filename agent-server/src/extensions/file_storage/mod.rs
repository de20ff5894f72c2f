//! `file_storage`: where the agent keeps what it has accepted, as the Collector has it.
//!
//! A second name for `service.data.directory`, so that a Collector's configuration runs as it is:
//! the configuration is resolved before anything is built, and nothing runs here.

mod config;
#[cfg(test)]
mod tests;

use std::path::Path;

use campanile_wire::otlp::Signal;
use futures_util::future::BoxFuture;

use self::config::Config;
use crate::component::{BuildError, Context, Extension, Factory, StartError, Tasks};

/// The factory.
#[derive(Debug)]
pub(crate) struct FileStorage;

impl Factory for FileStorage {
    const TYPE: &'static str = "file_storage";
    const ABOUT: &'static str = "names the directory in which accepted data is kept";
    const SIGNALS: &'static [Signal] = &[];
    type Config = Config;
    type Component = Box<dyn Extension>;

    fn build(config: Config, _: Context) -> Result<Self::Component, BuildError> {
        if !config.create_directory && !Path::new(&config.directory).is_dir() {
            let message = format!(
                "{} is no directory: make it, or set `create_directory: true`",
                config.directory
            );
            return Err(BuildError::new("directory", message));
        }
        Ok(Box::new(Named))
    }
}

/// Nothing runs.
#[derive(Debug)]
struct Named;

impl Extension for Named {
    fn start(self: Box<Self>, _: Tasks) -> BoxFuture<'static, Result<(), StartError>> {
        Box::pin(std::future::ready(Ok(())))
    }
}
