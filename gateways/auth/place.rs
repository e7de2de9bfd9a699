//! Whether two requests come from one place.

use std::net::IpAddr;

/// Whether an identity that was left from `left` may be fetched from `fetched`: the same address or, in IPv4, the same
/// network of 24 bits. An address that is not known is nobody's.
pub(super) fn matches(left: IpAddr, fetched: IpAddr) -> bool {
    let (left, fetched) = (left.to_canonical(), fetched.to_canonical());
    if left.is_unspecified() || fetched.is_unspecified() {
        return false;
    }
    match (left, fetched) {
        (IpAddr::V4(a), IpAddr::V4(b)) => a.octets()[..3] == b.octets()[..3],
        (a, b) => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_neighbour_in_ipv4_is_the_same_place_and_nobody_is_nowhere() {
        for (left, fetched, expected) in [
            ("203.0.113.7", "203.0.113.7", true),
            ("203.0.113.7", "203.0.113.200", true),
            ("203.0.113.7", "203.0.114.7", false),
            ("::ffff:203.0.113.7", "203.0.113.9", true),
            ("2001:db8::1", "2001:db8::1", true),
            ("2001:db8::1", "2001:db8::2", false),
            ("203.0.113.7", "2001:db8::1", false),
            ("0.0.0.0", "0.0.0.0", false),
        ] {
            let parsed = |text: &str| text.parse().expect("an address");
            assert_eq!(
                matches(parsed(left), parsed(fetched)),
                expected,
                "{left} {fetched}"
            );
        }
    }
}
