//! Components for tests: they do nothing but tell a [`Stage`] of it, and do as it says.

mod exporter;
mod extension;
mod processor;
mod receiver;
mod stage;

pub(crate) use self::stage::Stage;

use self::exporter::FakeExporter;
use self::extension::FakeExtension;
use self::processor::{FakeBatch, FakeFilter, FakeHold};
use self::receiver::FakeReceiver;
use crate::component::{Delivery, Entry, Extension, Processing, Receiver, StartError};
use crate::extensions::file_storage::FileStorage;
use crate::registries::Registries;

/// The components of tests, under the names of real ones.
pub(crate) const REGISTRIES: Registries = Registries {
    connectors: crate::connectors::CONNECTORS,
    exporters: EXPORTERS,
    extensions: EXTENSIONS,
    processors: PROCESSORS,
    receivers: RECEIVERS,
};

static EXPORTERS: &[Entry<Delivery>] = &[
    Entry::of::<FakeExporter<0>>(),
    Entry::of::<FakeExporter<1>>(),
];
static EXTENSIONS: &[Entry<Box<dyn Extension>>] = &[
    Entry::of::<FileStorage>(),
    Entry::of::<FakeExtension<0>>(),
    Entry::of::<FakeExtension<1>>(),
];
static PROCESSORS: &[Entry<Processing>] = &[
    Entry::of::<FakeBatch>(),
    Entry::of::<FakeFilter>(),
    Entry::of::<FakeHold>(),
];
static RECEIVERS: &[Entry<Box<dyn Receiver>>] = &[
    Entry::of::<FakeReceiver<0>>(),
    Entry::of::<FakeReceiver<1>>(),
    Entry::of::<FakeReceiver<2>>(),
    Entry::of::<FakeReceiver<3>>(),
];

/// Fails to start if it is configured to.
fn fail(fails: bool) -> Result<(), StartError> {
    if !fails {
        return Ok(());
    }
    Err(StartError::Other {
        key: "fails".to_owned(),
        message: "it does as it is told".to_owned(),
    })
}
