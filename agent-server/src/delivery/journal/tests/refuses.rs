//! What does not fit is refused, and nothing of it is kept.

use super::support::Run;
use crate::component::Refusal;
use crate::delivery::log::LogSettings;

#[tokio::test]
async fn a_full_log_refuses_and_takes_again_when_there_is_room() {
    let directory = tempfile::tempdir().expect("a directory");
    let settings = LogSettings {
        max_bytes: 16 << 10,
        segment_bytes: 2 << 10,
        ..LogSettings::default()
    };
    let mut run = Run::start_with(directory.path(), &["a"], &settings);
    let long = "x".repeat(500);
    let mut taken = 0;
    let refused = loop {
        match run.append(&long).await {
            Ok(()) => taken += 1,
            Err(refused) => break refused,
        }
        assert!(taken < 100, "never full");
    };
    assert!(matches!(refused, Refusal::Overloaded { .. }), "{refused}");
    run.gate("a").open.add_permits(1_000);
    // The space is given back when the writer looks after it, once a second.
    while run.append(&long).await.is_err() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    run.drain().await;
    assert_eq!(run.gate("a").taken().len(), taken + 1);
}

#[tokio::test]
async fn a_payload_that_could_never_fit_is_rejected() {
    let directory = tempfile::tempdir().expect("a directory");
    let settings = LogSettings {
        max_bytes: 16 << 10,
        segment_bytes: 2 << 10,
        ..LogSettings::default()
    };
    let mut run = Run::start_with(directory.path(), &["a"], &settings);
    let refused = run.append(&"x".repeat(20 << 10)).await;
    assert!(matches!(refused, Err(Refusal::Rejected(_))), "{refused:?}");
    assert_eq!(run.append("small").await, Ok(()));
    run.drain().await;
    assert_eq!(run.gate("a").taken(), ["small"]);
}
