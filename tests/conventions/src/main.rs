//! Writes the table that `campanile_middleware::testing::conventions` checks spans and metrics by,
//! from the model of the [semantic conventions] themselves.
//!
//! ```sh
//! git clone --branch v1.44.0 --depth 1 https://github.com/open-telemetry/semantic-conventions CHECKOUT
//! cargo run --manifest-path tests/conventions/Cargo.toml -- CHECKOUT
//! ```
//!
//! With `--check` behind the path it writes nothing and fails when what is committed differs.
//! Only facts are taken: names, types, levels, units and bucket boundaries, no text.
//!
//! [semantic conventions]: https://github.com/open-telemetry/semantic-conventions

mod boundaries;
mod model;
mod registry;
mod wanted;
mod write;

use std::error::Error;
use std::fs;
use std::path::Path;

use crate::registry::Registry;

/// Where the table goes, seen from this crate.
const TABLE: &str = "../../middleware/src/testing/conventions/table.rs";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let checkout = arguments
        .next()
        .ok_or("name a checkout of semantic-conventions")?;
    let check = arguments.any(|argument| argument == "--check");
    let registry = Registry::read(Path::new(&checkout))?;
    let table = write::table(&registry)?;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE);
    if !check {
        return Ok(fs::write(path, table)?);
    }
    if fs::read_to_string(&path)? != table {
        return Err("table.rs is not what the conventions say; run the generator".into());
    }
    Ok(())
}
