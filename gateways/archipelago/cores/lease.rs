//! The office of the core: who holds it, since when, and which numbers of islands are spent.

use bytes::Bytes;

use super::super::wire::Lease;

/// Numbers of islands begin here: the start of 2026, ms.
const EPOCH_MS: i64 = 1_767_225_600_000;
/// Numbers of one millisecond, as bits: more than any core gives in it.
const NUMBER_BITS: u32 = 12;

/// The first number of a core that begins now. Rooms outlive cores, so that no number may come twice; and numbers have
/// only to be new.
pub(super) fn first_number(now_ms: i64) -> u64 {
    let since = u64::try_from(now_ms.saturating_sub(EPOCH_MS)).unwrap_or_default();
    // The last bit stays free: what is counted from here must not run over.
    (since.min(u64::MAX >> (NUMBER_BITS + 1)) << NUMBER_BITS).max(1)
}

/// What a core claims.
pub(super) struct Claim {
    /// Which core.
    pub(super) core: [u8; 16],
    /// When its office began, ms, but later than any that it has heard of.
    pub(super) term: u64,
    /// Above all numbers that it has heard of.
    pub(super) next_island: u64,
}

impl Claim {
    pub(super) fn new() -> Self {
        let mut core = [0; 16];
        getrandom::fill(&mut core).expect("the system has random bytes");
        Self {
            core,
            term: 0,
            next_island: 0,
        }
    }

    /// The office begins.
    pub(super) fn renew(&mut self, now_ms: i64) {
        let now = u64::try_from(now_ms).unwrap_or_default();
        self.term = now.max(self.term + 1);
    }

    pub(super) fn is_own(&self, lease: &Lease) -> bool {
        lease.core == self.core[..]
    }

    /// Of two that hold the office the one that took it later keeps it: the other one was thought dead.
    pub(super) fn yields_to(&self, lease: &Lease) -> bool {
        (lease.term, &lease.core[..]) > (self.term, &self.core[..])
    }

    /// Takes note of what another one claims.
    pub(super) fn note(&mut self, lease: &Lease) {
        self.next_island = self.next_island.max(lease.next_island);
        if self.yields_to(lease) {
            self.term = self.term.max(lease.term);
        }
    }

    pub(super) fn lease(&self, next_island: u64, resigned: bool) -> Lease {
        Lease {
            term: self.term,
            core: Bytes::copy_from_slice(&self.core),
            next_island,
            resigned,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_exactly_one_yields() {
        let [mut a, mut b] = [Claim::new(), Claim::new()];
        for (term_a, term_b) in [(5, 5), (5, 6), (7, 6)] {
            (a.term, b.term) = (term_a, term_b);
            let yields = (
                a.yields_to(&b.lease(1, false)),
                b.yields_to(&a.lease(1, false)),
            );
            assert!(yields.0 != yields.1, "{term_a} and {term_b}: {yields:?}");
            assert!(term_a == term_b || yields.0 == (term_b > term_a));
        }
    }

    #[test]
    fn an_office_is_newer_than_all_before_it_whatever_the_clock_says() {
        let [mut old, mut new] = [Claim::new(), Claim::new()];
        old.renew(1_000);
        new.note(&old.lease(77, false));
        new.renew(500);
        assert!(old.yields_to(&new.lease(78, false)));
        assert_eq!(new.next_island, 77);
    }

    #[test]
    fn numbers_of_later_cores_are_greater() {
        assert_eq!(first_number(0), 1);
        let now = EPOCH_MS + 86_400_000;
        assert!(first_number(now + 1) >= first_number(now) + 4096);
        assert_eq!(
            first_number(i64::MAX) >> 63,
            0,
            "there is room for the rest"
        );
    }
}
