//! Conditions.

use super::super::error::Mistake;
use super::super::program::Predicate;
use super::super::syntax::{Expression, Literal, Node};
use super::Compiler;

impl Compiler {
    pub(super) fn predicate(self, node: &Node<Expression>) -> Result<Predicate, Mistake> {
        Ok(match &node.it {
            Expression::And(operands) => Predicate::All(self.predicates(operands)?),
            Expression::Or(operands) => Predicate::Any(self.predicates(operands)?),
            Expression::Not(operand) => Predicate::Not(Box::new(self.predicate(operand)?)),
            Expression::Literal(Literal::Bool(value)) => Predicate::Constant(*value),
            Expression::Call(_) => Predicate::Value(self.expression(node)?),
            Expression::Compare(operator, left, right) => {
                let sides = (self.expression(left)?, self.expression(right)?);
                Predicate::Compare(*operator, Box::new(sides))
            }
            _ => {
                let help = "compare it with something: `... == true`, `... != nil`";
                let message = "expected a condition, found a value";
                return Err(Mistake::new(node.at.clone(), message).help(help));
            }
        })
    }

    fn predicates(self, nodes: &[Node<Expression>]) -> Result<Vec<Predicate>, Mistake> {
        nodes.iter().map(|node| self.predicate(node)).collect()
    }
}
