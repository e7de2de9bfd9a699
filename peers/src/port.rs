//! Free ports of the loopback interface.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Result, bail};

/// Below the range that Linux gives to outgoing connections, so that no client takes a port between our look at it and
/// the server's start.
const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;
const ATTEMPTS: usize = 200;

/// Whether a server could listen at this port now.
pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// A port nobody listens at.
///
/// # Errors
/// When hundreds of random ports were all taken.
pub(crate) fn free() -> Result<u16> {
    for _ in 0..ATTEMPTS {
        let random = RandomState::new().build_hasher().finish() % u64::from(COUNT);
        let port = FIRST + u16::try_from(random)?;
        if is_free(port) {
            return Ok(port);
        }
    }
    bail!(
        "no free port between {FIRST} and {}",
        u32::from(FIRST) + u32::from(COUNT)
    )
}
