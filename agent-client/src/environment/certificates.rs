//! Whether the files of TLS can be read, looked at once, at the beginning: a client that cannot use
//! them keeps trying, and they may still come.

use std::path::Path;

use campanile_wire::otlp::Signal;

use super::{Settings, Warning, disk};

/// A warning for each file that cannot be read.
pub(super) fn check(settings: &Settings) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for signal in Signal::ALL {
        let tls = &settings.destination(signal).tls;
        let files = [
            ("OTEL_EXPORTER_OTLP_CERTIFICATE", &tls.certificate),
            (
                "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
                &tls.client_certificate,
            ),
            ("OTEL_EXPORTER_OTLP_CLIENT_KEY", &tls.client_key),
        ];
        for (variable, file) in files {
            let warning = file.as_deref().and_then(|file| unreadable(variable, file));
            warnings.extend(warning.filter(|warning| !warnings.contains(warning)));
        }
    }
    warnings
}

fn unreadable(variable: &'static str, file: &Path) -> Option<Warning> {
    let error = disk::read(file).err()?;
    Some(Warning {
        variable,
        value: file.display().to_string(),
        accepted: format!("a file in PEM that can be read ({error})"),
        used: "it all the same, and trying again at each connection".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Settings, check};

    #[test]
    fn a_certificate_that_cannot_be_read_is_said_once() {
        let mut settings = Settings::default();
        assert_eq!(check(&settings), []);
        for destination in [&mut settings.traces, &mut settings.logs] {
            destination.tls.certificate = Some("/nowhere/ca.pem".into());
        }
        let warnings = check(&settings);
        let [warning] = warnings.as_slice() else {
            panic!("{warnings:?}")
        };
        assert_eq!(warning.variable, "OTEL_EXPORTER_OTLP_CERTIFICATE");
        assert_eq!(warning.value, "/nowhere/ca.pem");
    }
}
