//! Which components are meant.

use super::CliError;
use super::described::Described;
use crate::config::closest;

/// The components that `wanted` names: by type, by section, or by both with a slash between.
///
/// # Errors
///
/// [`CliError::NotFound`], with what may have been meant, when there is none.
pub(super) fn select(
    list: Vec<Described>,
    wanted: Option<&str>,
) -> Result<Vec<Described>, CliError> {
    let Some(wanted) = wanted else {
        return Ok(list);
    };
    let is_meant = |described: &Described| names(described).iter().any(|name| name == wanted);
    if !list.iter().any(is_meant) {
        return Err(CliError::NotFound(unknown(&list, wanted)));
    }
    Ok(list.into_iter().filter(is_meant).collect())
}

/// The names by which a component can be asked for.
fn names(described: &Described) -> [String; 3] {
    let Described { section, kind, .. } = described;
    [
        (*kind).to_owned(),
        (*section).to_owned(),
        format!("{section}/{kind}"),
    ]
}

fn unknown(list: &[Described], wanted: &str) -> String {
    let names: Vec<String> = list.iter().flat_map(names).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match closest(wanted, &names) {
        Some(name) => format!("there is no component `{wanted}`; did you mean `{name}`?"),
        None => format!(
            "there is no component `{wanted}`; `campanile components` lists those that there are"
        ),
    }
}
