//! Why something failed, in one line.

use std::error::Error;

use tonic::Status;

use crate::retry::is_broken_connection;

/// A status in one line: its code and the beginning of its message.
pub(crate) fn describe(status: &Status) -> String {
    if is_broken_connection(status) {
        return root_cause(status);
    }
    let message: String = status.message().chars().take(200).collect();
    format!("{:?}: {}", status.code(), message.escape_debug())
}

/// The innermost cause of an error: the outer ones only say "transport error".
pub(crate) fn root_cause(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use tonic::Status;

    use super::describe;

    #[test]
    fn a_broken_connection_is_described_by_its_innermost_cause() {
        let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        let status = Status::from_error(Box::new(broken));
        assert_eq!(describe(&status), "connection reset");
    }

    #[test]
    fn a_description_is_one_bounded_line() {
        let line = describe(&Status::internal(format!("a\nb{}", "x".repeat(999))));
        assert!(line.starts_with("Internal: a\\nb"));
        assert!(line.len() < 250);
    }
}
