//! Pages of both formats, written out in full.

use super::strict;
use super::support::{Taken, attributes, cumulative, histogram, metric, number, request, taken};
use crate::otlp::write;
use crate::prometheus::text::{Escaping, Format, Page, TextFormat};
use crate::prometheus::{Naming, Settings};

const OPEN: Format = Format {
    text: TextFormat::OpenMetrics,
    escaping: Escaping::Underscores,
};

/// A page of all families, in the order of the request.
pub(super) fn page(taken: &Taken, format: Format, timestamps: bool) -> String {
    let mut page = Page::new(format.text, timestamps);
    for points in taken
        .points
        .chunk_by(|(one, _), (other, _)| one.name == other.name)
    {
        let mut family = points[0].0.clone();
        family.name = format.escaping.metric(&family.name).into_owned();
        let points = points
            .iter()
            .map(|(_, point)| (format.escaping.labels(&point.labels), point));
        let points: Vec<_> = points.collect();
        page.family(
            &family,
            points.iter().map(|(labels, point)| (&**labels, *point)),
        );
    }
    page.finish()
}

fn sample() -> Taken {
    let resource = [("service.name", "cart"), ("host.name", "h\"1\"")];
    let request = request(&resource, |out| {
        metric(
            out,
            ["requests", "All\nof \\ them.", "{request}"],
            7,
            |out| {
                number(out, &[("path", "a\\b\n\"c\"")], 1, 3.0);
                number(out, &[("path", "/")], 2, 1e30);
                cumulative(out);
                write::varint(out, 3, 1);
            },
        );
        metric(out, ["latency", "", "s"], 9, |out| {
            histogram(out, 1, &[0.25, 2.0], &[1, 2, 4], 3.5);
            cumulative(out);
        });
        metric(out, ["temp", "", "Cel"], 5, |out| {
            number(out, &[], 1, f64::NAN)
        });
        metric(out, ["q", "", ""], 11, |out| {
            write::nested(out, 1, |out| {
                write::fixed64(out, 3, 1_500_000_000);
                write::fixed64(out, 4, 3);
                write::fixed64(out, 5, 6.5_f64.to_bits());
                write::nested(out, 6, |out| {
                    write::fixed64(out, 1, 1.0_f64.to_bits());
                    write::fixed64(out, 2, 4.0_f64.to_bits());
                });
                attributes(out, 7, &[("quantile", "mine")]);
            });
        });
    });
    let settings = Settings {
        without_scope: true,
        ..Settings::default()
    };
    taken(&request, &settings)
}

#[test]
fn the_text_page_is_as_scrapers_know_it() {
    let expected = r#"# HELP requests_total All\nof \\ them.
# TYPE requests_total counter
requests_total{job="cart",path="a\\b\n\"c\""} 3
requests_total{job="cart",path="/"} 1e30
# TYPE latency_seconds histogram
latency_seconds_bucket{exported_le="mine",job="cart",le="0.25"} 1
latency_seconds_bucket{exported_le="mine",job="cart",le="2"} 3
latency_seconds_bucket{exported_le="mine",job="cart",le="+Inf"} 7
latency_seconds_sum{exported_le="mine",job="cart"} 3.5
latency_seconds_count{exported_le="mine",job="cart"} 7
# TYPE temp_celsius gauge
temp_celsius{job="cart"} NaN
# TYPE q summary
q{exported_quantile="mine",job="cart",quantile="1"} 4
q_sum{exported_quantile="mine",job="cart"} 6.5
q_count{exported_quantile="mine",job="cart"} 3
# HELP target_info Target metadata
# TYPE target_info gauge
target_info{host_name="h\"1\"",job="cart"} 1
"#;
    let page = page(&sample(), Format::default(), false);
    assert_eq!(page, expected);
    strict::read(&page).expect("well formed");
}

