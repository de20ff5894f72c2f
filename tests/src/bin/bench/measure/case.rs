//! One operation of one subject.

use std::hint::black_box;

/// Runs an operation so many times.
pub(crate) type Operation = Box<dyn FnMut(usize)>;

/// One operation as one subject does it.
pub(crate) struct Case {
    /// The same for every subject that is compared.
    pub(crate) name: &'static str,
    /// The crate that does it.
    pub(crate) subject: &'static str,
    prepare: Box<dyn Fn() -> Operation>,
}

impl Case {
    /// `prepare` makes everything an operation needs; what the operation gives is dropped, and
    /// only the operation, with that drop, is measured.
    pub(crate) fn new<F, T>(
        name: &'static str,
        subject: &'static str,
        prepare: impl Fn() -> F + 'static,
    ) -> Self
    where
        F: FnMut() -> T + 'static,
    {
        let prepare = move || -> Operation {
            let mut operation = prepare();
            Box::new(move |times| {
                for _ in 0..times {
                    black_box(operation());
                }
            })
        };
        Self {
            name,
            subject,
            prepare: Box::new(prepare),
        }
    }

    /// The operation, ready to run.
    pub(crate) fn prepare(&self) -> Operation {
        (self.prepare)()
    }
}
