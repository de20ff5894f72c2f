//! The Rust source of the table.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::boundaries;
use crate::model::{Attribute, Group, Kind, Level};
use crate::registry::{Attributes, Registry};
use crate::wanted::{METRICS, SPANS, Span};

/// The formatted source.
pub(crate) fn table(registry: &Registry) -> Result<String, Box<dyn Error>> {
    let mut out = format!(
        "//! What version {version} of the semantic conventions lists.\n\
         //!\n\
         //! Generated, do not edit. From a checkout of\n\
         //! <https://github.com/open-telemetry/semantic-conventions/tree/v{version}> in `CHECKOUT`:\n\
         //! `cargo run --manifest-path tests/conventions/Cargo.toml -- CHECKOUT`.\n\n\
         use opentelemetry::trace::SpanKind;\n\n\
         use super::group::Family::{{Http, Rpc}};\n\
         use super::group::Instrument::{{Histogram, UpDownCounter}};\n\
         use super::group::Level::{{Conditional, OptIn, Recommended, Required}};\n\
         use super::group::Number::{{Float, Whole}};\n\
         use super::group::Stability::{{Development, ReleaseCandidate, Stable}};\n\
         use super::group::Type::{{Int, Text, Texts}};\n\
         use super::group::{{MetricGroup, SpanGroup, attribute, template}};\n\n\
         /// The version of the conventions that the table is from.\n\
         pub const VERSION: &str = {version:?};\n\n",
        version = registry.version,
    );
    known_methods(registry, &mut out)?;
    out.push_str("/// The spans, each with what may be on it.\n");
    writeln!(
        out,
        "pub(super) static SPANS: [SpanGroup; {}] = [",
        SPANS.len()
    )?;
    for span in &SPANS {
        span_group(registry, span, &mut out)?;
    }
    out.push_str("];\n\n/// The metrics, each with what its data points may have.\n");
    writeln!(
        out,
        "pub(super) static METRICS: [MetricGroup; {}] = [",
        METRICS.len()
    )?;
    for name in METRICS {
        metric_group(registry, name, &mut out)?;
    }
    out.push_str("];\n");
    format(&out)
}

fn known_methods(registry: &Registry, out: &mut String) -> Result<(), Box<dyn Error>> {
    let mut methods = registry.members("http.request.method")?;
    methods.retain(|method| method != "_OTHER");
    out.push_str("/// The methods that are known unless a user says otherwise.\n");
    writeln!(
        out,
        "pub(super) const KNOWN_METHODS: [&str; {}] = {methods:?};\n",
        methods.len(),
    )?;
    Ok(())
}

fn span_group(registry: &Registry, span: &Span, out: &mut String) -> Result<(), Box<dyn Error>> {
    let mut attributes = Attributes::new();
    let mut kind = String::new();
    for id in span.groups {
        attributes.extend(registry.resolve(id)?);
        let named = registry.group(id)?.span_kind.as_ref();
        kind = capital(named.ok_or_else(|| format!("{id} has no kind"))?);
    }
    let family = span.family;
    writeln!(
        out,
        "SpanGroup {{ family: {family}, kind: SpanKind::{kind}, attributes: &["
    )?;
    rows(&attributes, out)?;
    out.push_str("]},\n");
    Ok(())
}

fn metric_group(registry: &Registry, name: &str, out: &mut String) -> Result<(), Box<dyn Error>> {
    let id = format!("metric.{name}");
    let group = registry.group(&id)?;
    if group.metric_name.as_deref() != Some(name) {
        return Err(format!("{id} has another name").into());
    }
    let unit = group.unit.as_deref().unwrap_or_default();
    let instrument = instrument(group)?;
    let number = number(group)?;
    let boundaries = boundaries::of(&registry.checkout, name)?.join(", ");
    write!(
        out,
        "MetricGroup {{ name: {name:?}, unit: {unit:?}, instrument: {instrument}, number: {number}, \
         boundaries: &[{boundaries}], attributes: &["
    )?;
    rows(&registry.resolve(&id)?, out)?;
    out.push_str("]},\n");
    Ok(())
}

/// One line for each attribute.
fn rows(attributes: &Attributes, out: &mut String) -> Result<(), Box<dyn Error>> {
    for (key, attribute) in attributes {
        let (constructor, kind) = kind(key, attribute)?;
        let level = level(attribute.requirement_level.as_ref())?;
        let stability = stability(attribute.stability.as_deref())?;
        let sampled = if attribute.sampling_relevant == Some(true) {
            ".at_start()"
        } else {
            ""
        };
        writeln!(
            out,
            "{constructor}({key:?}, {kind}, {level}, {stability}){sampled},"
        )?;
    }
    Ok(())
}

/// The constructor and the type of an attribute. Enumerations are open, so they are text.
fn kind(key: &str, attribute: &Attribute) -> Result<(&'static str, &'static str), String> {
    match &attribute.kind {
        Some(Kind::Members { .. }) => Ok(("attribute", "Text")),
        Some(Kind::Named(name)) => match name.as_str() {
            "string" => Ok(("attribute", "Text")),
            "int" => Ok(("attribute", "Int")),
            "template[string[]]" => Ok(("template", "Texts")),
            other => Err(format!("{key} has the new type {other}")),
        },
        None => Err(format!("{key} has no type")),
    }
}

fn level(level: Option<&Level>) -> Result<&'static str, String> {
    match level.map(Level::name) {
        Some("required") => Ok("Required"),
        Some("conditionally_required") => Ok("Conditional"),
        Some("recommended") => Ok("Recommended"),
        Some("opt_in") => Ok("OptIn"),
        other => Err(format!("{other:?} is no level")),
    }
}

fn stability(stability: Option<&str>) -> Result<&'static str, String> {
    match stability {
        Some("stable") => Ok("Stable"),
        Some("release_candidate") => Ok("ReleaseCandidate"),
        Some("development") => Ok("Development"),
        other => Err(format!("{other:?} is no stability")),
    }
}

fn instrument(group: &Group) -> Result<&'static str, String> {
    match group.instrument.as_deref() {
        Some("histogram") => Ok("Histogram"),
        Some("updowncounter") => Ok("UpDownCounter"),
        other => Err(format!("{} has the new instrument {other:?}", group.id)),
    }
}

fn number(group: &Group) -> Result<&'static str, String> {
    let annotations = group.annotations.as_ref();
    let generation = annotations.and_then(|annotations| annotations.code_generation.as_ref());
    match generation.and_then(|generation| generation.metric_value_type.as_deref()) {
        Some("double") => Ok("Float"),
        Some("int") => Ok("Whole"),
        other => Err(format!("{} has the new number {other:?}", group.id)),
    }
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_ascii_uppercase() + rest
}

/// What `rustfmt` makes of `source`, by the rules of this repository.
fn format(source: &str) -> Result<String, Box<dyn Error>> {
    let rules = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rustfmt.toml");
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path", rules])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut stdin = rustfmt.stdin.take().ok_or("rustfmt has no input")?;
    stdin.write_all(source.as_bytes())?;
    drop(stdin);
    let output = rustfmt.wait_with_output()?;
    if !output.status.success() {
        return Err("rustfmt refuses the table".into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
