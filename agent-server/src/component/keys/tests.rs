use std::collections::BTreeMap;

use campanile_wire::otlp::Signal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Key, first_sentence};
use crate::component::{BuildError, Context, Entry, Extension, Factory, Invalid, Validate};
use crate::config::{ByteSize, HumanDuration};

/// A configuration with every shape that there is.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
struct Config {
    /// Where to go. Required.
    path: String,
    /// How long to wait
    /// at the door. Default 1s.
    wait: HumanDuration,
    /// A name, if there is one.
    name: Option<String>,
    /// Which way.
    way: Way,
    /// Which way back, if any.
    back: Option<Way>,
    /// What stands along it.
    stops: Vec<Stop>,
    /// By name.
    groups: BTreeMap<String, Stop>,
    /// What is said.
    words: BTreeMap<String, String>,
    /// Whether to rest.
    rest: Option<Stop>,
    /// Where it starts.
    start: Stop,
    /// Which ways are known.
    ways: Vec<Way>,
    /// By what.
    means: Means,
    /// Not yet.
    #[schemars(extend("x-unsupported" = true))]
    night: bool,
    undocumented: u8,
}

#[derive(Clone, Copy, Default, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
enum Way {
    /// Left.
    #[default]
    Left,
    /// Right.
    Right,
}

#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
enum Means {
    /// On foot.
    #[default]
    Foot,
    /// By train, from a station.
    Train(Stop),
}

#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
struct Stop {
    /// How much room.
    room: ByteSize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            path: String::new(),
            wait: HumanDuration(std::time::Duration::from_secs(1)),
            name: None,
            way: Way::Left,
            back: None,
            stops: Vec::new(),
            groups: BTreeMap::new(),
            words: BTreeMap::new(),
            rest: None,
            start: Stop { room: ByteSize(7) },
            ways: vec![Way::Right],
            means: Means::Foot,
            night: false,
            undocumented: 0,
        }
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let wrong = self.path.is_empty();
        wrong
            .then(|| Invalid::new("path", "is required"))
            .into_iter()
            .collect()
    }
}

struct Fake;

impl Factory for Fake {
    const TYPE: &'static str = "fake";
    const ABOUT: &'static str = "has keys";
    const SIGNALS: &'static [Signal] = &[];
    type Config = Config;
    type Component = Box<dyn Extension>;

    fn build(_: Config, _: Context) -> Result<Box<dyn Extension>, BuildError> {
        Err(BuildError::new("", "never built"))
    }
}

fn keys() -> Vec<Key> {
    Entry::of::<Fake>().keys()
}

#[test]
fn every_shape_has_a_path_a_type_and_a_default() {
    let found: Vec<_> = keys()
        .into_iter()
        .map(|key| (key.path, key.kind, key.default))
        .collect();
    let nothing = Some(Value::Null);
    let expected = [
        ("back", "enum", nothing.clone()),
        ("groups", "map of map", Some(json!({}))),
        ("groups.<name>.room", "size", Some(json!("0"))),
        ("means", "enum or map", Some(json!("foot"))),
        ("means.train", "map", None),
        ("means.train.room", "size", Some(json!("0"))),
        ("name", "string", nothing.clone()),
        ("night", "boolean", Some(json!(false))),
        ("path", "string", Some(json!(""))),
        ("rest", "map", nothing),
        ("rest.room", "size", Some(json!("0"))),
        ("start", "map", None),
        ("start.room", "size", Some(json!("7"))),
        ("stops", "list of map", Some(json!([]))),
        ("stops[].room", "size", Some(json!("0"))),
        ("undocumented", "integer", Some(json!(0))),
        ("wait", "duration", Some(json!("1s"))),
        ("way", "enum", Some(json!("left"))),
        ("ways", "list of enum", Some(json!(["right"]))),
        ("words", "map of string", Some(json!({}))),
    ];
    let expected =
        expected.map(|(path, kind, default)| (path.to_owned(), kind.to_owned(), default));
    assert_eq!(found, expected);
}

#[test]
fn what_is_said_of_a_key_is_the_first_sentence_of_its_documentation() {
    let about = |path: &str| {
        let keys = keys();
        let key = keys.iter().find(|key| key.path == path);
        key.expect(path).about.clone()
    };
    assert_eq!(about("path"), "Where to go");
    assert_eq!(about("means.train"), "By train, from a station");
    assert_eq!(about("wait"), "How long to wait at the door");
    assert_eq!(about("rest.room"), "How much room");
    assert_eq!(about("undocumented"), "");
    assert_eq!(first_sentence("One\nline. Two."), "One line");
    assert_eq!(first_sentence("`a.b` is one word."), "`a.b` is one word");
}

#[test]
fn keys_that_must_be_set_and_keys_that_must_not_are_marked() {
    let paths = |is: fn(&Key) -> bool| {
        let keys = keys().into_iter().filter(is);
        keys.map(|key| key.path).collect::<Vec<_>>()
    };
    assert_eq!(paths(|key| key.required), ["path"]);
    assert_eq!(paths(|key| !key.supported), ["night"]);
    assert_eq!(
        paths(|key| !key.values.is_empty()),
        ["back", "means", "way", "ways"]
    );
}
