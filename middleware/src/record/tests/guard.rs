//! The guard against a recorder that counts, so that no SDK hides a second end.

use std::borrow::Cow;
use std::cell::RefCell;
use std::convert::Infallible;
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context as TaskContext, Waker};
use std::time::SystemTime;

use http::{Method, Request, Response};
use opentelemetry::{Context, Key};
use tower::{Layer as _, Service as _, service_fn};

use crate::describe::methods::MethodName;
use crate::describe::{Exchange, Side};
use crate::record::{Attributes, Outcome, RecordedSpan, Shared, SpanGuard, Started, Value};
use crate::settings::Settings;
use crate::testing::words::{Script, Traces, get, headers};

/// A span that writes down what is done to it.
#[derive(Clone, Debug, Default)]
struct Diary {
    context: Context,
    deaf: bool,
    entries: Rc<RefCell<Vec<String>>>,
}

impl Diary {
    fn write(&self, entry: &str) {
        self.entries.borrow_mut().push(entry.to_owned());
    }

    fn read(&self) -> Vec<String> {
        self.entries.borrow().clone()
    }
}

impl Attributes for Diary {
    fn set(&mut self, key: &'static str, value: Value<'_>) {
        self.write(&format!("{key} {value:?}"));
    }

    fn set_list(&mut self, key: Key, values: Vec<String>) {
        self.write(&format!("{key} {values:?}"));
    }
}

impl RecordedSpan for Diary {
    fn context(&self) -> &Context {
        &self.context
    }

    fn is_recording(&self) -> bool {
        !self.deaf
    }

    fn rename(&mut self, name: Cow<'static, str>) {
        self.write(&name);
    }

    fn set_error(&mut self) {
        self.write("error");
    }

    fn end(&mut self, _: SystemTime) {
        self.write("end");
    }
}

fn guard(diary: &Diary, is_grpc: bool) -> SpanGuard<Diary> {
    let name = MethodName::Known("GET");
    let exchange = Exchange::new(Side::Server, &Method::GET, name, is_grpc);
    let shared = Shared {
        exchange,
        started: Started::now(),
        settings: Arc::new(Settings::from_environment(Side::Server)),
    };
    SpanGuard::new(diary.clone(), Arc::new(shared), None)
}

#[test]
fn only_the_first_finish_counts() {
    let diary = Diary::default();
    let mut guard = guard(&diary, false);
    guard.finish(Outcome::BodyFailed("Broken"));
    guard.finish(Outcome::Completed);
    drop(guard);
    assert_eq!(
        diary.read(),
        ["error.type Static(\"Broken\")", "error", "end"]
    );
}

#[test]
fn trailers_are_the_end() {
    let diary = Diary::default();
    let mut guard = guard(&diary, true);
    guard.trailers(&headers("grpc-status", "0"));
    drop(guard);
    assert_eq!(
        diary.read(),
        ["rpc.response.status_code Static(\"OK\")", "end"]
    );
}

#[test]
fn a_span_that_is_not_recording_is_left_alone() {
    let diary = Diary {
        deaf: true,
        ..Diary::default()
    };
    drop(guard(&diary, false));
    assert!(diary.read().is_empty());
}

#[test]
fn a_poll_during_another_panic_is_not_a_panic_of_the_request() {
    struct PollOnDrop<F: Future + Unpin>(Option<F>);
    impl<F: Future + Unpin> Drop for PollOnDrop<F> {
        fn drop(&mut self) {
            let mut future = self.0.take().expect("dropped once");
            let mut cx = TaskContext::from_waker(Waker::noop());
            assert!(Pin::new(&mut future).poll(&mut cx).is_pending());
            // What is left of the request is not dropped by the panic.
            std::mem::forget(future);
        }
    }
    let traces = Traces::new();
    let mut service = traces.server().layer(service_fn(|_: Request<()>| {
        pending::<Result<Response<Script>, Infallible>>()
    }));
    let future = Box::pin(service.call(get("/")));
    let unwound = catch_unwind(AssertUnwindSafe(|| {
        let _polls = PollOnDrop(Some(future));
        panic!("elsewhere");
    }));
    unwound.unwrap_err();
    assert!(traces.spans().is_empty());
}
