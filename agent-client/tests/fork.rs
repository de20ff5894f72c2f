//! A process that forks, as a server with worker processes does. Without the test harness, whose
//! threads would be in the way: `main` is the parent.

#![expect(clippy::print_stdout, reason = "what a test harness says")]
#![expect(clippy::unwrap_used, reason = "a test, though not one of the harness")]

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
fn main() {
    unix::main();
}

#[cfg(unix)]
mod unix {
    use std::collections::HashSet;
    use std::net::SocketAddr;
    use std::panic::AssertUnwindSafe;
    use std::sync::{Arc, Mutex};
    use std::thread;
    use std::time::{Duration, Instant};

    use campanile_agent_client::environment::Settings;
    use campanile_agent_client::{AgentClient, Guard, Protocol, Providers, Stats};
    use fork::Fork;
    use opentelemetry::Context;
    use opentelemetry::trace::{Span as _, TraceContextExt, Tracer, TracerProvider};
    use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
        TraceService, TraceServiceServer,
    };
    use opentelemetry_proto::tonic::collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
    };
    use opentelemetry_proto::tonic::common::v1::any_value::Value;
    use opentelemetry_proto::tonic::trace::v1::Span;
    use tokio::runtime::Runtime;
    use tonic::transport::Server;
    use tonic::transport::server::TcpIncoming;
    use tonic::{Request, Response, Status};

    /// Long enough for anything that happens at all.
    const DEADLINE: Duration = Duration::from_secs(20);
    /// What takes longer than this waits for somebody who does not exist.
    const AT_ONCE: Duration = Duration::from_secs(3);

    pub(crate) fn main() {
        let tests: [(&str, fn()); 4] = [
            ("both_processes_send_their_own_spans", both_send_their_own),
            ("ids_drawn_after_a_fork_differ", ids_differ),
            ("a_child_that_records_nothing_exits_at_once", an_idle_child),
            ("no_thread_of_the_parents_is_waited_for", no_waiting),
        ];
        watch("the parent", DEADLINE * 4);
        for (name, test) in tests {
            test();
            println!("test {name} ... ok");
        }
    }

    /// Ends a process that has not ended by itself in that time.
    fn watch(name: &'static str, limit: Duration) {
        thread::spawn(move || {
            thread::sleep(limit);
            println!("{name} hangs");
            std::process::abort();
        });
    }

    /// Does something in a child, which gets what its parent has. Returns the child's id, once it
    /// has ended well, and what the parent has still.
    fn in_child<T>(parents: T, action: impl FnOnce(T)) -> (i32, T) {
        match fork::fork().unwrap() {
            Fork::Child => {
                watch("a child", DEADLINE);
                let action = AssertUnwindSafe(|| action(parents));
                let done = std::panic::catch_unwind(action);
                std::process::exit(i32::from(done.is_err()));
            }
            Fork::Parent(child) => {
                let status = fork::waitpid(child).unwrap();
                assert_eq!(status, 0, "the child says why");
                (child, parents)
            }
        }
    }

    /// A client whose spans wait for the guard.
    fn client(agent: &Agent, metrics: bool) -> (Providers, Guard) {
        AgentClient::with_settings(Settings::default())
            .protocol(Protocol::Otlp)
            .endpoint(&format!("http://{}", agent.address))
            .schedule_delay(Duration::from_secs(3600))
            .flush_timeout(DEADLINE)
            .metrics(metrics)
            .logs(false)
            .build()
            .unwrap()
    }

    fn end_span(providers: &Providers, name: &'static str, parent: &Context) {
        let tracer = providers.tracer_provider.tracer("test");
        tracer.start_with_context(name, parent).end();
    }

    fn both_send_their_own() {
        let agent = Agent::start();
        let (providers, guard) = client(&agent, false);
        guard.flush().unwrap();
        end_span(&providers, "parent, before", &Context::new());
        let (child, (providers, guard)) = in_child((providers, guard), |(providers, guard)| {
            end_span(&providers, "child", &Context::new());
            drop(guard);
        });
        assert_eq!(
            agent.names(),
            ["child"],
            "the parent's spans are the parent's"
        );
        end_span(&providers, "parent, after", &Context::new());
        drop(guard);
        let names: HashSet<_> = agent.names().into_iter().collect();
        assert_eq!((agent.names().len(), names.len()), (3, 3), "{names:?}");

        let of_child = |key: &str| agent.resource_of("child", key);
        let of_parent = |key: &str| agent.resource_of("parent, after", key);
        let pid = |pid: i64| Some(Value::IntValue(pid));
        assert_eq!(of_child("process.pid"), pid(child.into()));
        assert_eq!(of_parent("process.pid"), pid(std::process::id().into()));
        assert_eq!(
            of_child("process.parent_pid"),
            pid(std::process::id().into())
        );
        assert_ne!(
            of_child("service.instance.id"),
            of_parent("service.instance.id")
        );
        assert!(of_child("service.instance.id").is_some());
        assert_eq!(of_child("service.name"), of_parent("service.name"));
    }

    /// A child's first span may well continue its parent's trace, where equal ids are one span.
    fn ids_differ() {
        let agent = Agent::start();
        let (providers, guard) = client(&agent, false);
        let open = providers.tracer_provider.tracer("test").start("open");
        let trace = open.span_context().trace_id().to_bytes();
        let context = Context::new().with_span(open);
        let record = || {
            end_span(&providers, "continued", &context);
            end_span(&providers, "new", &Context::new());
        };
        for _ in 0..2 {
            in_child((), |()| {
                record();
                providers.tracer_provider.force_flush().unwrap();
            });
        }
        record();
        guard.shutdown(DEADLINE).unwrap();
        let spans = agent.spans();
        assert_eq!(spans.len(), 7, "{spans:#?}");
        let ids: HashSet<_> = spans.iter().map(|span| span.span_id.clone()).collect();
        assert_eq!(ids.len(), 7, "{spans:#?}");
        let traces: HashSet<_> = spans.iter().map(|span| span.trace_id.clone()).collect();
        assert_eq!(traces.len(), 4, "{spans:#?}");
        let of_trace = spans.iter().filter(|span| span.trace_id == trace);
        assert_eq!(of_trace.count(), 4, "{spans:#?}");
    }

    fn an_idle_child() {
        let agent = Agent::start();
        let (providers, guard) = client(&agent, true);
        guard.flush().unwrap();
        end_span(&providers, "parent", &Context::new());
        let (_, (_providers, guard)) = in_child((providers, guard), |client| {
            assert_eq!(
                client.1.stats(),
                Stats::default(),
                "nothing of the parent's"
            );
            let begin = Instant::now();
            drop(client);
            assert!(begin.elapsed() < AT_ONCE, "{:?}", begin.elapsed());
        });
        assert_eq!(agent.names(), [""; 0]);
        guard.flush().unwrap();
        assert_eq!(agent.names(), ["parent"]);
    }

    /// The threads of the client and of the reader of metrics stay with the parent.
    fn no_waiting() {
        let agent = Agent::start();
        let (providers, guard) = client(&agent, true);
        guard.flush().unwrap();
        let _parents = in_child((providers, guard), |(providers, guard)| {
            end_span(&providers, "child", &Context::new());
            let begin = Instant::now();
            drop(providers);
            drop(guard);
            assert!(begin.elapsed() < AT_ONCE, "{:?}", begin.elapsed());
        });
        assert!(agent.names().contains(&"child".to_owned()));
    }

    type Requests = Arc<Mutex<Vec<ExportTraceServiceRequest>>>;

    /// An agent in the parent process. What it was sent is there once the client says so.
    struct Agent {
        address: SocketAddr,
        requests: Requests,
        _runtime: Runtime,
    }

    impl Agent {
        fn start() -> Self {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .unwrap();
            let requests = Requests::default();
            let service = TraceServiceServer::new(Service(Arc::clone(&requests)));
            let incoming = {
                let _inside = runtime.enter();
                TcpIncoming::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap()
            };
            let address = incoming.local_addr().unwrap();
            let server = Server::builder().add_service(service);
            runtime.spawn(server.serve_with_incoming(incoming));
            Self {
                address,
                requests,
                _runtime: runtime,
            }
        }

        fn requests(&self) -> Vec<ExportTraceServiceRequest> {
            self.requests.lock().unwrap().clone()
        }

        fn spans(&self) -> Vec<Span> {
            let requests = self.requests().into_iter();
            requests.flat_map(spans).collect()
        }

        fn names(&self) -> Vec<String> {
            self.spans().into_iter().map(|span| span.name).collect()
        }

        /// An attribute of the resource that a span came with.
        fn resource_of(&self, name: &str, key: &str) -> Option<Value> {
            let has_span = |request: &ExportTraceServiceRequest| {
                spans(request.clone()).iter().any(|span| span.name == name)
            };
            let request = self.requests().into_iter().find(has_span)?;
            let resource = request.resource_spans.first()?.resource.as_ref()?;
            let mut attributes = resource.attributes.iter();
            let attribute = attributes.find(|attribute| attribute.key == key)?;
            attribute.value.clone()?.value
        }
    }

    fn spans(request: ExportTraceServiceRequest) -> Vec<Span> {
        let resources = request.resource_spans.into_iter();
        let scopes = resources.flat_map(|resource| resource.scope_spans);
        scopes.flat_map(|scope| scope.spans).collect()
    }

    struct Service(Requests);

    #[tonic::async_trait]
    impl TraceService for Service {
        async fn export(
            &self,
            request: Request<ExportTraceServiceRequest>,
        ) -> Result<Response<ExportTraceServiceResponse>, Status> {
            self.0.lock().unwrap().push(request.into_inner());
            Ok(Response::new(ExportTraceServiceResponse::default()))
        }
    }
}
