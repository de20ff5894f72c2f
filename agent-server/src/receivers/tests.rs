use super::RECEIVERS;

#[test]
fn every_receiver_is_listed_once_and_takes_its_own_defaults_unless_something_is_required() {
    let kinds: Vec<_> = RECEIVERS.iter().map(|entry| entry.kind).collect();
    assert!(kinds.is_sorted_by(|left, right| left < right), "{kinds:?}");
    for entry in RECEIVERS {
        let wrong = entry.configure(&entry.defaults()).map(drop);
        for invalid in wrong.err().into_iter().flatten() {
            let message = &invalid.message;
            assert!(
                message.starts_with("is required"),
                "{}: {message}",
                entry.kind
            );
        }
    }
}
