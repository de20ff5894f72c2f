//! Fuzzes `probabilistic_sampler`; what must hold is said in `tests/src/fuzz`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| campanile_fuzz::run("probabilistic_sampler", bytes));
