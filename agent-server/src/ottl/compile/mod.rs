//! From the tree of a text to what runs: every name is looked up here.

mod arguments;
mod enumerators;
mod expression;
mod infer;
mod predicate;

pub(super) use self::infer::infer;

use super::context::Context;
use super::editors::{Editor, editors};
use super::error::{Mistake, suggestion};
use super::program::{Arguments, Predicate};
use super::syntax::{self, Node};

/// A statement that is ready to run.
#[derive(Clone, Debug)]
pub(super) struct Compiled {
    pub(super) editor: &'static Editor,
    pub(super) arguments: Arguments,
    pub(super) condition: Option<Predicate>,
}

/// Compiles a condition.
pub(super) fn condition(context: Context, text: &str) -> Result<Predicate, Mistake> {
    let tree = syntax::boolean(text)?;
    Compiler { context }.predicate(&tree)
}

/// Compiles a statement.
pub(super) fn statement(context: Context, text: &str) -> Result<Compiled, Mistake> {
    let tree = syntax::statement(text)?;
    let compiler = Compiler { context };
    let call = &tree.editor.it;
    let editor = editor(&call.function)?;
    if let Some(key) = call.keys.first() {
        return Err(Mistake::new(
            key.at.clone(),
            "an editor has no value, and no keys",
        ));
    }
    let arguments = compiler.arguments(editor.parameters, &tree.editor)?;
    let condition = tree.condition.as_ref();
    let condition = condition.map(|condition| compiler.predicate(condition));
    Ok(Compiled {
        editor,
        arguments,
        condition: condition.transpose()?,
    })
}

/// Compiles the condition of `route() where ...`; without one it always holds.
pub(super) fn route(context: Context, text: &str) -> Result<Predicate, Mistake> {
    let tree = syntax::statement(text)?;
    let call = &tree.editor.it;
    if call.function.it != "route" || !call.arguments.is_empty() || !call.keys.is_empty() {
        let message = "the only statement here is `route()`";
        let help = "write `route() where ...`, or the condition alone under `condition`";
        return Err(Mistake::new(tree.editor.at, message).help(help));
    }
    match &tree.condition {
        Some(condition) => Compiler { context }.predicate(condition),
        None => Ok(Predicate::Constant(true)),
    }
}

fn editor(function: &Node<String>) -> Result<&'static Editor, Mistake> {
    let name = function.it.as_str();
    let found = editors().find(|editor| editor.name == name);
    found.ok_or_else(|| {
        let message = if name.starts_with(|first: char| first.is_ascii_uppercase()) {
            format!("`{name}` is no editor: it has a value, and changes nothing")
        } else {
            format!("unknown editor `{name}`")
        };
        let known = editors().map(|editor| editor.name);
        Mistake::new(function.at.clone(), message).help(suggestion(name, known))
    })
}

#[derive(Clone, Copy)]
struct Compiler {
    context: Context,
}