#[test]
fn the_openmetrics_page_has_units_exemplars_and_an_end() {
    let trace = "a1".repeat(16);
    let span = "b2".repeat(8);
    let exemplar = format!("span_id=\"{span}\",trace_id=\"{trace}\",user=\"ann\"");
    let expected = [
        r"# HELP requests All\nof \\ them.",
        "# TYPE requests counter",
        r#"requests_total{job="cart",path="a\\b\n\"c\""} 3 1.000"#,
        r#"requests_total{job="cart",path="/"} 1e30 2.000"#,
        "# TYPE latency_seconds histogram",
        "# UNIT latency_seconds seconds",
        r#"latency_seconds_bucket{exported_le="mine",job="cart",le="0.25"} 1 1.000"#,
        &format!(
            "latency_seconds_bucket{{exported_le=\"mine\",job=\"cart\",le=\"2.0\"}} 3 1.000 # {{{exemplar}}} 0.3 1.000"
        ),
        r#"latency_seconds_bucket{exported_le="mine",job="cart",le="+Inf"} 7 1.000"#,
        r#"latency_seconds_sum{exported_le="mine",job="cart"} 3.5 1.000"#,
        r#"latency_seconds_count{exported_le="mine",job="cart"} 7 1.000"#,
        "# TYPE temp_celsius gauge",
        "# UNIT temp_celsius celsius",
        r#"temp_celsius{job="cart"} NaN 1.000"#,
        "# TYPE q summary",
        r#"q{exported_quantile="mine",job="cart",quantile="1.0"} 4 1.500"#,
        r#"q_sum{exported_quantile="mine",job="cart"} 6.5 1.500"#,
        r#"q_count{exported_quantile="mine",job="cart"} 3 1.500"#,
        "# HELP target Target metadata",
        "# TYPE target info",
        r#"target_info{host_name="h\"1\"",job="cart"} 1 2.000"#,
        "# EOF",
        "",
    ];
    let page = page(&sample(), OPEN, true);
    assert_eq!(page, expected.join("\n"));
    strict::read(&page).expect("well formed");
}

#[test]
fn names_that_need_quotes_are_quoted_or_escaped() {
    let request = request(&[], |out| {
        metric(out, ["my.temp", "", ""], 5, |out| {
            number(out, &[("a.b", "1"), ("a-b", "2"), ("c_d", "3")], 1, 1.0);
        });
    });
    let settings = Settings {
        naming: Naming::Untranslated,
        without_scope: true,
        ..Settings::default()
    };
    let taken = taken(&request, &settings);
    let table = [
        (
            Escaping::AllowUtf8,
            r#"{"my.temp","a-b"="2","a.b"="1",c_d="3"} 1"#,
        ),
        (Escaping::Underscores, r#"my_temp{a_b="2;1",c_d="3"} 1"#),
        (
            Escaping::Dots,
            r#"my_dot_temp{a__b="2",a_dot_b="1",c__d="3"} 1"#,
        ),
        (
            Escaping::Values,
            r#"U__my_2e_temp{U__a_2d_b="2",U__a_2e_b="1",c_d="3"} 1"#,
        ),
    ];
    for (escaping, expected) in table {
        let text = TextFormat::Prometheus;
        let page = page(&taken, Format { text, escaping }, false);
        assert_eq!(page.lines().last(), Some(expected));
        strict::read(&page).expect("well formed");
    }
}

#[test]
fn scrapers_get_what_they_ask_for() {
    let open = |escaping| Format {
        text: TextFormat::OpenMetrics,
        escaping,
    };
    let text = |escaping| Format {
        text: TextFormat::Prometheus,
        escaping,
    };
    let old = Escaping::Underscores;
    let table = [
        ("", text(old)),
        ("*/*", text(old)),
        ("application/json", text(old)),
        (
            "text/plain;version=0.0.4;q=0.5,application/openmetrics-text;version=1.0.0",
            open(old),
        ),
        (
            "text/plain;version=0.0.4, application/openmetrics-text;q=0.5",
            text(old),
        ),
        ("application/openmetrics-text;version=2.0.0", text(old)),
        (
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
             application/openmetrics-text;version=0.0.1;q=0.5,\
             text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,*/*;q=0.1",
            open(Escaping::AllowUtf8),
        ),
        (
            "text/plain;version=1.0.0;escaping=values",
            text(Escaping::Values),
        ),
        ("text/plain; escaping=\"dots\"", text(Escaping::Dots)),
        ("text/plain;q=x", text(old)),
    ];
    for (accept, expected) in table {
        assert_eq!(Format::negotiate(accept, true), expected, "{accept}");
    }
    let accept = "application/openmetrics-text;version=1.0.0";
    assert_eq!(Format::negotiate(accept, false), text(old));
    assert_eq!(
        open(Escaping::AllowUtf8).content_type(),
        "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8"
    );
    assert_eq!(
        text(old).content_type(),
        "text/plain; version=0.0.4; charset=utf-8"
    );
}
