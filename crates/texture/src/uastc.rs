//! UASTC.
use crate::Level;
pub(crate) fn encode_level(_level: &Level) -> Vec<u8> {
    Vec::new()
}
