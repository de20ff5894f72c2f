//! What is wrong with a configuration, and how it is shown.

use std::fmt;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};

use super::Place;
use super::quiet::{discreet, quiet};

/// Whether a problem keeps the agent from starting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// It does.
    Error,
    /// It does not.
    Warning,
}

/// One thing wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Whether it keeps the agent from starting.
    pub severity: Severity,
    /// What is wrong, in lower case and without a full stop.
    pub message: String,
    /// Where, unless no text is to blame.
    pub place: Option<Place>,
    /// What to type instead.
    pub help: Option<String>,
    /// What the agent would have to support, if that is the problem: `` exporter type `kafka` ``.
    pub unsupported: Option<String>,
}

impl Problem {
    /// An error at `place`.
    #[must_use]
    pub fn error(place: &Place, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            message: message.into(),
            place: Some(place.clone()),
            help: None,
            unsupported: None,
        }
    }

    /// A warning at `place`.
    #[must_use]
    pub fn warning(place: &Place, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(place, message)
        }
    }

    /// An error that no text is to blame for.
    #[must_use]
    pub fn elsewhere(message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            message: message.into(),
            place: None,
            help: None,
            unsupported: None,
        }
    }

    /// Says what to type instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<Option<String>>) -> Self {
        self.help = help.into();
        self
    }
}

/// `file:line:column: message (help)`, in one line.
impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(formatter, "{place}: ")?;
        }
        if self.severity == Severity::Warning {
            formatter.write_str("warning: ")?;
        }
        formatter.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(formatter, " ({help})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Problem {}

impl miette::Diagnostic for Problem {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }
}

/// Everything wrong with a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The problems, in the order they were found.
    pub problems: Vec<Problem>,
}

impl Report {
    /// Adds a problem.
    pub fn push(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Whether any problem keeps the agent from starting.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.problems
            .iter()
            .any(|problem| problem.severity == Severity::Error)
    }

    /// The report in which every warning is an error.
    #[must_use]
    pub fn strict(mut self) -> Self {
        for problem in &mut self.problems {
            problem.severity = Severity::Error;
        }
        self
    }

    /// Puts the problems in the order of the text.
    pub(super) fn sort(&mut self) {
        self.problems.sort_by_key(|problem| {
            let place = problem.place.as_ref();
            place.map(|place| (place.source.name.clone(), place.offset))
        });
    }

    /// The report for people: a block for each problem, with the text in question.
    #[must_use]
    pub fn render(&self, color: bool) -> String {
        let theme = if color {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme::unicode_nocolor()
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_wrap_lines(false)
            .with_links(false)
            .with_context_lines(1);
        let blocks = self.problems.iter().map(|problem| {
            let mut block = String::new();
            match handler.render_report(&mut block, &Shown::new(problem)) {
                Ok(()) => block,
                Err(_) => format!("{problem}\n"),
            }
        });
        blocks.collect::<Vec<_>>().join("\n")
    }
}

/// `file:line:column: message`, one line for each problem.
impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            write!(formatter, "{problem}")?;
        }
        Ok(())
    }
}

/// A problem as the renderer wants it: message apart from place and help.
#[derive(Debug)]
struct Shown<'p> {
    problem: &'p Problem,
    /// The text of the place's source under its name, without the values of other lines.
    source: Option<NamedSource<String>>,
}

impl<'p> Shown<'p> {
    fn new(problem: &'p Problem) -> Self {
        let source = problem.place.as_ref().map(|place| {
            let text = quiet(&discreet(&place.source), place.offset, place.len);
            NamedSource::new(&place.source.name, text)
        });
        Self { problem, source }
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.problem.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        self.problem.severity()
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.problem.help.as_deref()?;
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        let source = self.source.as_ref()?;
        Some(source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = self.problem.place.as_ref()?;
        let label = LabeledSpan::new(None, place.offset, place.len.max(1));
        Some(Box::new(std::iter::once(label)))
    }
}
