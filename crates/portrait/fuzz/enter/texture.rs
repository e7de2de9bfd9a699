//! Any bytes as a picture for a model or a face, of each kind: decoded within its budget, or refused. The fuzz target and
//! the tests come in here.

use portrait::Limits;
use portrait::texture::{Kind, Texture};

/// Bytes that pictures may take before they are made smaller.
const BUDGET: usize = 8 << 20;
/// Of each byte of the budget: two of a kept channel, and a third more for the halves.
const KEPT_MAX: usize = BUDGET * 3;

/// Says whether it is a texture.
pub(crate) fn enter(file: &[u8]) -> bool {
    let limits = Limits {
        texture_bytes: BUDGET,
        ..Limits::default()
    };
    let decoded = [Kind::Opaque, Kind::Transparent, Kind::Plain].map(|kind| {
        let mut budget = BUDGET;
        let decoded = Texture::decode(file, kind, &limits, &mut budget).ok()?;
        let (taken, kept) = (BUDGET - budget, decoded.bytes());
        assert!(kept <= KEPT_MAX, "{kept} bytes of {taken}");
        let [width, height] = decoded.size();
        let side = limits.texture_side_kept as f32;
        assert!(width >= 1.0 && height >= 1.0 && width.max(height) <= side);
        Some([width, height])
    });
    let [opaque, transparent, plain] = decoded;
    assert!(
        opaque == transparent && opaque == plain,
        "whether it is one, and how large, does not depend on the kind: {decoded:?}"
    );
    opaque.is_some()
}
