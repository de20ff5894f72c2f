//! Writes the committed Rust code of the protocols from their `.proto` files.
//!
//! `cargo run --manifest-path agent-client/wire/codegen/Cargo.toml` writes it;
//! with `-- --check` it writes nothing and fails when what is committed differs. Either way it fails
//! when a `.proto` file does not agree with the published field tables.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

mod tables;

/// What one target crate gets: the files to compile and where the code goes.
struct Target {
    includes: PathBuf,
    protos: &'static [&'static str],
    out: PathBuf,
    /// The published field tables that the files must agree with.
    tables: &'static [&'static str],
    /// Whether the crate compiles its stubs only under its features `client` and `server`.
    featured: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let check = std::env::args().any(|argument| argument == "--check");
    let wire = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let examples = wire.join("../../examples/quickstart");
    let targets = [
        Target {
            includes: wire.join("proto"),
            protos: &[
                "jaeger/collector.proto",
                "jaeger/sampling.proto",
                "opencensus/agent_trace.proto",
                "opencensus/agent_metrics.proto",
                "zipkin/zipkin.proto",
            ],
            out: wire.join("src/generated"),
            tables: &[
                "jaeger-api_v2.json",
                "opencensus-proto-0.4.1.json",
                "zipkin-proto3.json",
            ],
            featured: true,
        },
        Target {
            includes: examples.join("proto"),
            protos: &["pricing.proto"],
            out: examples.join("generated"),
            tables: &[],
            featured: false,
        },
    ];
    for target in targets {
        let scratch =
            std::env::temp_dir().join(format!("campanile-codegen-{}", std::process::id()));
        generate(&target, &scratch)?;
        let verdict = if check {
            compare(&scratch, &target.out)
        } else {
            replace(&scratch, &target.out)
        };
        fs::remove_dir_all(&scratch)?;
        verdict?;
    }
    Ok(())
}

/// Compiles one target's files into an empty scratch folder.
fn generate(target: &Target, scratch: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(scratch)?;
    let descriptors = protox::compile(target.protos, [&target.includes])?;
    for table in target.tables {
        tables::agree(&descriptors, table)?;
    }
    let mut builder = tonic_prost_build::configure()
        .out_dir(scratch)
        .btree_map(".")
        .bytes(".")
        .emit_rerun_if_changed(false);
    if target.featured {
        builder = builder
            .server_mod_attribute(".", "#[cfg(feature = \"server\")]")
            .client_mod_attribute(".", "#[cfg(feature = \"client\")]");
    }
    builder.compile_fds(descriptors)?;
    Ok(())
}

/// Puts the new files in place of the committed ones.
fn replace(scratch: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(out)?;
    for file in fs::read_dir(scratch)? {
        let file = file?;
        fs::copy(file.path(), out.join(file.file_name()))?;
    }
    Ok(())
}

/// Fails when a committed file differs from the new one.
fn compare(scratch: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    for file in fs::read_dir(scratch)? {
        let file = file?;
        let committed = out.join(file.file_name());
        if fs::read(file.path())? != fs::read(&committed).unwrap_or_default() {
            return Err(format!(
                "{} is not what its .proto generates; run the generator",
                committed.display()
            )
            .into());
        }
    }
    Ok(())
}
