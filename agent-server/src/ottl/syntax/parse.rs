//! The grammar, on tokens.
//!
//! ```text
//! statement  = editor "(" arguments ")" [ "where" boolean ]
//! boolean    = and { "or" and }             and = not { "and" not }      not = [ "not" ] comparison
//! comparison = sum [ ("==" | "!=" | "<" | "<=" | ">" | ">=") sum ]
//! sum        = product { ("+" | "-") product }
//! product    = operand { ("*" | "/") operand }
//! operand    = literal | path | call | list | map | "(" boolean ")" | "-" operand
//! ```

use std::ops::Range;

use super::super::error::Mistake;
use super::token::{Spanned, Token, tokens};
use super::tree::{Argument, Arithmetic, Call, Expression, Key, Literal, Name, Node, Statement};
use super::{MAX_DEPTH, MAX_LENGTH};

type Parsed<T> = Result<T, Mistake>;

/// Reads a statement.
pub(in super::super) fn statement(text: &str) -> Parsed<Statement> {
    let mut parser = Parser::new(text)?;
    let at = parser.at();
    let Some(Token::Identifier(name)) = parser.next() else {
        return Err(Mistake::new(at, "expected an editor, such as `set(...)`"));
    };
    if parser.peek() != Some(&Token::Open('(')) {
        let help = "a statement begins with an editor, such as `set(...)`";
        return Err(Mistake::new(parser.at(), "expected `(`").help(help));
    }
    let editor = parser.call(name, at)?;
    let condition = if parser.word("where") {
        Some(parser.boolean()?)
    } else {
        None
    };
    parser.end(&["where"])?;
    Ok(Statement { editor, condition })
}

/// Reads a condition.
pub(in super::super) fn boolean(text: &str) -> Parsed<Node<Expression>> {
    let mut parser = Parser::new(text)?;
    let expression = parser.boolean()?;
    parser.end(&["and", "or"])?;
    Ok(expression)
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Spanned>>,
    /// The length of the text.
    length: usize,
    /// Where the last token ended.
    passed: usize,
    depth: usize,
}

impl Parser {
    fn new(text: &str) -> Parsed<Self> {
        if text.len() > MAX_LENGTH {
            let message = format!("longer than {MAX_LENGTH} bytes");
            return Err(Mistake::new(0..text.len(), message));
        }
        Ok(Self {
            tokens: tokens(text)?.into_iter().peekable(),
            length: text.len(),
            passed: 0,
            depth: 0,
        })
    }

    fn peek(&mut self) -> Option<&Token> {
        self.tokens.peek().map(|(token, _)| token)
    }

    fn next(&mut self) -> Option<Token> {
        let (token, at) = self.tokens.next()?;
        self.passed = at.end;
        Some(token)
    }

    /// Where the next token is.
    fn at(&mut self) -> Range<usize> {
        let end = self.length..self.length;
        self.tokens.peek().map_or(end, |(_, at)| at.clone())
    }

    /// Takes the next token if it is this one.
    fn take(&mut self, token: &Token) -> bool {
        let is = self.peek() == Some(token);
        if is {
            self.next();
        }
        is
    }

