//! Which devices, mounts and processes are meant.

use regex::RegexSet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{BuildError, Invalid};

/// How names are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MatchType {
    /// As regular expressions, found anywhere in the name.
    Regexp,
    /// Letter by letter.
    #[default]
    Strict,
}

/// A list of names under the key that the Collector has for it.
pub(super) trait Names {
    /// The name of the list's key.
    const KEY: &'static str;

    /// How and what.
    fn parts(&self) -> (MatchType, &[String]);
}

macro_rules! names {
    ($type:ident, $key:ident, $about:literal) => {
        #[doc = $about]
        #[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
        #[serde(default, deny_unknown_fields)]
        pub(crate) struct $type {
            /// How the names are compared. Default strict.
            pub(crate) match_type: MatchType,
            #[doc = $about]
            pub(crate) $key: Vec<String>,
        }

        impl Names for $type {
            const KEY: &'static str = stringify!($key);

            fn parts(&self) -> (MatchType, &[String]) {
                (self.match_type, &self.$key)
            }
        }
    };
}

names!(Devices, devices, "Names of devices, such as `sda1`.");
names!(FsTypes, fs_types, "Types of file systems, such as `ext4`.");
names!(
    Interfaces,
    interfaces,
    "Names of network interfaces, such as `eth0`."
);
names!(
    MountPoints,
    mount_points,
    "Where file systems are mounted, such as `/home`."
);
names!(
    ProcessNames,
    names,
    "Names of executables, such as `nginx`."
);

/// A list that is to be searched.
#[derive(Clone, Debug)]
enum Matcher {
    Regexp(RegexSet),
    Strict(Vec<String>),
}

impl Matcher {
    fn new(names: &impl Names) -> Result<Self, regex::Error> {
        let (match_type, names) = names.parts();
        Ok(match match_type {
            MatchType::Regexp => Self::Regexp(RegexSet::new(names)?),
            MatchType::Strict => Self::Strict(names.to_vec()),
        })
    }

    fn has(&self, name: &str) -> bool {
        match self {
            Self::Regexp(set) => set.is_match(name),
            Self::Strict(names) => names.iter().any(|one| one == name),
        }
    }
}

/// What is included, if that is said, and not excluded.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    include: Option<Matcher>,
    exclude: Option<Matcher>,
}

impl Filter {
    /// Made of two lists that have been validated.
    ///
    /// # Errors
    ///
    /// When one of them is no regular expression.
    pub(super) fn new<N: Names>(
        include: Option<&N>,
        exclude: Option<&N>,
    ) -> Result<Self, BuildError> {
        let matcher = |names: Option<&N>| {
            let matcher = names.map(Matcher::new).transpose();
            matcher.map_err(|error| BuildError::new("scrapers", error.to_string()))
        };
        Ok(Self {
            include: matcher(include)?,
            exclude: matcher(exclude)?,
        })
    }

    /// Whether a name is meant.
    pub(super) fn takes(&self, name: &str) -> bool {
        self.include
            .as_ref()
            .is_none_or(|include| include.has(name))
            && !self
                .exclude
                .as_ref()
                .is_some_and(|exclude| exclude.has(name))
    }
}

/// Everything wrong with the list at `key`.
pub(super) fn validate<N: Names>(key: &str, names: Option<&N>) -> Vec<Invalid> {
    let Some(names) = names else {
        return Vec::new();
    };
    let key = format!("{key}.{}", N::KEY);
    if names.parts().1.is_empty() {
        return vec![Invalid::new(
            key,
            "names nothing: remove the filter, or name something",
        )];
    }
    let error = Matcher::new(names).err();
    error
        .into_iter()
        .map(|error| Invalid::new(key.clone(), error.to_string()))
        .collect()
}
