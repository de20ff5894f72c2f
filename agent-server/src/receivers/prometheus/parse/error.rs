//! What can be wrong with a text.

/// Where a text is wrong, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {wrong}")]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub wrong: Wrong,
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// OpenMetrics has no blank lines.
    #[error("a blank line")]
    Blank,
    /// A bucket's `le` does not follow the one before, or its count is smaller.
    #[error("the buckets of a histogram are out of order")]
    BucketOrder,
    /// A family with a name that another family has or may use.
    #[error("the name clashes with that of another family")]
    Clash,
    /// `_count` and the `+Inf` bucket differ, or `_sum` and `_count` do not come together.
    #[error("the count or the sum of a histogram does not fit its buckets")]
    Count,
    /// A line that begins with `#` and is nothing that OpenMetrics knows.
    #[error("neither `# HELP`, `# TYPE`, `# UNIT` nor `# EOF`")]
    Descriptor,
    /// A label name that comes twice.
    #[error("a label name comes twice")]
    DuplicateLabel,
    /// An exemplar that is not one, or is longer than 128 characters.
    #[error("an exemplar that is not valid")]
    Exemplar,
    /// An exemplar behind a sample that cannot have one.
    #[error("this sample cannot have an exemplar")]
    ExemplarPlace,
    /// A group of samples of one metric that comes in pieces.
    #[error("the samples of one metric are not together")]
    Grouping,
    /// No `+Inf` bucket.
    #[error("a histogram without a +Inf bucket")]
    InfBucket,
    /// A label name that is not valid.
    #[error("a label name that is not valid")]
    LabelName,
    /// Something else than labels between braces.
    #[error("labels that are not valid")]
    Labels,
    /// A line over the limit.
    #[error("a line of more than {0} bytes")]
    LongLine(usize),
    /// `# HELP`, `# TYPE` or `# UNIT` behind samples of the family.
    #[error("metadata behind the samples of its family")]
    MetadataOrder,
    /// A sample whose type demands a label that is missing or has a wrong value.
    #[error("the label that its type demands is missing or not valid")]
    MissingLabel,
    /// A metric name that is not valid.
    #[error("a metric name that is not valid")]
    Name,
    /// The text ends without `# EOF`.
    #[error("the text ends without `# EOF`")]
    NoEof,
    /// The same metadata twice.
    #[error("metadata that its family has already")]
    RepeatedMetadata,
    /// A text behind `# EOF`.
    #[error("something behind `# EOF`")]
    Tail,
    /// A timestamp that is not a number.
    #[error("a timestamp that is not valid")]
    Time,
    /// Timestamps of one metric that go backwards, or are there for some samples only.
    #[error("timestamps that go backwards, or are missing in between")]
    TimeOrder,
    /// More labels than the limit.
    #[error("a sample with more than {0} labels")]
    TooManyLabels(usize),
    /// More samples than the limit.
    #[error("more than {0} samples")]
    TooManySamples(usize),
    /// A type that does not exist.
    #[error("a type that does not exist")]
    Type,
    /// A unit that is not the end of the family's name, or that the type cannot have.
    #[error("a unit that does not fit its family")]
    Unit,
    /// A value that is not a number.
    #[error("a value that is not valid")]
    Value,
    /// A number that samples of this type cannot have.
    #[error("a value that its type cannot have")]
    ValueRange,
}