    /// Takes the next token if it is this word.
    fn word(&mut self, word: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Identifier(name)) if name == word);
        if is {
            self.next();
        }
        is
    }

    fn expect(&mut self, token: &Token, what: &str) -> Parsed<()> {
        if self.take(token) {
            return Ok(());
        }
        Err(Mistake::new(self.at(), format!("expected {what}")))
    }

    fn end(&mut self, instead: &[&str]) -> Parsed<()> {
        if self.peek().is_none() {
            return Ok(());
        }
        let words: Vec<String> = instead.iter().map(|word| format!("`{word}`")).collect();
        let message = format!("expected {} or the end", words.join(", "));
        Err(Mistake::new(self.at(), message))
    }

    /// Parses what may hold itself.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth == MAX_DEPTH {
            return Err(Mistake::new(
                self.at(),
                format!("nested deeper than {MAX_DEPTH}"),
            ));
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    fn node(&self, start: usize, it: Expression) -> Node<Expression> {
        let at = start..self.passed.max(start);
        Node { it, at }
    }

    fn boolean(&mut self) -> Parsed<Node<Expression>> {
        self.nested(|parser| {
            parser.chain("or", Expression::Or, |parser| {
                parser.chain("and", Expression::And, Self::negation)
            })
        })
    }

    /// Operands with `word` between them.
    fn chain(
        &mut self,
        word: &str,
        build: fn(Vec<Node<Expression>>) -> Expression,
        operand: impl Fn(&mut Self) -> Parsed<Node<Expression>>,
    ) -> Parsed<Node<Expression>> {
        let start = self.at().start;
        let first = operand(self)?;
        let mut operands = vec![first];
        while self.word(word) {
            operands.push(operand(self)?);
        }
        Ok(match operands.pop() {
            Some(only) if operands.is_empty() => only,
            Some(last) => {
                operands.push(last);
                self.node(start, build(operands))
            }
            None => unreachable!("there is a first operand"),
        })
    }

    fn negation(&mut self) -> Parsed<Node<Expression>> {
        let start = self.at().start;
        if !self.word("not") {
            return self.comparison();
        }
        let negated = self.nested(Self::negation)?;
        Ok(self.node(start, Expression::Not(Box::new(negated))))
    }

    fn comparison(&mut self) -> Parsed<Node<Expression>> {
        let start = self.at().start;
        let left = self.sum()?;
        let Some(Token::Compare(operator)) = self.peek() else {
            return Ok(left);
        };
        let operator = *operator;
        self.next();
        let right = self.sum()?;
        if matches!(self.peek(), Some(Token::Compare(_))) {
            let help = "compare two values, and join comparisons with `and`";
            return Err(Mistake::new(self.at(), "a second comparison").help(help));
        }
        let compared = Expression::Compare(operator, Box::new(left), Box::new(right));
        Ok(self.node(start, compared))
    }

    fn sum(&mut self) -> Parsed<Node<Expression>> {
        let signs = [Arithmetic::Add, Arithmetic::Subtract];
        self.arithmetic(signs, |parser| {
            let signs = [Arithmetic::Multiply, Arithmetic::Divide];
            parser.arithmetic(signs, Self::operand)
        })
    }

    fn arithmetic(
        &mut self,
        signs: [Arithmetic; 2],
        operand: impl Fn(&mut Self) -> Parsed<Node<Expression>>,
    ) -> Parsed<Node<Expression>> {
        let start = self.at().start;
        let mut left = operand(self)?;
        let mut links = 0;
        while let Some(Token::Arithmetic(sign)) = self.peek() {
            let sign = *sign;
            if !signs.contains(&sign) {
                break;
            }
            links += 1;
            // The tree leans to the left: as deep as the chain is long.
            if links > MAX_DEPTH {
                let message = format!("more than {MAX_DEPTH} operations in a row");
                return Err(Mistake::new(self.at(), message));
            }
            self.next();
            let right = operand(self)?;
            let both = Expression::Arithmetic(sign, Box::new(left), Box::new(right));
            left = self.node(start, both);
        }
        Ok(left)
    }

    fn operand(&mut self) -> Parsed<Node<Expression>> {
        let at = self.at();
        let start = at.start;
        let Some(token) = self.next() else {
            return Err(Mistake::new(at, "expected a value"));
        };
        let operand = match token {
            Token::Arithmetic(Arithmetic::Subtract) => self.negative(&at)?,
            Token::Arithmetic(Arithmetic::Add) => self.nested(Self::operand)?.it,
            Token::Bytes(bytes) => Expression::Literal(Literal::Bytes(bytes)),
            Token::Double(number) => Expression::Literal(Literal::Double(number)),
            Token::Identifier(name) => return self.named(name, at),
            Token::Int(number) => {
                let number = i64::try_from(number).map_err(|_| too_large(&at))?;
                Expression::Literal(Literal::Int(number))
            }
            Token::Open('(') => {
                let inner = self.boolean()?;
                self.expect(&Token::Close(')'), "`)`")?;
                inner.it
            }
            Token::Open('[') => Expression::List(self.list(']', Self::value)?),
            Token::Open('{') => Expression::Map(self.list('}', Self::entry)?),
            Token::Text(text) => Expression::Literal(Literal::Text(text)),
            _ => return Err(Mistake::new(at, "expected a value")),
        };
        Ok(self.node(start, operand))
    }

    /// What follows a minus.
    fn negative(&mut self, at: &Range<usize>) -> Parsed<Expression> {
        Ok(match self.peek() {
            Some(Token::Int(number)) => {
                let negative = 0_i64.checked_sub_unsigned(*number);
                self.next();
                Expression::Literal(Literal::Int(negative.ok_or_else(|| too_large(at))?))
            }
            Some(Token::Double(number)) => {
                let number = -*number;
                self.next();
                Expression::Literal(Literal::Double(number))
            }
            _ => Expression::Negate(Box::new(self.nested(Self::operand)?)),
        })
    }

    /// A word: a constant, a call, an enumerator or a path.
    fn named(&mut self, name: String, at: Range<usize>) -> Parsed<Node<Expression>> {
        let start = at.start;
        let word = match name.as_str() {
            "true" => Some(Expression::Literal(Literal::Bool(true))),
            "false" => Some(Expression::Literal(Literal::Bool(false))),
            "nil" => Some(Expression::Literal(Literal::Nil)),
            "and" | "not" | "or" | "where" => {
                return Err(Mistake::new(
                    at,
                    format!("expected a value, found `{name}`"),
                ));
            }
            _ => None,
        };
        if let Some(word) = word {
            return Ok(self.node(start, word));
        }
        if self.peek() == Some(&Token::Open('(')) {
            let call = self.nested(|parser| parser.call(name, at))?;
            return Ok(self.node(start, Expression::Call(call.it)));
        }
        if name.starts_with(|first: char| first.is_ascii_uppercase()) {
            return Ok(self.node(start, Expression::Enumerator(name)));
        }
        let path = self.path(name)?;
        Ok(self.node(start, Expression::Path(path)))
    }

    fn path(&mut self, first: String) -> Parsed<Name> {
        let mut segments = vec![first];
        while self.take(&Token::Dot) {
            let at = self.at();
            match self.next() {
                Some(Token::Identifier(segment)) => segments.push(segment),
                _ => return Err(Mistake::new(at, "expected a name after `.`")),
            }
        }
        let keys = self.keys()?;
        if self.peek() == Some(&Token::Dot) {
            return Err(Mistake::new(
                self.at(),
                "nothing may follow the keys of a path",
            ));
        }
        Ok(Name { segments, keys })
    }

    /// `["a"][0]`.
    fn keys(&mut self) -> Parsed<Vec<Node<Key>>> {
        let mut keys = Vec::new();
        while self.take(&Token::Open('[')) {
            let at = self.at();
            let key = match self.next() {
                Some(Token::Text(text)) => Key::Text(text),
                Some(Token::Int(index)) => {
                    Key::Index(usize::try_from(index).map_err(|_| too_large(&at))?)
                }
                _ => {
                    let message = "a key is a string or a whole number";
                    return Err(Mistake::new(at, message));
                }
            };
            self.expect(&Token::Close(']'), "`]`")?;
            keys.push(Node { it: key, at });
            if keys.len() > MAX_DEPTH {
                let message = format!("more than {MAX_DEPTH} keys");
                return Err(Mistake::new(self.at(), message));
            }
        }
        Ok(keys)
    }

    /// The arguments and keys of a call, whose name has been read.
    fn call(&mut self, name: String, at: Range<usize>) -> Parsed<Node<Call>> {
        let start = at.start;
        self.expect(&Token::Open('('), "`(`")?;
        let arguments = self.list(')', Self::argument)?;
        let keys = self.keys()?;
        let function = Node { it: name, at };
        let call = Call {
            function,
            arguments,
            keys,
        };
        Ok(Node {
            it: call,
            at: start..self.passed,
        })
    }

    fn argument(&mut self) -> Parsed<Argument> {
        let value = self.value()?;
        if !self.take(&Token::Assign) {
            return Ok(Argument { name: None, value });
        }
        match value.it {
            Expression::Path(name) if name.keys.is_empty() && name.segments.len() == 1 => {
                let name = name.segments.into_iter().next().unwrap_or_default();
                let name = Some(Node {
                    it: name,
                    at: value.at,
                });
                let value = self.value()?;
                Ok(Argument { name, value })
            }
            _ => {
                let help = "a comparison has `==`";
                Err(Mistake::new(value.at, "expected the name of an argument").help(help))
            }
        }
    }

    fn value(&mut self) -> Parsed<Node<Expression>> {
        self.nested(Self::sum)
    }

    fn entry(&mut self) -> Parsed<(String, Node<Expression>)> {
        let at = self.at();
        let Some(Token::Text(key)) = self.next() else {
            return Err(Mistake::new(at, "the key in a map is a string"));
        };
        self.expect(&Token::Colon, "`:`")?;
        Ok((key, self.value()?))
    }

    /// Items with commas between them, up to `close`.
    fn list<T>(&mut self, close: char, item: impl Fn(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut items = Vec::new();
        if self.take(&Token::Close(close)) {
            return Ok(items);
        }
        loop {
            items.push(item(self)?);
            if self.take(&Token::Close(close)) {
                return Ok(items);
            }
            self.expect(&Token::Comma, &format!("`,` or `{close}`"))?;
        }
    }
}

fn too_large(at: &Range<usize>) -> Mistake {
    Mistake::new(at.clone(), "the number does not fit into 64 bits")
}
