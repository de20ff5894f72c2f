//! What newcomers start from: the configurations are valid, the README shows the real program.

use std::path::Path;

use campanile_tests::process::campanile;

use crate::PROCESS;

#[test]
fn every_configuration_among_the_examples_is_valid() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/configs");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("the examples are there") {
        let path = entry.expect("a readable folder").path();
        let path = path.to_str().expect("paths are text");
        let (code, _, report) = campanile(PROCESS, &["validate", "--no-env", "--config", path]);
        assert_eq!(code, Some(0), "{path}: {report}");
        seen += 1;
    }
    assert!(seen >= 2);
}

#[test]
fn the_readme_shows_the_smallest_example_as_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("it is there");
    let example = read("examples/hello_axum/main.rs");
    let (_docs, program) = example.split_once("\n\n").expect("docs, then the program");
    assert!(
        read("README.md").contains(program),
        "README.md and hello_axum differ"
    );
}
