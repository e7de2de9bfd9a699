//! Numbers drawn from a seed (mulberry32), and peers by number.

use islands::PeerId;

pub(crate) struct Random(pub(crate) u32);

impl Random {
    fn bits(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x6d2b_79f5);
        let mut t = self.0;
        t = (t ^ t >> 15).wrapping_mul(t | 1);
        t ^= t.wrapping_add((t ^ t >> 7).wrapping_mul(t | 61));
        t ^ t >> 14
    }

    /// From 0 to 1.
    pub(crate) fn unit(&mut self) -> f32 {
        (f64::from(self.bits()) / 4_294_967_296.0) as f32
    }
}

/// Addresses in no order, as hashes are.
pub(crate) fn peer(index: usize) -> PeerId {
    let mut address = [0; 20];
    address[..4].copy_from_slice(&(index as u32).wrapping_mul(0x9e37_79b1).to_be_bytes());
    address[16..].copy_from_slice(&(index as u32).to_be_bytes());
    PeerId(address)
}
