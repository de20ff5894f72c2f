//! What an operation costs more than a baseline.

use super::{Case, Figures, Result};

/// The cases with their figures, less those of the baseline each names; baselines themselves are
/// left out.
///
/// # Errors
///
/// When a case names a baseline that is not among `cases`.
pub(crate) fn net<'a>(cases: &'a [Case], whole: &'a [Figures]) -> Result<Vec<(&'a Case, Figures)>> {
    let all = || cases.iter().zip(whole);
    let mut found = Vec::new();
    for (case, figures) in all().filter(|(case, _)| !case.is_baseline()) {
        let Some(name) = case.baseline() else {
            found.push((case, *figures));
            continue;
        };
        let (_, baseline) = all()
            .find(|(other, _)| other.is_baseline() && other.name == name)
            .ok_or_else(|| format!("no baseline is named {name}"))?;
        found.push((case, less(figures, baseline)));
    }
    Ok(found)
}

/// `figures` less `baseline`, zero at the least: what costs nothing is told by noise only.
fn less(figures: &Figures, baseline: &Figures) -> Figures {
    let instructions = figures.instructions.zip(baseline.instructions);
    Figures {
        instructions: instructions.map(|(all, part)| all.saturating_sub(part)),
        allocations: figures.allocations.saturating_sub(baseline.allocations),
        nanoseconds: (figures.nanoseconds - baseline.nanoseconds).max(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(name: &'static str) -> Case {
        Case::new(name, "subject", || || ())
    }

    fn figures(instructions: u64, allocations: u64, nanoseconds: f64) -> Figures {
        Figures {
            instructions: Some(instructions),
            allocations,
            nanoseconds,
        }
    }

    #[test]
    fn a_baseline_is_subtracted_and_not_reported() {
        let cases = [
            case("nothing").into_baseline(),
            case("much").net_of("nothing"),
            case("little").net_of("nothing"),
            case("whole"),
        ];
        let whole = [
            figures(100, 2, 10.0),
            figures(350, 7, 25.0),
            figures(99, 2, 9.5),
            figures(5, 1, 1.0),
        ];
        let found = net(&cases, &whole).expect("there is that baseline");
        let found: Vec<_> = found
            .iter()
            .map(|(case, f)| (case.name, f.instructions, f.allocations, f.nanoseconds))
            .collect();
        let expected = [
            ("much", Some(250), 5, 15.0),
            ("little", Some(0), 0, 0.0),
            ("whole", Some(5), 1, 1.0),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_baseline_that_is_missing_is_an_error() {
        let cases = [case("much").net_of("nothing")];
        let error = net(&cases, &[figures(1, 1, 1.0)])
            .err()
            .expect("there is none");
        assert_eq!(error.to_string(), "no baseline is named nothing");
    }
}
