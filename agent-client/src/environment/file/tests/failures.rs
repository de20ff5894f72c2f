//! Files that cannot be used, and texts that are no files.

use proptest::prelude::*;

use super::{PATH, bad, good, read, warned};
use crate::environment::Settings;
use crate::environment::tests as variables;

/// The one warning of a file in whose place the variables are used.
fn unusable(file: Result<&str, &'static str>) -> (String, String) {
    let disabled = ("OTEL_SDK_DISABLED", "true");
    let (settings, warnings) = read(file, &[disabled]);
    assert_eq!(
        settings,
        variables::but(|settings| settings.disabled = true)
    );
    let [warning] = warnings.as_slice() else {
        panic!("{file:?}: {warnings:?}")
    };
    assert_eq!(warning.used, "the other variables");
    (warning.value.clone(), warning.accepted.clone())
}

#[test]
fn a_file_that_cannot_be_read_is_not_used() {
    let (value, accepted) = unusable(Err("no such file"));
    assert_eq!(value, PATH);
    assert_eq!(accepted, "a file that can be read (no such file)");
}

#[test]
fn where_only_variables_are_looked_at_no_file_is_read() {
    let (settings, warnings) = variables::read(&[("OTEL_CONFIG_FILE", "/dev/null")]);
    assert_eq!(settings, Settings::default());
    assert!(warnings[0].accepted.contains("not read here"));
}

#[test]
fn a_file_that_is_no_yaml_is_not_used() {
    for (text, place, why) in [
        ("a: 1\ntracer_provider: [", "2:18", "unclosed bracket"),
        ("a: 1\nb: 1\na: 2\n", "3:1", "`a` is written twice"),
        ("a:\n\tb: 2\n", "2:2", "tabs"),
        ("a: b: c\n", "1:5", "mapping values"),
        ("a: 1\n---\nb: 2\n", "3:1", "a second document"),
        ("{[1]: 2}", "1:2", "a key must be a text"),
        ("a: *b", "1:4", "unknown anchor"),
        ("a: &a [*a]", "1:8", "recursive"),
    ] {
        let (value, accepted) = unusable(Ok(text));
        assert_eq!(value, format!("{PATH}:{place}"), "{text}");
        assert!(accepted.starts_with("YAML ("), "{accepted}");
        assert!(accepted.contains(why), "{accepted}");
    }
}

#[test]
fn a_file_that_is_no_map_is_not_used() {
    for text in ["", "# nothing\n", "text", "- 1\n- 2\n", "1.0"] {
        let (value, accepted) = unusable(Ok(text));
        assert_eq!(value, format!("{PATH}:1:1"), "{text:?}");
        assert!(accepted.contains("sections"), "{accepted}");
    }
}

#[test]
fn a_file_of_another_format_is_not_used() {
    for format in ["\"0.4\"", "2.0", "one", "\"\"", "[1]", "\"1.x\""] {
        let text = format!("disabled: false\nfile_format: {format}\n");
        let (value, accepted) = unusable(Ok(&text));
        assert_eq!(value, format!("{PATH}:2:1"));
        assert!(accepted.starts_with("file_format \"1.0\""), "{accepted}");
    }
    let (value, _) = unusable(Ok("disabled: false\n"));
    assert_eq!(value, format!("{PATH}:1:1"));
}

#[test]
fn a_file_of_a_format_that_is_known_is_used() {
    for format in ["\"1.0\"", "1.0", "\"1.1\"", "1.0-rc.2"] {
        let text = format!("file_format: {format}\ndisabled: true\n");
        let (settings, warnings) = read(Ok(&text), &[]);
        assert_eq!(warnings, []);
        assert!(settings.disabled);
    }
}

#[test]
fn a_file_of_a_newer_format_is_used_with_a_warning() {
    let (settings, warning) = warned("file_format: \"1.7\"\ndisabled: true\n");
    assert!(settings.disabled);
    assert_eq!(warning.value, "file_format: 1.7");
}

#[test]
fn a_reference_without_a_name_makes_the_file_unusable() {
    let text = "file_format: \"1.0\"\nresource:\n  attributes_list: a=${A B:-secret}\n";
    let (value, accepted) = unusable(Ok(text));
    assert_eq!(value, format!("{PATH}:3:20"));
    assert!(accepted.contains("${A B}") && !accepted.contains("secret"));
}

#[test]
fn a_file_larger_than_any_configuration_is_not_used() {
    let deep = format!("a: {}{}", "[".repeat(30), "]".repeat(30));
    let deepest = format!("a: {}{}", "[".repeat(50_000), "]".repeat(50_000));
    let long = "- 1\n".repeat(30_000);
    let mut grows = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let alias = format!("*a{}", level - 1);
        let list = vec![alias; 10].join(", ");
        grows.push_str(&format!("a{level}: &a{level} [{list}]\n"));
    }
    for text in [deep, deepest, long, grows] {
        let (value, accepted) = unusable(Ok(&text));
        assert!(value.starts_with(PATH), "{value}");
        assert!(accepted.contains("more than a configuration"), "{accepted}");
    }
    unusable(Ok(&"[".repeat(100_000)));
}

#[test]
fn values_have_the_type_that_they_look_like() {
    for text in [
        "disabled: 'true'",
        "disabled: ~",
        "disabled: null",
        "disabled:",
    ] {
        let settings = good(text);
        assert_eq!(settings.disabled, text.contains("true"), "{text}");
    }
    let (_, warning) = bad("disabled: ''");
    assert_eq!(warning.value, "disabled: ");
    let limit = "attribute_limits: {attribute_count_limit: 0x1F}";
    assert_eq!(good(limit).limits.attributes_per_log, 31);
}

proptest! {
    #[test]
    fn no_text_is_a_failure(text in "\\PC{0,200}") {
        let (_, warnings) = read(Ok(&text), &[]);
        prop_assert!(!warnings.is_empty());
    }

    /// Texts that are nearly files.
    #[test]
    fn no_yaml_is_a_failure(
        lines in prop::collection::vec(
            "( {0,6}(- )?(tracer_provider|processors|batch|exporter|otlp_http|endpoint|limits|resource\
             |attributes|name|value|sampler|parent_based|root|timeout|readers|periodic|propagator\
             |composite|headers):( [a-z0-9\\[\\]{}$&*~'\"|-]{0,6})?)",
            0..12,
        ),
    ) {
        let text = format!("file_format: 1.0\n{}\n", lines.join("\n"));
        let (settings, warnings) = read(Ok(&text), &[]);
        prop_assert!(settings.bounded().collection.interval.as_millis() >= 1);
        for warning in warnings {
            prop_assert!(warning.to_string().len() < 5000);
        }
    }
}
