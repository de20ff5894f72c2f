//! One operation of one subject.

use std::hint::black_box;

/// Runs an operation so many times.
pub(crate) type Operation = Box<dyn FnMut(usize)>;

/// What is done with a case's figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// They are subtracted from those of others, and not reported.
    Baseline,
    /// They are reported less those of the baseline of this name.
    Net(&'static str),
    /// They are reported as they are.
    Whole,
}

/// One operation as one subject does it.
pub(crate) struct Case {
    /// The same for every subject that is compared.
    pub(crate) name: &'static str,
    /// The crate that does it.
    pub(crate) subject: &'static str,
    role: Role,
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
            role: Role::Whole,
            prepare: Box::new(prepare),
        }
    }

    /// Makes this the same operation without any subject: what others cost is net of it.
    pub(crate) fn into_baseline(self) -> Self {
        Self {
            role: Role::Baseline,
            ..self
        }
    }

    /// Reports what the operation costs more than the baseline named `baseline`.
    pub(crate) fn net_of(self, baseline: &'static str) -> Self {
        Self {
            role: Role::Net(baseline),
            ..self
        }
    }

    /// Whether it is only there to be subtracted.
    pub(crate) fn is_baseline(&self) -> bool {
        self.role == Role::Baseline
    }

    /// The name of the baseline to subtract, if there is one.
    pub(crate) fn baseline(&self) -> Option<&'static str> {
        match self.role {
            Role::Net(baseline) => Some(baseline),
            Role::Baseline | Role::Whole => None,
        }
    }

    /// The operation, ready to run.
    pub(crate) fn prepare(&self) -> Operation {
        (self.prepare)()
    }
}
