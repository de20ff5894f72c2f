//! What the files may hold: anything.

use proptest::prelude::*;

use super::{disk, memory, mounts, network, process, stat};

/// Words that mean something somewhere, among others and broken ones.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[ -~]{0,12}",
        "[0-9]{1,30}",
        prop::sample::select(vec![
            "cpu",
            "cpu0",
            "btime",
            "processes",
            "MemTotal:",
            "pgfault",
            "VmRSS:",
            "(",
            ")",
            ":",
            "eth0:",
            "\\040",
            "\\",
            "\n",
            "\n\n",
            "\t",
            "\0",
            "-1",
            "nan",
            "0A",
            "\u{e9}",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(word, 0..60).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn no_parser_panics_whatever_a_file_holds(text in text()) {
        let _ = (stat::cpus(&text), stat::boot_time(&text), stat::created(&text));
        let _ = (stat::load(&text), disk::disks(&text), network::interfaces(&text));
        let _ = (network::connections(&[&text, &text]), mounts::mounts(&text));
        let _ = (mounts::has_disk(&text, "ext4"), memory::memory(&text), memory::swaps(&text));
        let _ = (memory::paging(&text), process::Stat::parse(&text));
    }

    #[test]
    fn the_states_of_memory_are_never_more_than_all_of_it_and_less_than_nothing(
        [total, free, cached] in any::<[u64; 3]>(),
    ) {
        let text = format!("MemTotal: {total} kB\nMemFree: {free} kB\nCached: {cached} kB\n");
        let memory = memory::memory(&text).expect("it has a total");
        let used = memory.states.iter().find(|(state, _)| *state == "used");
        prop_assert!(used.is_some_and(|(_, used)| *used <= memory.total));
    }

    #[test]
    fn a_process_may_be_called_anything(name in "[^\0]{0,20}") {
        let line = format!("7 ({name}) S 1 2 3");
        let stat = process::Stat::parse(&line).expect("a process");
        prop_assert_eq!(stat.state, 'S');
    }
}
