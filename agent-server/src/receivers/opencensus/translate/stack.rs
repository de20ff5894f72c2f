//! Stack traces as text.

use std::fmt::Write as _;

use campanile_wire::opencensus::trace::v1::stack_trace::StackFrame;
use campanile_wire::opencensus::trace::v1::{StackTrace, TruncatableString};
use campanile_wire::otlp::write::{Scalar, attribute};

use super::attributes::put_count;

/// Appends a stack trace as attributes in field `number`.
pub(super) fn put(out: &mut Vec<u8>, number: u32, stack: &StackTrace) {
    if let Some(frames) = &stack.stack_frames {
        let lines: Vec<String> = frames.frame.iter().map(line).collect();
        if !lines.is_empty() {
            let text = lines.join("\n");
            attribute(out, number, "opencensus.stack_trace", Scalar::Text(&text));
        }
        let key = || "opencensus.stack_trace_dropped_frames".to_owned();
        put_count(out, number, key, frames.dropped_frames_count);
    }
    if stack.stack_trace_hash_id != 0 {
        let id = Scalar::Int(stack.stack_trace_hash_id.cast_signed());
        attribute(out, number, "opencensus.stack_trace_hash_id", id);
    }
}

/// `main.handler (main.go:42:7) original=handler module=app build=abc version=1.0`, without what
/// is absent. A text that was shortened ends in `...` and the number of bytes it has lost.
fn line(frame: &StackFrame) -> String {
    let mut line = shown(frame.function_name.as_ref());
    let file = shown(frame.file_name.as_ref());
    if !file.is_empty() || frame.line_number != 0 || frame.column_number != 0 {
        let (row, column) = (frame.line_number, frame.column_number);
        let _ = write!(line, " ({file}:{row}:{column})");
    }
    let module = frame.load_module.as_ref();
    let rest = [
        ("original", frame.original_function_name.as_ref()),
        ("module", module.and_then(|module| module.module.as_ref())),
        ("build", module.and_then(|module| module.build_id.as_ref())),
        ("version", frame.source_version.as_ref()),
    ];
    for (name, text) in rest {
        let text = shown(text);
        if !text.is_empty() {
            let _ = write!(line, " {name}={text}");
        }
    }
    line
}

fn shown(text: Option<&TruncatableString>) -> String {
    match text {
        None => String::new(),
        Some(text) if text.truncated_byte_count == 0 => text.value.clone(),
        Some(text) => format!("{}...{}", text.value, text.truncated_byte_count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_shows_what_it_has() {
        let text = |value: &str, truncated_byte_count| {
            Some(TruncatableString {
                value: value.into(),
                truncated_byte_count,
            })
        };
        let mut frame = StackFrame {
            function_name: text("main.handler", 0),
            ..StackFrame::default()
        };
        assert_eq!(line(&frame), "main.handler");
        frame.file_name = text("main.go", 4);
        frame.line_number = 42;
        frame.source_version = text("1.0", 0);
        assert_eq!(line(&frame), "main.handler (main.go...4:42:0) version=1.0");
    }
}
