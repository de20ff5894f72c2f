//! What an operation costs here and in the crates others use, side by side in one process.
//!
//! ```text
//! cargo run --release -p campanile-tests --bin bench -- propagation [--json]
//! ```
//!
//! prints a suite's cases as a table (ours, theirs, how many times theirs is ours), or with
//! `--json` one object per line: `suite`, `case`, `subject`, `instructions`, `allocations`, `ns`.
//!
//! - `instructions` come from callgrind: the program runs itself under it for two run lengths and
//!   divides the difference, so that what comes before and after the loop does not count. Without
//!   valgrind they are `null`. Runs of one build differ by less than 0.5 %, so compare these.
//! - `allocations` are the calls that give memory, growing included, by a counting allocator.
//! - `ns` is CPU time of the thread, the least of several repetitions. Counting adds a few
//!   nanoseconds to each allocation, whoever makes it.
//!
//! A suite may report what its subjects add to a baseline instead; its description says so.
//!
//! The suite `client` runs programs that talk to each other for some minutes, and has figures of
//! its own instead: each is named with its unit, and there is an object for each subject of a case.
//! Counting what several threads allocate at once is up to a fifth of what it measures, so its
//! times are those of
//!
//! ```text
//! cargo run --release -p campanile-tests --no-default-features --bin bench -- client [--json]
//! ```
//!
//! and its allocations those of the same without `--no-default-features`.
//!
//! The suite `agent` sends spans through the agent, which it builds if cargo runs it, for less than
//! five minutes; `--rotel PATH` and `--otelcol PATH` add those to compare with, `--case TEXT` leaves
//! out what has another name, `--rounds N` and `--agent PATH` do what they say.
//!
//! To add a suite: its file in `suites/` and its line in `suites::SUITES`.

use std::io;
use std::process::ExitCode;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

mod findings;
mod measure;
mod report;
mod suites;

use measure::{Callgrind, Case, Result};
use report::Form;
use suites::{Kind, SUITES, Suite};

#[cfg_attr(feature = "counting", global_allocator)]
static ALLOCATOR: &StatsAlloc<std::alloc::System> = &INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match *arguments {
        [measure::ONLY, suite, ref part @ ..] => of_name(suite).map(|suite| run_only(suite, part)),
        ["--json", suite, ref options @ ..] | [suite, ref options @ ..] => {
            of_name(suite).map(|suite| run(suite, arguments.contains(&"--json"), options))
        }
        [] => None,
    };
    match done {
        Some(Ok(())) => ExitCode::SUCCESS,
        Some(Err(error)) => fail(&format!("cannot measure: {error}"), 1),
        None => {
            let names: Vec<_> = SUITES.iter().map(|suite| suite.name).collect();
            fail(&format!("usage: bench {} [--json]", names.join("|")), 2)
        }
    }
}

fn of_name(name: &str) -> Option<&'static Suite> {
    SUITES.iter().find(|suite| suite.name == name)
}

/// Measures the suite and prints what was found.
fn run(suite: &Suite, json: bool, options: &[&str]) -> Result<()> {
    let form = if json { Form::Json } else { Form::Table };
    let options: Vec<_> = options
        .iter()
        .copied()
        .filter(|it| *it != "--json")
        .collect();
    let out = &mut io::stdout().lock();
    match (suite.kind, &*options) {
        (Kind::Cases(cases), []) => report::print(out, suite, &rows(suite, &cases())?, form)?,
        (Kind::Cases(_), [option, ..]) => {
            return Err(format!("this suite has no option {option}").into());
        }
        (Kind::Programs { find, table, .. }, options) => {
            let mut findings = Vec::new();
            let found = find(options, &mut findings);
            // What was found before something failed is of use too.
            findings::print(out, suite, &findings, form, table)?;
            found?;
        }
    }
    Ok(())
}

/// What every case needs.
fn rows(suite: &Suite, cases: &[Case]) -> Result<Vec<report::Row>> {
    if !measure::COUNTS {
        return Err("this suite counts allocations: build it with its default features".into());
    }
    let callgrind = Callgrind::find();
    if callgrind.is_none() {
        report::warn("valgrind is not installed, so instructions are not counted")?;
    }
    let mut whole = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        let figures = measure::figures(case, callgrind.as_ref(), suite.name, index)?;
        whole.push(figures);
    }
    let net = measure::net(cases, &whole)?.into_iter();
    let rows = net.map(|(case, figures)| report::Row {
        suite: suite.name,
        case: case.name,
        subject: case.subject,
        figures,
    });
    Ok(rows.collect())
}

/// Only runs one case, for callgrind to watch, or is one of the programs of a suite.
fn run_only(suite: &Suite, part: &[&str]) -> Result<()> {
    match (suite.kind, part) {
        (Kind::Cases(cases), [index, length]) => {
            let cases = cases();
            let case = cases.get(index.parse::<usize>()?).ok_or("no such case")?;
            case.prepare()(length.parse()?);
            Ok(())
        }
        (Kind::Cases(_), _) => Err("a case is an index and a length".into()),
        (Kind::Programs { part: run, .. }, _) => run(part),
    }
}

fn fail(message: &str, code: u8) -> ExitCode {
    // Nowhere is left to report to when standard error is closed.
    let _ = report::warn(message);
    ExitCode::from(code)
}
