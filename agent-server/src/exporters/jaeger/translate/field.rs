//! Attributes that were a field of Jaeger's before they came here.

use std::borrow::Cow;

use campanile_wire::jaeger::Span;
use campanile_wire::otlp::view::AnyValue;

/// Puts an attribute back into its field; says whether it was one.
pub(super) fn restore<'a>(span: &mut Span<'a>, key: &str, value: AnyValue<'a>) -> bool {
    match (key, value) {
        ("jaeger.flags", AnyValue::Int(flags)) => match u32::try_from(flags) {
            Ok(flags) => {
                // Whether it is sampled is for the span's own flags to say.
                span.flags |= flags & !1;
                true
            }
            Err(_) => false,
        },
        ("jaeger.process_id", AnyValue::Text(id)) => {
            span.process_id = Cow::Borrowed(id);
            true
        }
        ("@jaeger@warnings", AnyValue::Array(values)) => {
            let texts: Option<Vec<_>> = values.iter().map(AnyValue::as_text).collect();
            let texts = texts.into_iter().flatten().map(Cow::Borrowed);
            let before = span.warnings.len();
            span.warnings.extend(texts);
            span.warnings.len() > before
        }
        _ => false,
    }
}
