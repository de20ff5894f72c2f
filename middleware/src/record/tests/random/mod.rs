//! Whatever happens to a request, in whatever order: every span has one end, and everything that
//! is told of it agrees.
//!
//! The request goes through a traced server whose handler sends it on, with retries, through a
//! traced client.

mod case;
mod outcome;
mod stack;

use std::convert::Infallible;

use http::{Request, Response};
use proptest::prelude::*;
use tower::{Layer as _, Service as _, service_fn};

use self::case::case;
use self::outcome::Observed;
use crate::testing::words::{Script, Traces, in_span};

proptest! {
    #![proptest_config(ProptestConfig { cases: 768, ..ProptestConfig::default() })]

    #[test]
    fn every_span_has_one_end_and_all_that_is_told_of_it_agrees(case in case()) {
        let observed = Observed::new(case.is_sampled);
        stack::run(&case, &observed);
        prop_assert!(!in_span());
        observed.assert_consistent(&case);
    }
}

#[test]
fn a_request_that_is_never_polled_ends_too() {
    let traces = Traces::new();
    let mut service = traces.server().layer(service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(Response::new(Script::new([])))
    }));
    drop(service.call(Request::new(())));
    traces.only();
}
