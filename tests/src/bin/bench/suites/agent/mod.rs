//! The agent under load, beside other agents.

use std::error::Error;
use std::ffi::OsString;

use campanile_tests::load;

use super::{Kind, OURS, Suite};
use crate::findings::Finding;
use crate::measure::{Callgrind, Result};
use crate::report;

mod case;
mod cases;
mod cores;
mod idle;
mod instructions;
mod options;
mod part;
mod process;
mod program;
mod round;
mod subject;
mod table;
#[cfg(test)]
mod tests;

use case::Case;
use options::Options;
use program::Program;
use subject::Subject;

/// The suite.
pub(crate) const SUITE: Suite = Suite {
    name: "agent",
    about: "\
The agent is `campanile run`, built with the `release` profile, alone on one core; the load and the
sink share what other cores there are. A span takes about 550 bytes as OTLP: 11 attributes, every
fifth an event, and a resource of 8 attributes in each request; 8 connections with one request
under way on each. Spans are numbered: a round in which one is missing at the other end, arrives
twice, or is not in the agent's own counts, fails.

- cpu_s_per_million_spans: CPU time of the agent's process (user and system, /proc/PID/stat) from
  before the load until the last span has arrived, after a tenth as many spans that are not
  counted; the median of the rounds. Each round is a new process.
- spans_per_s_per_core: the same, as spans in a second of CPU time.
- peak_rss_mib: the most memory the process ever had (VmHWM); the median.
- rotel compresses with gzip whatever it is told, so two of its rows are the same.
- instructions_per_span: of the agent's process, user space only, under callgrind; two loads of
  different length, so that what happens once does not count.
- idle: milliseconds from the start of the process until it says that it is ready, which peers
  do by taking a connection, and the memory it has a second later.
- load: no agent between the load and the sink; the CPU time is the sink's. It tells a noisy
  machine from a quiet one.",
    kind: Kind::Programs {
        find,
        part,
        table: table::write,
    },
};

/// Runs case by case, every subject in turn, round by round, so that all share what else the
/// machine does.
fn find(arguments: &[&str], findings: &mut Vec<Finding>) -> Result<()> {
    let options = Options::parse(arguments)?;
    let program = Program::find(options.agent.as_deref())?;
    let subjects = options.subjects(&program);
    let cases = chosen(&options, &program)?;
    let mut failed = 0;
    let mut rounds = Vec::new();
    for number in 0..options.rounds {
        for case in &cases {
            for subject in subjects.iter().filter(|subject| subject.can(case)) {
                match (case.run)(case, subject) {
                    Ok(figures) => rounds.push((case.name, subject.name(), figures)),
                    Err(error) => {
                        failed += 1;
                        let (case, subject) = (case.name, subject.name());
                        report::warn(&format!("{case}, {subject}, round {number}: {error}"))?;
                    }
                }
            }
        }
    }
    if Callgrind::find().is_some() {
        let counted = Subject::Counted(program.path().to_owned());
        for case in cases.iter().filter(|case| case.is_counted()) {
            let figure = instructions::count(case, &counted)?;
            rounds.push((case.name, counted.name(), vec![figure]));
        }
    }
    case::medians(&rounds, findings);
    if failed > 0 {
        return Err(format!("{failed} rounds failed").into());
    }
    Ok(())
}

/// The cases that were asked for, without those that need what this agent does not have.
fn chosen(options: &Options, program: &Program) -> Result<Vec<&'static Case>> {
    let mut chosen = Vec::new();
    for case in cases::CASES.iter().filter(|case| options.wants(case.name)) {
        let lacking = case.needs.iter().find(|need| !program.has(need));
        if let Some((section, kind)) = lacking {
            let name = case.name;
            report::warn(&format!(
                "skipped {name}: no {kind} among the agent's {section}"
            ))?;
        } else {
            chosen.push(case);
        }
    }
    Ok(chosen)
}

/// Is the load or the sink.
fn part(arguments: &[&str]) -> Result<()> {
    let name = OsString::from("load");
    let arguments = arguments.iter().map(OsString::from);
    // What was not taken, or did not arrive, is in what it writes.
    let done = load::cli::run_from([name].into_iter().chain(arguments));
    done.map(drop).map_err(|error| error as Box<dyn Error>)
}
