//! Which of a service's processes this is.

use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::KeyValue;
use opentelemetry_semantic_conventions::attribute;

/// `service.instance.id`, drawn anew for every process, so that two copies of one service on one
/// host stay apart.
/// <https://opentelemetry.io/docs/specs/semconv/resource/service/>
pub(super) fn attribute() -> KeyValue {
    KeyValue::new(attribute::SERVICE_INSTANCE_ID, random_uuid())
}

fn random_uuid() -> String {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    let nanos = since_epoch.map_or(0, |time| time.as_nanos());
    uuid(fastrand::u128(..), std::process::id(), nanos)
}

/// A version 4 UUID. Processes made by fork go on with one and the same state of the random
/// numbers: process and time keep them apart.
fn uuid(random: u128, pid: u32, nanos: u128) -> String {
    let mixed = random ^ (u128::from(pid) << 96) ^ nanos;
    let bits = mixed & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ]
    .join("-")
}

#[cfg(test)]
mod tests {
    use super::{random_uuid, uuid};

    #[test]
    fn instance_ids_are_random_uuids() {
        let (a, b) = (random_uuid(), random_uuid());
        assert_ne!(a, b);
        assert_eq!((a.len(), &a[8..9], &a[14..15]), (36, "-", "4"));
        assert!(matches!(&a[19..20], "8" | "9" | "a" | "b"), "{a}");
    }

    #[test]
    fn equal_random_numbers_give_two_processes_two_ids() {
        assert_ne!(uuid(7, 100, 5), uuid(7, 101, 5));
        assert_ne!(uuid(7, 1, 5), uuid(7, 1, 6));
        assert_eq!(uuid(0, 0, 0), "00000000-0000-4000-8000-000000000000");
    }
}
