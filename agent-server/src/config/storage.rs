//! `file_storage` extensions: the Collector's way to name the data directory.

use super::data::Data;
use super::declared::Sections;
use super::model::Config;
use super::{Problem, Report};
use crate::component::ComponentId;

/// The type of the extension.
const KIND: &str = "file_storage";

/// The data directory, where one of the listed `extensions` names it. Reports a second directory.
pub(super) fn adopt(
    mut data: Data,
    extensions: &[ComponentId],
    sections: &Sections,
    report: &mut Report,
) -> Data {
    for id in extensions.iter().filter(|id| id.kind() == KIND) {
        let Some(extension) = sections.extensions.valid(id) else {
            continue;
        };
        let Some(value) = extension.effective() else {
            continue;
        };
        let directory = value["directory"].as_str().unwrap_or_default();
        match &data.directory {
            Some(other) if other.as_os_str() != directory => {
                let message = format!(
                    "an agent has one data directory, and {} is it already",
                    other.display()
                );
                let help = "name the same directory, or only one of them".to_owned();
                let written = extension.written();
                report.push(written.blame("directory", message).help(help));
            }
            _ => {
                data.directory = Some(directory.into());
                data.synced |= value["fsync"] == true;
            }
        }
    }
    data
}

/// Every `sending_queue.storage` that names no `file_storage` among the extensions.
pub(super) fn find(config: &Config) -> Vec<Problem> {
    let mut found = Vec::new();
    for exporter in config.exporters.values() {
        let value = exporter.effective().unwrap_or_default();
        let Some(id) = value["sending_queue"]["storage"].as_str() else {
            continue;
        };
        let listed = config.extensions.keys();
        let listed = listed.filter(|known| known.kind() == KIND);
        if listed.into_iter().all(|known| known.to_string() != id) {
            let message = format!("`{id}` is no `file_storage` among service.extensions");
            let help = "add a `file_storage` there, or remove `storage`: with \
                        service.data.directory every queue is on the disk";
            let written = exporter.written();
            found.push(
                written
                    .blame("sending_queue.storage", message)
                    .help(help.to_owned()),
            );
        }
    }
    found
}
