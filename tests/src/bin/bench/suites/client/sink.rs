//! The agent's place: a program that takes spans and says how many.

use std::io::{self, BufRead as _, Write as _};
use std::net::SocketAddr;

use campanile_tests::sink::Sink;

use super::program::Program;
use crate::measure::Result;

pub(super) const NAME: &str = "sink";

/// Says its address, and for each line of standard input the spans that arrived so far. Ends with
/// the input.
pub(super) fn run() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let sink = runtime.block_on(Sink::start());
    writeln!(io::stdout(), "{}", sink.address())?;
    for line in io::stdin().lock().lines() {
        line?;
        writeln!(io::stdout(), "{}", sink.count())?;
    }
    Ok(())
}

/// The program, running.
pub(super) struct SinkProgram {
    program: Program,
    address: SocketAddr,
}

impl SinkProgram {
    pub(super) fn start() -> Result<Self> {
        let mut program = Program::start(&[NAME])?;
        let address = program.line()?.parse()?;
        Ok(Self { program, address })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many spans arrived.
    pub(super) fn count(&mut self) -> Result<f64> {
        self.program.ask()?;
        Ok(self.program.line()?.parse()?)
    }
}
