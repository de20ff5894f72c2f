//! All groups and attributes of a checkout, and what a group says when its ancestors are heard.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use crate::model::{Attribute, File, Group, Kind, Level, Scalar};

/// The model of one release.
#[derive(Debug)]
pub(crate) struct Registry {
    pub(crate) checkout: PathBuf,
    pub(crate) version: String,
    groups: BTreeMap<String, Group>,
    definitions: BTreeMap<String, Attribute>,
}

/// What a group says of its attributes, by key.
pub(crate) type Attributes = BTreeMap<String, Attribute>;

impl Registry {
    /// Reads every YAML file below `model/`.
    pub(crate) fn read(checkout: &Path) -> Result<Self, Box<dyn Error>> {
        let mut registry = Self {
            checkout: checkout.to_owned(),
            version: version(checkout)?,
            groups: BTreeMap::new(),
            definitions: BTreeMap::new(),
        };
        for path in yaml_files(&checkout.join("model"))? {
            let text = fs::read_to_string(&path)?;
            let file: File = serde_saphyr::from_str(&text)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            registry.add(file);
        }
        Ok(registry)
    }

    fn add(&mut self, file: File) {
        let in_groups = file.groups.iter().flat_map(|group| &group.attributes);
        for attribute in in_groups.chain(&file.attributes) {
            if let Some(key) = &attribute.id {
                self.definitions.insert(key.clone(), attribute.clone());
            }
        }
        for group in file.groups {
            self.groups.insert(group.id.clone(), group);
        }
    }

    /// The group with this id.
    pub(crate) fn group(&self, id: &str) -> Result<&Group, String> {
        self.groups
            .get(id)
            .ok_or_else(|| format!("the model has no group {id}"))
    }

    /// The attributes of a group: those it extends, with its own overrides on top.
    pub(crate) fn resolve(&self, id: &str) -> Result<Attributes, String> {
        let group = self.group(id)?;
        let mut resolved = match &group.extends {
            Some(parent) => self.resolve(parent)?,
            None => Attributes::new(),
        };
        for attribute in &group.attributes {
            let key = attribute.reference.as_ref().or(attribute.id.as_ref());
            let key = key.ok_or_else(|| format!("an attribute of {id} has no key"))?;
            let inherited = match resolved.get(key) {
                Some(inherited) => inherited,
                None => self.definition(key)?,
            };
            resolved.insert(key.clone(), overridden(inherited, attribute));
        }
        Ok(resolved)
    }

    /// The values of an enumeration, in alphabetical order.
    pub(crate) fn members(&self, key: &str) -> Result<Vec<String>, String> {
        let Some(Kind::Members { members }) = &self.definition(key)?.kind else {
            return Err(format!("{key} is no enumeration"));
        };
        let mut values: Vec<String> = members
            .iter()
            .map(|member| match &member.value {
                Scalar::Int(value) => value.to_string(),
                Scalar::Text(value) => value.clone(),
            })
            .collect();
        values.sort();
        Ok(values)
    }

    fn definition(&self, key: &str) -> Result<&Attribute, String> {
        self.definitions
            .get(key)
            .ok_or_else(|| format!("the model does not define {key}"))
    }
}

/// `inherited`, with everything that `own` says instead. A level that nobody gives is recommended.
fn overridden(inherited: &Attribute, own: &Attribute) -> Attribute {
    let level = own
        .requirement_level
        .clone()
        .or_else(|| inherited.requirement_level.clone())
        .unwrap_or_else(|| Level::Plain("recommended".to_owned()));
    Attribute {
        id: None,
        reference: None,
        kind: own.kind.clone().or_else(|| inherited.kind.clone()),
        stability: own
            .stability
            .clone()
            .or_else(|| inherited.stability.clone()),
        requirement_level: Some(level),
        sampling_relevant: own.sampling_relevant.or(inherited.sampling_relevant),
    }
}

/// The version in the schema URL of the model's manifest.
fn version(checkout: &Path) -> Result<String, Box<dyn Error>> {
    let manifest = fs::read_to_string(checkout.join("model/manifest.yaml"))?;
    let mut lines = manifest.lines();
    let url = lines.find_map(|line| line.strip_prefix("schema_url: "));
    let version = url.and_then(|url| url.trim().rsplit('/').next());
    Ok(version.ok_or("the manifest has no schema URL")?.to_owned())
}

/// The files below `folder` that end in `.yaml`, in order.
fn yaml_files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(yaml_files(&path)?);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
