use super::super::context::Context;
use super::super::functions::converters;
use super::records::Messages;

/// For every converter, conditions that hold.
const HOLD: &[(&str, &[&str])] = &[
    (
        "Bool",
        &[
            "Bool(\"true\")",
            "Bool(1)",
            "not Bool(0.0)",
            "Bool(nil) == nil",
        ],
    ),
    (
        "Concat",
        &[
            "Concat([name, 1, nil, 1.5, true], \"-\") == \"GET /carts-1-<nil>-1.5-true\"",
            "Concat([], \",\") == \"\"",
            "Concat(delimiter = \"\", values = [\"a\", \"b\"]) == \"ab\"",
        ],
    ),
    (
        "ContainsValue",
        &[
            "ContainsValue(attributes[\"tags\"], \"red\")",
            "not ContainsValue([1, 2], 3)",
        ],
    ),
    (
        "ConvertCase",
        &[
            "ConvertCase(\"HTTPServer-name x\", \"snake\") == \"http_server_name_x\"",
            "ConvertCase(\"http_server\", \"camel\") == \"HttpServer\"",
            "ConvertCase(\"aB\", \"upper\") == \"AB\"",
            "ConvertCase(\"aB\", \"lower\") == \"ab\"",
        ],
    ),
    (
        "Double",
        &[
            "Double(\"1.5\") == 1.5",
            "Double(2) == 2.0",
            "Double(true) == 1.0",
            "Double(\"x\") == nil",
        ],
    ),
    (
        "Duration",
        &[
            "Duration(\"1h1m1s\") == Duration(\"3661s\")",
            "Duration(\"-5us\") < Duration(\"0\")",
        ],
    ),
    (
        "FNV",
        &[
            "FNV(\"\") == -3750763034362895579",
            "FNV(\"a\") == -5808590958014384194",
        ],
    ),
    (
        "HasPrefix",
        &["HasPrefix(name, \"GET\")", "not HasPrefix(name, \"x\")"],
    ),
    (
        "HasSuffix",
        &["HasSuffix(name, \"carts\")", "not HasSuffix(name, \"x\")"],
    ),
    (
        "Hex",
        &[
            "Hex(1) == \"0000000000000001\"",
            "Hex(\"a\") == \"61\"",
            "Hex(0x0f) == \"0f\"",
        ],
    ),
    ("Hours", &["Hours(Duration(\"90m\")) == 1.5"]),
    (
        "Int",
        &[
            "Int(\"12\") == 12",
            "Int(1.9) == 1",
            "Int(-1.9) == -1",
            "Int(true) == 1",
            "Int(\"x\") == nil",
        ],
    ),
    ("IsBool", &["IsBool(true)", "not IsBool(\"true\")"]),
    ("IsDouble", &["IsDouble(1.0)", "not IsDouble(1)"]),
    ("IsInt", &["IsInt(1)", "not IsInt(1.0)"]),
    (
        "IsList",
        &["IsList(attributes[\"tags\"])", "not IsList(name)"],
    ),
    (
        "IsMap",
        &[
            "IsMap(attributes)",
            "IsMap(attributes[\"user\"])",
            "not IsMap(nil)",
        ],
    ),
    (
        "IsMatch",
        &[
            "IsMatch(name, \"^GET\")",
            "IsMatch(name, \"cart\")",
            "not IsMatch(name, \"^cart\")",
            "IsMatch(attributes[\"http.status\"], \"^5\")",
            "not IsMatch(attributes[\"nothing\"], \".*\")",
            "IsMatch(name, \"(?i)get\")",
        ],
    ),
    ("IsRootSpan", &["IsRootSpan()"]),
    ("IsString", &["IsString(name)", "not IsString(1)"]),
    ("Keys", &["Keys(attributes[\"user\"]) == [\"id\"]"]),
    (
        "Len",
        &[
            "Len(name) == 10",
            "Len([1, 2]) == 2",
            "Len(attributes[\"user\"]) == 1",
            "Len(0x0102) == 2",
        ],
    ),
    (
        "MD5",
        &["MD5(\"a\") == \"0cc175b9c0f1b6a831c399e269772661\""],
    ),
    ("Microseconds", &["Microseconds(Duration(\"1ms\")) == 1000"]),
    (
        "Milliseconds",
        &["Milliseconds(Duration(\"1.5s\")) == 1500"],
    ),
    ("Minutes", &["Minutes(Duration(\"90s\")) == 1.5"]),
    ("Nanoseconds", &["Nanoseconds(Duration(\"1us\")) == 1000"]),
    (
        "Now",
        &["Now() > start_time", "UnixSeconds(Now()) > 1700000000"],
    ),
    (
        "ParseJSON",
        &[
            "ParseJSON(\"{\\\"a\\\": {\\\"b\\\": [1, true, null, \\\"x\\\"]}}\")[\"a\"][\"b\"][3] == \"x\"",
            "ParseJSON(\"[1.5]\") == [1.5]",
            "ParseJSON(\"{\\\"a\\\": 1}\") == {\"a\": 1.0}",
        ],
    ),
    (
        "SHA1",
        &["SHA1(\"a\") == \"86f7e437faa5a7fce15d1ddcb9eaeaea377667b8\""],
    ),
    (
        "SHA256",
        &["SHA256(\"a\") == \"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb\""],
    ),
    (
        "SHA512",
        &[
            "Len(SHA512(\"a\")) == 128",
            "HasPrefix(SHA512(\"a\"), \"1f40fc92\")",
        ],
    ),
    ("Seconds", &["Seconds(Duration(\"1500ms\")) == 1.5"]),
    ("SpanID", &["SpanID(\"b2b2b2b2b2b2b2b2\") == span_id"]),
    (
        "Split",
        &[
            "Split(\"a|b||\", \"|\") == [\"a\", \"b\", \"\", \"\"]",
            "Split(\"ab\", \"\") == [\"a\", \"b\"]",
            "Split(name, \"/\")[1] == \"carts\"",
        ],
    ),
    (
        "String",
        &[
            "String(1) == \"1\"",
            "String(1.5) == \"1.5\"",
            "String(0x0a) == \"0a\"",
            "String([1, \"a\"]) == \"[1,\\\"a\\\"]\"",
            "String(nil) == nil",
        ],
    ),
    (
        "Substring",
        &[
            "Substring(name, 4, 6) == \"/carts\"",
            "Substring(name, 10, 0) == \"\"",
        ],
    ),
    ("ToLowerCase", &["ToLowerCase(name) == \"get /carts\""]),
    ("ToUpperCase", &["ToUpperCase(name) == \"GET /CARTS\""]),
    (
        "TraceID",
        &["TraceID(\"a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1\") == trace_id"],
    ),
    ("UnixMicro", &["UnixMicro(end_time) == 3500000"]),
    ("UnixMilli", &["UnixMilli(end_time) == 3500"]),
    ("UnixNano", &["UnixNano(end_time) == 3500000000"]),
    ("UnixSeconds", &["UnixSeconds(end_time) == 3"]),
    ("Values", &["Values(attributes[\"user\"]) == [42]"]),
];

