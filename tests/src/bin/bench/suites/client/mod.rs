//! The client of the agent, beside the exporter others use.

use super::{Kind, Suite};
use crate::findings::{Finding, compared_table};
use crate::measure::Result;

mod burst;
mod campanile;
mod cost;
mod end;
mod exit;
mod lines;
mod listener;
mod otlp;
mod pace;
mod program;
mod sink;
mod subject;
#[cfg(test)]
mod tests;
mod traced;

/// The suite.
pub(crate) const SUITE: Suite = Suite {
    name: "client",
    about: "\
\"campanile\" is `AgentClient` over OTLP/gRPC, \"sdk\" is opentelemetry_sdk's `BatchSpanProcessor`
with opentelemetry-otlp over gRPC (tonic). Each is in a process of its own, beside a tokio runtime
with one worker thread; the agent is a process that keeps the bytes it is sent and answers. A span
is a server's: 5 attributes when it starts, 7 before it ends. Settings are the defaults unless said.

- cpu per span: CPU time and allocations of all threads of the process, from 100,000 spans at
  25,000 a second until a flush is done, less those of the same spans with a processor that drops
  them, in the same round; medians of 5 rounds. So the queue, the encoding and the sending. The
  sdk's queue has 16,384 places and ours 64 MiB, so that nothing is lost; what was lost would fail
  the run. A program that counts allocations says \"cpu_us_while_counting\", which flatters whoever
  allocates less: \"cpu_us\" is of one built with `--no-default-features`.
- end of span: microseconds `span.end()` takes in one thread, two readings of the clock included:
  40,000 spans at 10,000 a second in a thread that never rests, medians of 5 rounds. \"agent
  away\": nobody listens, so the buffers are full most of the time.
- burst: 200,000 spans as fast as one thread makes them, then a shutdown that waits. Ours has a
  buffer of 64 MiB. \"lost_counted\" is what the guard's counters say, for the sdk what it writes to
  the log when it is shut down. Medians of 3 rounds.
- exit: milliseconds from the last span's end until the guard is dropped, or the provider shut
  down: after one second of 1,000 spans, with an agent whose port is closed, and with one that
  accepts connections and says nothing. Medians of 3 rounds.
- log lines: events of level INFO and above with nobody listening and 1,000 spans a second.
  \"lines_in_20_s\" were counted; \"lines_an_hour_extrapolated\" is that number times 180, not
  measured. Ours is not extrapolated: it writes a line when the agent is away and a summary at
  most once an hour.",
    kind: Kind::Programs {
        find,
        part,
        table: compared_table,
    },
};

/// Starts the programs, case by case.
fn find(options: &[&str], findings: &mut Vec<Finding>) -> Result<()> {
    if let Some(option) = options.first() {
        return Err(format!("this suite has no option {option}").into());
    }
    cost::find(findings)?;
    end::find(findings)?;
    burst::find(findings)?;
    exit::find(findings)?;
    lines::find(findings)
}

/// Is one of the programs.
fn part(arguments: &[&str]) -> Result<()> {
    let [case, rest @ ..] = arguments else {
        return Err("no part is named".into());
    };
    match (*case, rest) {
        (sink::NAME, []) => sink::run(),
        (name, [subject, address]) => {
            let subject = subject.parse()?;
            let address = address.parse()?;
            let figures = match name {
                burst::NAME => burst::run(subject, address)?,
                cost::NAME => cost::run(subject, address)?,
                end::NAME => end::run(subject, address)?,
                exit::NAME => exit::run(subject, address)?,
                lines::NAME => lines::run(subject, address)?,
                _ => return Err(format!("there is no part {name}").into()),
            };
            program::answer(&figures)
        }
        _ => Err("a part is its name, a subject and an address".into()),
    }
}
