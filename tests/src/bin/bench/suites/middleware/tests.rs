//! That the cases measure what their names say.

use std::cell::Cell;

thread_local! {
    /// How many spans ended on this thread.
    pub(super) static ENDED: Cell<usize> = const { Cell::new(0) };
}

/// One test, because some subjects know only the providers of the whole process.
#[test]
fn every_operation_records_one_span_when_its_name_says_sampled_and_none_else() {
    const TIMES: usize = 3;
    for case in super::cases() {
        let before = ENDED.get();
        case.prepare()(TIMES);
        let expected = if case.name.contains(" sampled") {
            TIMES
        } else {
            0
        };
        let recorded = ENDED.get() - before;
        assert_eq!(recorded, expected, "{} of {:?}", case.name, case.subject);
    }
    assert!(
        !tracing::enabled!(tracing::Level::ERROR),
        "no subscriber outlives its case"
    );
}
