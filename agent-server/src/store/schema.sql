-- Spans as OTLP bytes, with columns to find them by. What many spans share (resource, scope, name)
-- is kept once and counted, so that it goes when its last span goes. Times are nanoseconds since
-- the Unix epoch. The table of spans has row ids because SQLite keeps long rows of a table without
-- them one to a page.

CREATE TABLE traces (
  id            INTEGER PRIMARY KEY AUTOINCREMENT, -- in the order of arrival
  trace_id      BLOB NOT NULL UNIQUE,
  received      INTEGER NOT NULL,                  -- when its first span came
  start         INTEGER NOT NULL,                  -- the earliest start of its spans
  finish        INTEGER NOT NULL,                  -- the latest end
  spans         INTEGER NOT NULL,
  errors        INTEGER NOT NULL,
  root          INTEGER REFERENCES names (id),     -- of its first span without a parent
  first         INTEGER NOT NULL REFERENCES names (id) -- of its earliest span
);
CREATE INDEX traces_by_age ON traces (received);

CREATE TABLE resources (
  id         INTEGER PRIMARY KEY,
  resource   BLOB NOT NULL,                        -- opentelemetry.proto.resource.v1.Resource
  schema_url TEXT NOT NULL,
  spans      INTEGER NOT NULL DEFAULT 0,
  UNIQUE (resource, schema_url)
);

CREATE TABLE scopes (
  id    INTEGER PRIMARY KEY,
  scope BLOB NOT NULL UNIQUE,                      -- opentelemetry.proto.common.v1
                                                   -- .InstrumentationScope
  spans INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE names (
  id      INTEGER PRIMARY KEY,
  service TEXT NOT NULL,
  name    TEXT NOT NULL,
  spans   INTEGER NOT NULL DEFAULT 0,
  errors  INTEGER NOT NULL DEFAULT 0,
  -- Spans by duration: below 10 us, 100 us, 1 ms, 10 ms, 100 ms, 1 s, 10 s, 1 min, and above.
  b0 INTEGER NOT NULL DEFAULT 0, b1 INTEGER NOT NULL DEFAULT 0, b2 INTEGER NOT NULL DEFAULT 0,
  b3 INTEGER NOT NULL DEFAULT 0, b4 INTEGER NOT NULL DEFAULT 0, b5 INTEGER NOT NULL DEFAULT 0,
  b6 INTEGER NOT NULL DEFAULT 0, b7 INTEGER NOT NULL DEFAULT 0, b8 INTEGER NOT NULL DEFAULT 0,
  UNIQUE (name, service)
);

CREATE TABLE spans (
  trace          INTEGER NOT NULL REFERENCES traces (id),
  span_id        BLOB NOT NULL,
  kind           INTEGER NOT NULL, -- Zipkin's shared spans have one id and two kinds
  parent_span_id BLOB,
  name           INTEGER NOT NULL REFERENCES names (id),
  resource       INTEGER NOT NULL REFERENCES resources (id),
  scope          INTEGER NOT NULL REFERENCES scopes (id),
  start          INTEGER NOT NULL,
  duration       INTEGER NOT NULL,
  status         INTEGER NOT NULL, -- 0 unset, 1 ok, 2 error
  received       INTEGER NOT NULL,
  origin         TEXT,             -- receiver, transport and peer
  span           BLOB NOT NULL,    -- opentelemetry.proto.trace.v1.Span
  UNIQUE (trace, span_id, kind)
);
CREATE INDEX spans_by_name ON spans (name, trace, duration, status);

-- For people: select * from readable_spans where service = 'front' order by start desc limit 20;
CREATE VIEW readable_spans AS
SELECT lower(hex(t.trace_id)) AS trace_id,
       lower(hex(s.span_id)) AS span_id,
       lower(hex(s.parent_span_id)) AS parent_span_id,
       n.service AS service,
       n.name AS name,
       CASE s.kind WHEN 1 THEN 'internal' WHEN 2 THEN 'server' WHEN 3 THEN 'client'
                   WHEN 4 THEN 'producer' WHEN 5 THEN 'consumer' ELSE 'unspecified' END AS kind,
       CASE s.status WHEN 1 THEN 'ok' WHEN 2 THEN 'error' ELSE 'unset' END AS status,
       strftime('%Y-%m-%dT%H:%M:%fZ', s.start / 1e9, 'unixepoch') AS start,
       s.duration / 1e6 AS duration_ms,
       s.origin AS origin,
       length(s.span) AS bytes
FROM spans s JOIN traces t ON t.id = s.trace JOIN names n ON n.id = s.name;
