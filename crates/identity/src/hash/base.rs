//! The two text encodings of binary CIDs: base32 (RFC 4648, lower case, no padding) and base58btc.

const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// Encodes `bytes` in lower-case base32 without padding.
pub(super) fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let mut pending: u32 = 0;
    let mut pending_bits = 0;
    for byte in bytes {
        pending = (pending << 8) | u32::from(*byte);
        pending_bits += 8;
        while pending_bits >= 5 {
            pending_bits -= 5;
            text.push(char::from(BASE32[(pending >> pending_bits) as usize & 31]));
        }
        pending &= (1 << pending_bits) - 1;
    }
    if pending_bits > 0 {
        text.push(char::from(
            BASE32[(pending << (5 - pending_bits)) as usize & 31],
        ));
    }
    text
}

/// Encodes `bytes` in base58btc. Quadratic in the length: meant for 34-byte multihashes.
pub(super) fn base58(bytes: &[u8]) -> String {
    // Little-endian base-58 digits of the number read so far.
    let mut digits: Vec<u8> = Vec::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += u32::from(*digit) << 8;
            *digit = (carry % 58) as u8;
            carry /= 58;
        }
        while carry > 0 {
            digits.push((carry % 58) as u8);
            carry /= 58;
        }
    }
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let zeros = std::iter::repeat_n('1', zeros);
    zeros
        .chain(
            digits
                .iter()
                .rev()
                .map(|digit| char::from(BASE58[usize::from(*digit)])),
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{base32, base58};

    #[test]
    fn base32_matches_rfc_4648() {
        for (input, expected) in [
            ("", ""),
            ("f", "my"),
            ("fo", "mzxq"),
            ("foo", "mzxw6"),
            ("foob", "mzxw6yq"),
            ("fooba", "mzxw6ytb"),
            ("foobar", "mzxw6ytboi"),
        ] {
            assert_eq!(base32(input.as_bytes()), expected);
        }
    }

    #[test]
    fn base58_matches_the_draft_vectors() {
        assert_eq!(base58(b""), "");
        assert_eq!(base58(b"Hello World!"), "2NEpo7TZRRrLZSi2U");
        assert_eq!(base58(&[0, 0, 0x28, 0x7f, 0xb4, 0xcd]), "11233QC4");
    }
}
