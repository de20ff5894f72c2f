//! The guard against a recorder that counts, so that no SDK hides a second end.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::SystemTime;

use http::Method;
use opentelemetry::{Context, Key};

use crate::describe::methods::MethodName;
use crate::describe::{Exchange, Side};
use crate::record::{Attributes, Outcome, RecordedSpan, SpanGuard, Started, Value};
use crate::settings::Settings;
use crate::testing::words::headers;

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
    let settings = Arc::new(Settings::from_environment(Side::Server));
    SpanGuard::new(diary.clone(), exchange, Started::now(), &settings)
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
        ["error.type Borrowed(\"Broken\")", "error", "end"]
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
fn leaving_the_context_during_another_panic_is_not_a_panic_of_the_request() {
    struct OnDrop<'a>(&'a mut SpanGuard<Diary>);
    impl Drop for OnDrop<'_> {
        fn drop(&mut self) {
            drop(self.0.enter());
        }
    }
    let diary = Diary::default();
    let mut guard = guard(&diary, false);
    let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _polls = OnDrop(&mut guard);
        panic!("elsewhere");
    }));
    unwound.unwrap_err();
    assert!(diary.read().is_empty());
    guard.finish(Outcome::Completed);
    assert_eq!(diary.read(), ["end"]);
}
