//! The `.proto` files against the field tables under `tests/vectors/schema`.

use std::error::Error;
use std::fs;
use std::path::Path;

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorSet};
use serde_json::Value;

/// Fails when a message, enumeration or method that `table` describes is described otherwise in
/// `files`. What a table does not describe belongs to another protocol, and messages may be left
/// out of the files, but fields of a message may not.
pub fn agree(files: &FileDescriptorSet, table: &str) -> Result<(), Box<dyn Error>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/vectors/schema");
    let text = fs::read(Path::new(folder).join(table))?;
    let table: Value = serde_json::from_slice(&text)?;
    let mut compared = 0;
    for file in &files.file {
        let package = file.package();
        for message in &file.message_type {
            compared += messages(&table, &format!("{package}.{}", message.name()), message)?;
        }
        for item in &file.enum_type {
            enumeration(&table, &format!("{package}.{}", item.name()), item)?;
        }
        for service in &file.service {
            let name = format!("{package}.{}", service.name());
            for method in &service.method {
                let expected = &table["services"][&name][method.name()];
                let ours = [method.input_type(), method.output_type()];
                let same = ["request", "response"]
                    .iter()
                    .zip(ours)
                    .all(|(key, ours)| expected[*key] == ours.trim_start_matches('.'));
                if !expected.is_null() && !same {
                    return Err(format!("{name}.{} differs: {expected}", method.name()).into());
                }
            }
        }
    }
    if compared == 0 {
        return Err("the table describes nothing of the files".into());
    }
    Ok(())
}

/// Compares a message and those within it; gives how many the table describes.
fn messages(table: &Value, name: &str, message: &DescriptorProto) -> Result<usize, String> {
    let mut compared = 0;
    for inner in &message.nested_type {
        if !inner
            .options
            .as_ref()
            .is_some_and(|options| options.map_entry())
        {
            compared += messages(table, &format!("{name}.{}", inner.name()), inner)?;
        }
    }
    for inner in &message.enum_type {
        enumeration(table, &format!("{name}.{}", inner.name()), inner)?;
    }
    let Some(expected) = table["messages"][name]["fields"].as_array() else {
        return Ok(compared);
    };
    for field in &message.field {
        let found = expected
            .iter()
            .find(|expected| expected["number"] == field.number());
        let same = found.is_some_and(|expected| same_field(message, field, expected));
        if !same {
            return Err(format!("{name}.{} is {found:?}", field.name()));
        }
    }
    if expected.len() != message.field.len() {
        let theirs = expected.len();
        return Err(format!(
            "{name} has {theirs} fields, not {}",
            message.field.len()
        ));
    }
    Ok(compared + 1)
}

fn same_field(message: &DescriptorProto, field: &FieldDescriptorProto, expected: &Value) -> bool {
    let map = message.nested_type.iter().any(|inner| {
        let entry = inner
            .options
            .as_ref()
            .is_some_and(|options| options.map_entry());
        entry && field.type_name().ends_with(&format!(".{}", inner.name()))
    });
    let repeated = field.label() == Label::Repeated;
    // Tables write a map as they like; its number and name are what counts here.
    let kind = map
        || expected["type"] == type_name(field)
            && expected["repeated"].as_bool().unwrap_or(false) == repeated;
    kind && expected["name"] == field.name()
}

fn type_name(field: &FieldDescriptorProto) -> String {
    match field.r#type() {
        Type::Message | Type::Enum => field.type_name().trim_start_matches('.').to_owned(),
        scalar => scalar
            .as_str_name()
            .trim_start_matches("TYPE_")
            .to_ascii_lowercase(),
    }
}

fn enumeration(table: &Value, name: &str, item: &EnumDescriptorProto) -> Result<(), String> {
    let Some(expected) = table["enums"][name].as_object() else {
        return Ok(());
    };
    let same = item.value.iter().all(|value| {
        expected
            .get(value.name())
            .is_some_and(|number| *number == value.number())
    });
    if same && expected.len() == item.value.len() {
        Ok(())
    } else {
        Err(format!("{name} is {expected:?}"))
    }
}
