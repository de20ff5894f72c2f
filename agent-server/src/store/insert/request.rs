//! The walk over an export request.

use std::collections::HashMap;

use campanile_wire::otlp::view::{ResourceSpans, Span, resource_spans};
use rusqlite::{Connection, params};

use super::rows::{Row, Trace, clamp};
use crate::origin::Origin;
use crate::payload::Payload;
use crate::store::database::Inserted;
use crate::store::tally::{Counted, Tally};
use crate::store::{SpanId, TraceId};

/// Keeps the spans of a payload. Runs within the caller's transaction.
pub(in crate::store) fn insert(
    connection: &Connection,
    payload: &Payload,
    now: i64,
) -> rusqlite::Result<Inserted> {
    let mut origins = payload.origins().each();
    let mut writing = Writing {
        connection,
        now,
        inserted: Inserted::default(),
        names: HashMap::new(),
        tally: Tally::default(),
        traces: HashMap::new(),
    };
    for resource_spans in resource_spans(payload.bytes()) {
        writing.resource_spans(resource_spans, &mut origins)?;
    }
    for trace in writing.traces.values() {
        trace.apply(connection)?;
    }
    writing.tally.apply(connection, 1)?;
    Ok(writing.inserted)
}

/// One insertion under way: what was looked up, and the counts to write at its end.
struct Writing<'c, 'p> {
    connection: &'c Connection,
    now: i64,
    inserted: Inserted,
    names: HashMap<(&'p str, &'p str), i64>,
    tally: Tally,
    traces: HashMap<TraceId, Trace>,
}

/// The rows that a span refers to.
#[derive(Clone, Copy)]
struct Source<'p> {
    service: &'p str,
    resource: i64,
    scope: i64,
    origin: Option<&'p Origin>,
}

impl<'p> Writing<'_, 'p> {
    fn resource_spans(
        &mut self,
        resource_spans: ResourceSpans<'p>,
        origins: &mut dyn Iterator<Item = Option<&'p Origin>>,
    ) -> rusqlite::Result<()> {
        let resource = resource_spans.resource();
        let service = resource.attributes().find("service.name");
        let service = service.and_then(|name| name.as_text()).unwrap_or_default();
        let mut upsert = self.connection.prepare_cached(
            "INSERT INTO resources (resource, schema_url) VALUES (?1, ?2)
             ON CONFLICT DO UPDATE SET spans = spans RETURNING id",
        )?;
        let values = params![resource.0, resource_spans.schema_url()];
        let resource = upsert.query_row(values, |row| row.get(0))?;
        self.tally.touch_resource(resource);
        let mut upsert = self.connection.prepare_cached(
            "INSERT INTO scopes (scope) VALUES (?1)
             ON CONFLICT DO UPDATE SET spans = spans RETURNING id",
        )?;
        for scope_spans in resource_spans.scope_spans() {
            let scope = upsert.query_row([scope_spans.scope().0], |row| row.get(0))?;
            let source = Source {
                service,
                resource,
                scope,
                origin: None,
            };
            self.tally.touch_scope(scope);
            for span in scope_spans.spans() {
                let origin = origins.next().flatten();
                self.span(&span, Source { origin, ..source })?;
            }
        }
        Ok(())
    }

    fn span(&mut self, span: &Span<'p>, source: Source<'p>) -> rusqlite::Result<()> {
        let ids = TraceId::from_bytes(span.trace_id).zip(SpanId::from_bytes(span.span_id));
        let Some((trace_id, span_id)) = ids else {
            self.inserted.invalid += 1;
            return Ok(());
        };
        let name = self.name(source.service, span.name)?;
        let row = Row::new(span, name);
        let trace = self.trace(trace_id, row)?;
        let parent = SpanId::from_bytes(span.parent_span_id);
        let inserted = self
            .connection
            .prepare_cached(
                "INSERT INTO spans (trace, span_id, kind, parent_span_id, name, resource, scope,
                                    start, duration, status, received, origin, span)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                trace,
                span_id.as_bytes(),
                clamp(span.kind),
                parent.as_ref().map(SpanId::as_bytes),
                name,
                source.resource,
                source.scope,
                row.start,
                row.duration,
                clamp(span.status_code),
                self.now,
                source.origin.map(ToString::to_string),
                span.bytes,
            ])?;
        if inserted == 0 {
            self.inserted.duplicates += 1;
            return Ok(());
        }
        self.inserted.kept += 1;
        self.tally.count(Counted {
            name,
            resource: source.resource,
            scope: source.scope,
            duration: row.duration,
            error: row.error,
        });
        if let Some(trace) = self.traces.get_mut(&trace_id) {
            trace.add(row, parent.is_none());
        }
        Ok(())
    }

    /// The row of a name, made if it is new.
    fn name(&mut self, service: &'p str, name: &'p str) -> rusqlite::Result<i64> {
        if let Some(id) = self.names.get(&(service, name)) {
            return Ok(*id);
        }
        let mut upsert = self.connection.prepare_cached(
            "INSERT INTO names (service, name) VALUES (?1, ?2)
             ON CONFLICT DO UPDATE SET spans = spans RETURNING id",
        )?;
        let id = upsert.query_row([service, name], |row| row.get(0))?;
        self.names.insert((service, name), id);
        self.tally.touch_name(id);
        Ok(id)
    }

    /// The row of a trace, made with `row` as its first span if it is new.
    fn trace(&mut self, trace_id: TraceId, row: Row) -> rusqlite::Result<i64> {
        if let Some(trace) = self.traces.get(&trace_id) {
            return Ok(trace.id);
        }
        let mut upsert = self.connection.prepare_cached(
            "INSERT INTO traces (trace_id, received, start, finish, spans, errors, first)
             VALUES (?1, ?2, ?3, ?4, 0, 0, ?5)
             ON CONFLICT DO UPDATE SET spans = spans RETURNING id, spans = 0",
        )?;
        let values = params![
            trace_id.as_bytes(),
            self.now,
            row.start,
            row.finish,
            row.name
        ];
        let (id, is_new): (i64, bool) =
            upsert.query_row(values, |row| Ok((row.get(0)?, row.get(1)?)))?;
        self.inserted.new_traces += u64::from(is_new);
        self.traces.insert(trace_id, Trace::new(id));
        Ok(id)
    }
}
