//! Factories, and the registry entries made of them.

use std::fmt;

use campanile_wire::otlp::Signal;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{BuildError, Context, Invalid, Key, keys};

/// What the author of a component writes: its type, its configuration, and how to build it.
pub trait Factory: 'static {
    /// The type in configuration, `lower_snake_case`.
    const TYPE: &'static str;
    /// Other names of the type, which configurations may have: none unless it says otherwise.
    const ALIASES: &'static [&'static str] = &[];
    /// What it is for, in one line, lower case and without a full stop.
    const ABOUT: &'static str;
    /// The signals it handles; empty for an extension.
    const SIGNALS: &'static [Signal];
    /// What a user writes. Unknown keys are refused (`#[serde(default, deny_unknown_fields)]`). The
    /// first sentence of each field's documentation is what `campanile components` says of the key;
    /// a key that is known but refused has `#[schemars(extend("x-unsupported" = true))]`.
    type Config: Default + DeserializeOwned + JsonSchema + Serialize + Validate + Send + 'static;
    /// What it builds: the component type of the registry's kind.
    type Component: 'static;

    /// For a connector, which signals it takes and what it makes of each: none unless it says so.
    const CONNECTS: &'static [(Signal, Signal)] = &[];
    /// Whether an agent can have only one of it, whatever it is called.
    const ALONE: bool = false;
    /// The keys that may change while the component runs.
    const LIVE: &'static [&'static str] = &[];

    /// Builds the component; binds nothing and spawns nothing.
    ///
    /// # Errors
    ///
    /// When the configuration cannot be put into practice.
    fn build(config: Self::Config, context: Context) -> Result<Self::Component, BuildError>;

    /// Puts the [live](Self::LIVE) keys into practice in the component that runs as `context.id`.
    fn apply(config: &Self::Config, context: &Context) {
        let _ = (config, context);
    }
}

/// Checks of a configuration beyond its types.
pub trait Validate {
    /// Everything that is wrong with it.
    fn validate(&self) -> Vec<Invalid> {
        Vec::new()
    }
}

/// What a registry stores: a factory with its configuration type erased.
pub struct Entry<C: 'static> {
    /// [`Factory::TYPE`].
    pub kind: &'static str,
    /// [`Factory::ALIASES`].
    pub aliases: &'static [&'static str],
    /// [`Factory::ABOUT`].
    pub about: &'static str,
    /// [`Factory::SIGNALS`].
    pub signals: &'static [Signal],
    /// [`Factory::CONNECTS`].
    pub connects: &'static [(Signal, Signal)],
    /// [`Factory::ALONE`].
    pub alone: bool,
    /// [`Factory::LIVE`].
    pub live: &'static [&'static str],
    apply: fn(&Value, &Context) -> Result<(), Invalid>,
    defaults: fn() -> Value,
    effective: fn(&Value) -> Result<Value, Invalid>,
    configure: fn(&Value) -> Result<Configured<C>, Vec<Invalid>>,
    schema: fn() -> Value,
}

impl<C> Entry<C> {
    /// The entry of factory `F`.
    #[must_use]
    pub const fn of<F: Factory<Component = C>>() -> Self {
        Self {
            kind: F::TYPE,
            aliases: F::ALIASES,
            about: F::ABOUT,
            signals: F::SIGNALS,
            connects: F::CONNECTS,
            alone: F::ALONE,
            live: F::LIVE,
            apply: apply::<F>,
            defaults: defaults::<F>,
            effective: effective::<F>,
            configure: configure::<F>,
            schema: schema::<F>,
        }
    }

    /// Whether `kind` is its type or another name of it.
    #[must_use]
    pub fn is(&self, kind: &str) -> bool {
        self.kind == kind || self.aliases.contains(&kind)
    }

    /// The default configuration, every key written out.
    #[must_use]
    pub fn defaults(&self) -> Value {
        (self.defaults)()
    }

    /// A piece of configuration with the defaults of what it leaves out; `null` stands for the
    /// defaults.
    ///
    /// # Errors
    ///
    /// The first unknown key or wrong type.
    pub fn effective(&self, value: &Value) -> Result<Value, Invalid> {
        (self.effective)(value)
    }

    /// Puts the live keys of a piece of configuration into practice in the component that runs as
    /// `context.id`.
    ///
    /// # Errors
    ///
    /// The first unknown key or wrong type.
    pub fn apply(&self, value: &Value, context: &Context) -> Result<(), Invalid> {
        (self.apply)(value, context)
    }

    /// Checks a piece of configuration; `null` stands for the defaults.
    ///
    /// # Errors
    ///
    /// Everything wrong with it: of wrong types and unknown keys the first, else all that
    /// [`Validate`] finds.
    pub fn configure(&self, value: &Value) -> Result<Configured<C>, Vec<Invalid>> {
        (self.configure)(value)
    }

    /// The JSON schema of the configuration, without references to other places in it. What the
    /// fields' documentation says is in `description`; `x-unsupported` marks keys that are refused.
    #[must_use]
    pub fn schema(&self) -> Value {
        (self.schema)()
    }

    /// Every key that can be configured, and those that are known and refused.
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        let refused = self.configure(&Value::Null).err().unwrap_or_default();
        let required: Vec<String> = refused.into_iter().map(|invalid| invalid.key).collect();
        keys::keys(&self.schema(), &self.defaults(), &required)
    }
}

impl<C> fmt::Debug for Entry<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Entry")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// A checked configuration, ready to build its component.
pub struct Configured<C>(Box<dyn FnOnce(Context) -> Result<C, BuildError> + Send>);

impl<C> Configured<C> {
    /// Builds the component.
    ///
    /// # Errors
    ///
    /// When the configuration cannot be put into practice.
    pub fn build(self, context: Context) -> Result<C, BuildError> {
        (self.0)(context)
    }
}

impl<C> fmt::Debug for Configured<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Configured")
    }
}

fn defaults<F: Factory>() -> Value {
    serde_json::to_value(F::Config::default()).expect("a configuration is plain data")
}

fn read<F: Factory>(value: &Value) -> Result<F::Config, Invalid> {
    match value {
        Value::Null => Ok(F::Config::default()),
        value => deserialize(value),
    }
}

fn effective<F: Factory>(value: &Value) -> Result<Value, Invalid> {
    let config = read::<F>(value)?;
    Ok(serde_json::to_value(config).expect("a configuration is plain data"))
}

fn apply<F: Factory>(value: &Value, context: &Context) -> Result<(), Invalid> {
    F::apply(&read::<F>(value)?, context);
    Ok(())
}

fn configure<F: Factory>(value: &Value) -> Result<Configured<F::Component>, Vec<Invalid>> {
    let config = read::<F>(value).map_err(|wrong| vec![wrong])?;
    let wrong = config.validate();
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(Configured(Box::new(move |context| {
        F::build(config, context)
    })))
}

fn schema<F: Factory>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
    });
    let generator = settings.into_generator();
    generator.into_root_schema_for::<F::Config>().to_value()
}

/// Reads a value, and says where in it the first thing wrong is.
pub(crate) fn deserialize<T: DeserializeOwned>(value: &Value) -> Result<T, Invalid> {
    serde_path_to_error::deserialize(value)
        .map_err(|error| Invalid::new(path_of(&error), error.inner().to_string()))
}

/// The path of the error, or nothing where it is the component itself.
fn path_of(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let path = error.path().to_string();
    if path == "." { String::new() } else { path }
}
