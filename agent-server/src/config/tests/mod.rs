//! Tests of configuration, with the components of `crate::testing`.

mod defaults;
mod document;
mod implied;
mod layers;
mod listeners;
mod mistakes;
mod places;
mod plans;
mod properties;
mod readmes;
mod secrets;
mod storage;
mod values;

use super::load::checked;
use super::parse::parse;
use super::{Config, Environment, Node, Report, Source};
use crate::testing::REGISTRIES;

/// Parses, expands and checks one text, called `f`, with these environment variables.
fn load(text: &str, variables: &[(&str, &str)]) -> Result<Config, Report> {
    let root = parse(&Source::new("f", text)).map_err(|problem| Report {
        problems: vec![problem],
    })?;
    checked(root, &environment(variables), &REGISTRIES)
}

fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables = variables.iter();
    variables
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn tree(text: &str) -> Node {
    parse(&Source::new("f", text)).expect("valid YAML")
}
