//! What dollars are sold in.

/// A pack.
pub(super) struct Pack {
    pub(super) id: &'static str,
    /// Charged, cents.
    pub(super) cents: i64,
    pub(super) credits: i64,
    pub(super) recommended: bool,
}

/// The packs, in the order they are shown.
pub(super) const PACKS: &[Pack] = &[
    pack("pack_5", 599, 40, false),
    pack("pack_10", 1199, 100, true),
    pack("pack_25", 2999, 260, false),
    pack("pack_50", 5999, 540, false),
];

const fn pack(id: &'static str, cents: i64, credits: i64, recommended: bool) -> Pack {
    Pack {
        id,
        cents,
        credits,
        recommended,
    }
}
