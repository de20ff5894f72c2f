//! `baggage`.

use campanile_propagation::baggage::{MAX_BYTES, MAX_MEMBERS};
use campanile_propagation::formats::baggage;
use campanile_propagation::{ExtractError, Propagator};
use opentelemetry::Context;
use opentelemetry::baggage::{Baggage, BaggageExt};

use crate::words::{extract, headers, inject, value};

/// What is sent on of these `baggage` headers when nobody touched them.
fn sent_on(received: &[&str]) -> Option<String> {
    let incoming = headers(received.iter().map(|value| ("baggage", value)));
    value(&inject(&extract(&incoming)), "baggage").map(str::to_owned)
}

/// What is sent for baggage made here.
fn sent_for(entries: &[(&'static str, &'static str, &'static str)]) -> Option<String> {
    let mut baggage = Baggage::new();
    for (key, value, metadata) in entries {
        baggage.insert_with_metadata(*key, *value, *metadata);
    }
    value(&inject(&Context::new().with_baggage(baggage)), "baggage").map(str::to_owned)
}

fn rejections(received: &[&str]) -> Vec<ExtractError> {
    let incoming = headers(received.iter().map(|value| ("baggage", value)));
    let mut rejections = Vec::new();
    let _ = baggage::extract_with(&incoming, &mut |error| rejections.push(error));
    rejections
}

#[test]
fn unchanged_baggage_is_sent_on_byte_for_byte() {
    let cases = [
        "a=b",
        "z=1,a=2,m=3",
        "k=a%2520b,k2=%c3%A9,k3=%zz,k4=a+b",
        "k=v=w==",
        "a = b ; p ; q = 1 \t , c=d",
        "a=1,a=2,b=3,a=1",
        "a=b;x%2Cevil=1",
        "a=b;;p;,,c=d,",
        "k=%ff",
    ];
    for text in cases {
        assert_eq!(sent_on(&[text]).as_deref(), Some(text));
        assert_eq!(rejections(&[text]), []);
    }
    assert_eq!(sent_on(&["a=1", "", " b=2 "]).as_deref(), Some("a=1,b=2"));
    assert_eq!(sent_on(&["", " , "]), None);
}

#[test]
fn of_a_repeated_name_the_last_value_counts() {
    let cx = extract(&headers([("baggage", "a=1,b=2,a=3")]));
    assert_eq!(cx.baggage().get("a").map(|value| value.as_str()), Some("3"));
    assert_eq!(cx.baggage().len(), 2);
}

#[test]
fn names_are_never_decoded() {
    let cx = extract(&headers([("baggage", "a%20b=1")]));
    assert!(cx.baggage().get("a%20b").is_some());
    assert_eq!(sent_for(&[("a%20b", "1", "")]).as_deref(), Some("a%20b=1"));
}

#[test]
fn members_that_break_the_grammar_are_dropped_alone_and_counted() {
    let bad = [
        "novalue", "=1", "a b=1", "k=a b", "k=\"q\"", "k=a\\b", "k=v;p q", "k=v;=1", "(=1",
    ];
    for text in bad {
        let list = format!("good=1, {text} ,also=2");
        assert_eq!(
            rejections(&[&list]),
            [ExtractError::BaggageInvalidMember],
            "{text}"
        );
        assert_eq!(
            sent_on(&[&list]).as_deref(),
            Some("good=1,also=2"),
            "{text}"
        );
        assert_eq!(sent_on(&[text]), None);
    }
    let incoming = headers([("baggage", b"k=\xc3\xa9,good=1".as_slice())]);
    assert_eq!(
        baggage::extract(&incoming).map(|h| h.members().count()),
        Some(1)
    );
}

#[test]
fn the_limits_hold_over_all_headers_before_parsing() {
    let members: Vec<String> = (0..=MAX_MEMBERS).map(|n| format!("k{n}=v")).collect();
    let (first, rest) = members.split_at(40);
    let kept = members[..MAX_MEMBERS].join(",");
    assert_eq!(rejections(&[&kept]), []);
    assert_eq!(
        rejections(&[&first.join(","), &rest.join(",")]),
        [ExtractError::BaggageTooManyMembers]
    );
    assert_eq!(sent_on(&[&first.join(","), &rest.join(",")]), Some(kept));

    // An invalid member takes a place: counting comes before parsing.
    let list = format!("bad,{}", members[..MAX_MEMBERS].join(","));
    assert_eq!(
        sent_on(&[&list]),
        Some(members[..MAX_MEMBERS - 1].join(","))
    );
}

#[test]
fn no_member_is_ever_cut() {
    let exact = format!("a=1,b={}", "v".repeat(MAX_BYTES - 6));
    assert_eq!(exact.len(), MAX_BYTES);
    assert_eq!(sent_on(&[&exact]).as_deref(), Some(exact.as_str()));
    assert_eq!(rejections(&[&exact]), []);

    let over = format!("{exact}v");
    assert_eq!(sent_on(&[&over]).as_deref(), Some("a=1"));
    assert_eq!(rejections(&[&over]), [ExtractError::BaggageTooLong]);
    assert_eq!(sent_on(&[&exact, "c=3"]).as_deref(), Some(exact.as_str()));
    assert_eq!(
        sent_on(&[&format!("a={}", "v".repeat(3 * MAX_BYTES))]),
        None
    );

    // Encoding makes three bytes of one; what no longer fits stays behind, whole.
    let mut baggage = Baggage::new();
    baggage.insert("a", " ".repeat(4000));
    baggage.insert("b", "fits");
    let headers = inject(&Context::new().with_baggage(baggage));
    assert_eq!(value(&headers, "baggage"), Some("b=fits"));
}

#[test]
fn everything_outside_the_grammar_and_the_percent_sign_is_encoded() {
    let sent = sent_for(&[("k", " \",;\\%\t\r\n\0\u{7f}\u{e9}=!", "")]);
    assert_eq!(
        sent.as_deref(),
        Some("k=%20%22%2C%3B%5C%25%09%0D%0A%00%7F%C3%A9=!")
    );
    assert_eq!(sent_for(&[("k", "", "")]).as_deref(), Some("k="));
}

#[test]
fn metadata_can_neither_begin_a_member_nor_break_the_header() {
    let cases = [
        ("x,evil=1", None), // a name that is no token
        ("p=x,evil=1", Some("p=x%2Cevil=1")),
        ("p=1\r\nevil: 1", Some("p=1%0D%0Aevil:%201")),
        ("p=\0;q", Some("p=%00;q")),
        ("p=100%;q=%2C;r=%4", Some("p=100%25;q=%2C;r=%254")),
        ("\u{e9};p=\u{e9}", Some("p=%C3%A9")),
        (" p = 1 ;; q ", Some("p=1;q")),
    ];
    for (metadata, sent) in cases {
        let expected = sent.map_or("k=v".to_owned(), |sent| format!("k=v;{sent}"));
        assert_eq!(
            sent_for(&[("k", "v", metadata)]),
            Some(expected.clone()),
            "{metadata:?}"
        );
        assert_eq!(sent_on(&[&expected]), Some(expected));
    }
}

#[test]
fn changed_baggage_keeps_the_place_and_the_bytes_of_what_did_not_change() {
    let incoming = headers([("baggage", "z=%7a;p, gone=1,m=2,a=3,m=2b")]);
    let cx = extract(&incoming);
    let mut baggage = Baggage::new();
    for (key, (value, metadata)) in cx.baggage() {
        if key.as_str() != "gone" {
            baggage.insert_with_metadata(key.clone(), value.clone(), metadata.clone());
        }
    }
    baggage.insert("m", "new");
    baggage.insert("y", "1");
    baggage.insert("b", "2");
    let sent = inject(&cx.with_baggage(baggage));
    assert_eq!(value(&sent, "baggage"), Some("z=%7a;p,m=new,a=3,b=2,y=1"));
}

#[test]
fn a_name_that_is_added_alone_is_a_change() {
    let cx = extract(&headers([("baggage", "b=1 ")]));
    let mut baggage = Baggage::new();
    baggage.insert("b", "1");
    baggage.insert("a", "2");
    let sent = inject(&cx.with_baggage(baggage));
    assert_eq!(value(&sent, "baggage"), Some("b=1,a=2"));
}

#[test]
fn repeated_names_and_new_ones_together_keep_the_limit() {
    let repeated = vec!["a=1"; MAX_MEMBERS].join(",");
    let cx = extract(&headers([("baggage", &repeated)]));
    let mut baggage = Baggage::new();
    baggage.insert("a", "1");
    baggage.insert("b", "2");
    let sent = inject(&cx.with_baggage(baggage));
    assert_eq!(value(&sent, "baggage"), Some(repeated.as_str()));
}

#[test]
fn empty_baggage_leaves_no_stale_header() {
    let mut outgoing = headers([("baggage", "stale=1"), ("baggage", "stale=2")]);
    baggage::inject(&Baggage::new(), &mut outgoing);
    assert!(outgoing.is_empty());
}

#[test]
fn changed_metadata_is_a_change_too() {
    let cx = extract(&headers([("baggage", "a=1;p")]));
    let mut baggage = Baggage::new();
    baggage.insert_with_metadata("a", "1", "q");
    let sent = inject(&cx.with_baggage(baggage));
    assert_eq!(value(&sent, "baggage"), Some("a=1;q"));
}

#[test]
fn a_request_without_baggage_keeps_that_of_the_parent_context() {
    let parent = extract(&headers([("baggage", "a=1 ,b=2")]));
    let cx = Propagator::w3c().extract(&headers([("traceparent", "bad")]), &parent);
    assert_eq!(value(&inject(&cx), "baggage"), Some("a=1 ,b=2"));
}

#[test]
fn cleared_baggage_is_not_sent() {
    let cx = extract(&headers([("baggage", "a=1")])).with_cleared_baggage();
    assert_eq!(value(&inject(&cx), "baggage"), None);
}
