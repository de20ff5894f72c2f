//! One round: an agent, a load, and what has become of it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use super::case::{CPU, Case, End, Figure, PEAK, SPEED};
use super::part::{Sink, send};
use super::subject::{Places, Running, Subject};
use crate::measure::Result;

/// One in so many spans is sent before the measurement, so that connections and memory are there.
const BEFORE: u64 = 10;

/// How long an agent may take to be done with what it has taken.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends the case's load through the agent.
pub(super) fn run(case: &Case, subject: &Subject) -> Result<Vec<Figure>> {
    let mut sink = Sink::start()?;
    let places = Places::to(sink.address);
    let agent = Running::start(subject, case, &places)?;
    let result = through(case, subject, &agent, &places, &mut sink);
    result.map_err(|error| format!("{error}\n{}", agent.log()).into())
}

fn through(
    case: &Case,
    subject: &Subject,
    agent: &Running,
    places: &Places,
    sink: &mut Sink,
) -> Result<Vec<Figure>> {
    let load = &case.load;
    let before = load.spans / BEFORE;
    send(load, places.listen, 1, before)?;
    drained(case, subject, places, sink, before)?;
    let started = agent.cpu_time()?;
    send(load, places.listen, before + 1, load.spans)?;
    drained(case, subject, places, sink, before + load.spans)?;
    let time = agent.cpu_time()?.saturating_sub(started);
    let cpu = time.as_secs_f64() * 1e6 / load.spans as f64;
    Ok(vec![
        (CPU, cpu),
        (PEAK, agent.memory("VmHWM")?),
        (SPEED, 1e6 / cpu),
    ])
}

/// Waits until the agent is done with the spans up to the number `last`.
pub(super) fn drained(
    case: &Case,
    subject: &Subject,
    places: &Places,
    sink: &mut Sink,
    last: u64,
) -> Result<()> {
    if case.end == End::Sink {
        sink.expect(last)?;
    }
    if let Subject::Campanile(_) | Subject::Counted(_) = subject {
        return counted(places.metrics, last, case.end);
    }
    if case.end != End::Sink {
        // It does not say when it is done.
        thread::sleep(Duration::from_millis(500));
    }
    Ok(())
}

/// Waits until the agent's own counts say that `spans` were taken and as many passed on.
fn counted(metrics: SocketAddr, spans: u64, end: End) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let page = page(metrics)?;
        let sent = "otelcol_exporter_sent_spans";
        let passed_on = match end {
            End::Nop | End::Sink => sum(&page, sent, ""),
            // What a sampler hands on is sent twice: by the lane before it, and the one behind.
            End::Sampled => {
                sum(&page, sent, "exporter=\"nop\"")
                    + sum(&page, "campanile_delivery_sampled_out_items", "")
            }
        };
        let accepted = sum(&page, "otelcol_receiver_accepted_spans", "");
        let counts = [accepted, passed_on];
        if counts == [spans; 2] {
            return Ok(());
        }
        if Instant::now() > deadline || counts.iter().any(|count| *count > spans) {
            let [accepted, sent] = counts;
            return Err(format!(
                "of {spans} spans the agent says it accepted {accepted} and sent {sent}"
            )
            .into());
        }
        thread::sleep(Duration::from_millis(20));
    }
}

fn page(address: SocketAddr) -> Result<String> {
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
    )?;
    let mut page = String::new();
    stream.read_to_string(&mut page)?;
    Ok(page)
}

/// The sum of a metric's series, of those with this label in them.
fn sum(page: &str, name: &str, label: &str) -> u64 {
    let series = page
        .lines()
        .filter(|line| line.split(['{', ' ']).next() == Some(name) && line.contains(label));
    let values = series.filter_map(|line| line.rsplit(' ').next()?.trim().parse::<u64>().ok());
    values.sum()
}

/// What the load costs the sink when there is nothing between them.
pub(super) fn without_agent(case: &Case, _: &Subject) -> Result<Vec<Figure>> {
    let load = &case.load;
    let mut sink = Sink::start()?;
    let before = load.spans / BEFORE;
    send(load, sink.address, 1, before)?;
    let started = cpu(&sink.expect(before)?)?;
    send(load, sink.address, before + 1, load.spans)?;
    let ended = cpu(&sink.expect(before + load.spans)?)?;
    let cpu = (ended - started) * 1e6 / load.spans as f64;
    Ok(vec![(CPU, cpu), (SPEED, 1e6 / cpu)])
}

fn cpu(answer: &serde_json::Value) -> Result<f64> {
    answer["cpu_s"]
        .as_f64()
        .ok_or_else(|| "no CPU time in an answer".into())
}

#[cfg(test)]
mod tests {
    use super::sum;

    #[test]
    fn a_metric_is_the_sum_of_its_series() {
        let page = "# TYPE spans counter\nspans{receiver=\"a\"} 7\nspans{receiver=\"b\"} 3\n\
                    spans_more 100\n";
        assert_eq!(sum(page, "spans", ""), 10);
        assert_eq!(sum(page, "spans", "receiver=\"b\""), 3);
    }
}
