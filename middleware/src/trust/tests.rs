//! Networks are read strictly.

use super::*;

fn contains(network: &str, address: &str) -> bool {
    let network: Cidr = network.parse().unwrap();
    network.contains(address.parse().unwrap())
}

#[test]
fn a_network_holds_its_addresses_however_they_are_written() {
    assert!(contains("10.0.0.0/8", "10.255.0.1"));
    assert!(contains("10.0.0.0/8", "::ffff:10.1.2.3"));
    assert!(contains("::ffff:10.0.0.0/104", "10.1.2.3"));
    assert!(contains("::ffff:10.0.0.0/104", "::ffff:10.1.2.3"));
    assert!(!contains("::ffff:10.0.0.0/104", "11.1.2.3"));
    assert!(contains("10.1.2.3/8", "10.9.9.9"));
    assert!(contains("fd00::/8", "fd12::1"));
    assert!(contains("192.0.2.7", "192.0.2.7"));
    assert!(!contains("192.0.2.7", "192.0.2.8"));
    assert!(!contains("10.0.0.0/8", "11.0.0.1"));
    assert!(!contains("0.0.0.0/0", "::1"));
}

#[test]
fn what_is_no_network_is_refused_with_what_would_be_one() {
    for text in ["", "10.0.0.0/33", "10.0.0/8", "localhost", "10.0.0.0/8/8"] {
        let error = text.parse::<Cidr>().unwrap_err().to_string();
        assert!(error.contains("10.0.0.0/8"), "{error}");
    }
}
