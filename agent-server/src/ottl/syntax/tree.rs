//! The tree that a text is read into.

use std::ops::Range;

/// Something and where it was written, in bytes of the text.
///
/// Two nodes are equal when they say the same, wherever it was written.
#[derive(Clone, Debug)]
pub(in super::super) struct Node<T> {
    pub(in super::super) it: T,
    pub(in super::super) at: Range<usize>,
}

impl<T: PartialEq> PartialEq for Node<T> {
    fn eq(&self, other: &Self) -> bool {
        self.it == other.it
    }
}

/// `editor(...) where condition`.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct Statement {
    pub(in super::super) editor: Node<Call>,
    pub(in super::super) condition: Option<Node<Expression>>,
}

/// Anything with a value. Which of them may stand where is checked when they are compiled.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Expression {
    And(Vec<Node<Self>>),
    Arithmetic(Arithmetic, Box<Node<Self>>, Box<Node<Self>>),
    Call(Call),
    Compare(Comparison, Box<Node<Self>>, Box<Node<Self>>),
    /// `SEVERITY_NUMBER_WARN`.
    Enumerator(String),
    List(Vec<Node<Self>>),
    Literal(Literal),
    Map(Vec<(String, Node<Self>)>),
    Negate(Box<Node<Self>>),
    Not(Box<Node<Self>>),
    Or(Vec<Node<Self>>),
    Path(Name),
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Literal {
    Bool(bool),
    Bytes(Vec<u8>),
    Double(f64),
    Int(i64),
    Nil,
    Text(String),
}

/// `resource.attributes["service.name"]`.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct Name {
    pub(in super::super) segments: Vec<String>,
    pub(in super::super) keys: Vec<Node<Key>>,
}

/// What stands in brackets behind a path or a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Key {
    Index(usize),
    Text(String),
}

/// `Concat(["a", "b"], ".")[0]`.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct Call {
    pub(in super::super) function: Node<String>,
    pub(in super::super) arguments: Vec<Argument>,
    pub(in super::super) keys: Vec<Node<Key>>,
}

/// One argument, `name = value` or the value alone.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct Argument {
    pub(in super::super) name: Option<Node<String>>,
    pub(in super::super) value: Node<Expression>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Arithmetic {
    Add,
    Divide,
    Multiply,
    Subtract,
}

impl Arithmetic {
    /// As it is written.
    pub(in super::super) fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Divide => "/",
            Self::Multiply => "*",
            Self::Subtract => "-",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Comparison {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    NotEqual,
}

impl Comparison {
    /// As it is written.
    pub(in super::super) fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::NotEqual => "!=",
        }
    }
}
