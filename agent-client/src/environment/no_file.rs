//! `OTEL_CONFIG_FILE` in a program that was built without it.

use std::io;
use std::path::Path;

use super::Settings;
use super::reader::Reader;

pub(super) fn read(
    reader: &mut Reader<'_>,
    _: &dyn Fn(&Path) -> io::Result<String>,
) -> Option<Settings> {
    let variable = "OTEL_CONFIG_FILE";
    let path = reader.text(variable)?;
    let accepted = "none, as this program was built without configuration files: enable the \
                    feature \"config-file\" of campanile-agent-client";
    reader.warn(variable, path, accepted, "the other variables");
    None
}

#[cfg(test)]
mod tests {
    use crate::environment::Settings;

    #[test]
    fn without_the_feature_a_warning_says_which_one() {
        let (settings, warnings) = Settings::from_lookup(|name| match name {
            "OTEL_CONFIG_FILE" => Some("/etc/otel.yaml".to_owned()),
            "OTEL_SDK_DISABLED" => Some("true".to_owned()),
            _ => None,
        });
        assert!(settings.disabled);
        let [warning] = warnings.as_slice() else {
            panic!("{warnings:?}")
        };
        assert_eq!(warning.value, "/etc/otel.yaml");
        assert!(warning.accepted.contains("feature \"config-file\""));
    }
}