#[test]
fn every_function_does_what_its_name_says() {
    let messages = Messages::new();
    for (function, texts) in HOLD {
        for text in *texts {
            assert_eq!(
                messages.holds(Context::Span, text),
                Ok(true),
                "{function}: {text}"
            );
        }
    }
    let tested = |name: &str| HOLD.iter().any(|(function, _)| *function == name);
    let only_metrics = ["HasAttrKeyOnDatapoint", "HasAttrOnDatapoint"];
    for converter in converters() {
        let name = converter.name;
        assert!(
            tested(name) || only_metrics.contains(&name),
            "{name} is not tested"
        );
    }
}

#[test]
fn the_points_of_a_metric_can_be_asked_for() {
    let messages = Messages::new();
    let table = [
        ("HasAttrKeyOnDatapoint(\"host\")", true),
        ("HasAttrKeyOnDatapoint(\"x\")", false),
        ("HasAttrOnDatapoint(\"host\", \"a\")", true),
        ("HasAttrOnDatapoint(\"host\", \"b\")", false),
    ];
    for (text, expected) in table {
        assert_eq!(
            messages.holds(Context::Metric, text),
            Ok(expected),
            "{text}"
        );
    }
}

#[test]
fn what_a_function_cannot_do_is_an_error() {
    let messages = Messages::new();
    let table = [
        ("HasPrefix(nil, \"a\")", "expected a string, found nil"),
        (
            "Concat(name, \",\") == \"\"",
            "expected a list, found a string",
        ),
        (
            "Len(1) == 1",
            "expected a string, a list or a map, found an int",
        ),
        (
            "Substring(name, 0, 11) == \"\"",
            "11 bytes from 0 are not within the string",
        ),
        (
            "Substring(name, -1, 1) == \"\"",
            "1 bytes from -1 are not within the string",
        ),
        (
            "Substring(\"\u{e9}\", 1, 1) == \"\"",
            "1 bytes from 1 are not within the string",
        ),
        (
            "TraceID(0x01) == trace_id",
            "an id has 16 bytes, this is no such id",
        ),
        ("Duration(\"5\") == nil", "not a duration: \"5\""),
        ("Duration(\"s\") == nil", "not a duration: \"s\""),
        ("Duration(\"\") == nil", "not a duration: \"\""),
        (
            "Duration(\"999999999h\") == nil",
            "not a duration: \"999999999h\"",
        ),
        (
            "ParseJSON(\"1\") == nil",
            "the JSON is neither an object nor an array",
        ),
        ("Bool(\"x\")", "not a bool: \"x\""),
        ("SHA256(1) == nil", "expected a string, found an int"),
        ("Hours(1) == 1", "expected a duration, found an int"),
        ("[start_time] == []", "a time cannot be stored as a value"),
    ];
    for (text, expected) in table {
        assert_eq!(
            messages.holds(Context::Span, text),
            Err(expected.to_owned()),
            "{text}"
        );
    }
}
