//! Ethereum personal signatures: the digest, addresses, and recovery of the signer.

use k256::ecdsa::VerifyingKey;
use k256::elliptic_curve::PrimeField as _;
use k256::elliptic_curve::ops::{Invert as _, LinearCombination as _, Reduce};
use k256::elliptic_curve::point::DecompressPoint as _;
use k256::{AffinePoint, NonZeroScalar, ProjectivePoint, Scalar, U256};
use sha3::{Digest, Keccak256};

/// Bytes of `r`, `s` and `v`.
const SIGNATURE_BYTES: usize = 65;

/// A signature no address can be recovered from. Texts are those of @dcl/crypto 3.7.0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Not `0x` and hex digits.
    #[error("String signatures must be encoded in hex")]
    NotHex,
    /// Not 65 bytes.
    #[error("Invalid ethereum signature")]
    Length,
    /// `v` is none of 27, 28, 0, 1.
    #[error("Invalid signature recovery value: {0}. Expected 27 or 28.")]
    RecoveryValue(u8),
    /// `r` (or `s`) is zero or not below the order of the curve.
    #[error("{0} must be 0 < {0} < CURVE.n")]
    Scalar(char),
    /// No point of the curve belongs to `r`.
    #[error("Point is not on curve: Cannot find square root")]
    Point,
}

/// Keccak-256 of `bytes`.
pub fn keccak256(bytes: impl AsRef<[u8]>) -> [u8; 32] {
    Keccak256::digest(bytes).into()
}

/// The digest a wallet signs for `text` (EIP-191, `personal_sign`): keccak-256 of `0x19`,
/// `Ethereum Signed Message:\n`, the decimal byte length of the UTF-8 text, and the text.
pub fn personal_digest(text: &str) -> [u8; 32] {
    let mut keccak = Keccak256::new();
    keccak.update(b"\x19Ethereum Signed Message:\n");
    keccak.update(text.len().to_string());
    keccak.update(text);
    keccak.finalize().into()
}

/// The address (`0x` and 40 lower-case hex digits) whose key signed `text`.
///
/// `signature` is `0x` and 130 hex digits of any case; `v` may be 27, 28, 0 or 1; a high `s` is
/// accepted, as the original does.
///
/// # Errors
/// [`SignatureError`] when the signature is malformed or belongs to no key. A well-formed signature
/// of another text is no error: it gives another address.
pub fn recover_address(signature: &str, text: &str) -> Result<String, SignatureError> {
    let digits = signature.strip_prefix("0x").ok_or(SignatureError::NotHex)?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(SignatureError::NotHex);
    }
    let mut bytes = [0; SIGNATURE_BYTES];
    hex::decode_to_slice(digits, &mut bytes).map_err(|_| SignatureError::Length)?;
    let parity = match bytes[64] {
        v @ (27 | 28) => v - 27,
        v @ (0 | 1) => v,
        v => return Err(SignatureError::RecoveryValue(v)),
    };
    let r = scalar(&bytes[..32], 'r')?;
    let s = scalar(&bytes[32..64], 's')?;
    let key = recovered(&personal_digest(text), &r, &s, parity == 1);
    key.as_ref().map(address_of).ok_or(SignatureError::Point)
}

/// The key whose signature of a digest this is: `r⁻¹(sR - zG)`.
///
/// `VerifyingKey::recover_from_prehash` finds it by the same equation and then verifies the signature with it, which
/// costs as much again and holds by the equation; for a high `s`, which it refuses, the equation holds as well.
fn recovered(
    digest: &[u8; 32],
    r: &NonZeroScalar,
    s: &NonZeroScalar,
    is_odd: bool,
) -> Option<VerifyingKey> {
    let point = AffinePoint::decompress(&r.to_repr(), u8::from(is_odd).into());
    let point = ProjectivePoint::from(Option::<AffinePoint>::from(point)?);
    let z = <Scalar as Reduce<U256>>::reduce_bytes(&(*digest).into());
    let inverse = *r.invert();
    let (of_base, of_point) = (-(inverse * z), inverse * **s);
    let key = ProjectivePoint::lincomb(&ProjectivePoint::GENERATOR, &of_base, &point, &of_point);
    VerifyingKey::from_affine(key.to_affine()).ok()
}

fn scalar(bytes: &[u8], name: char) -> Result<NonZeroScalar, SignatureError> {
    NonZeroScalar::try_from(bytes).map_err(|_| SignatureError::Scalar(name))
}

/// The address of a public key, lower-case.
pub(crate) fn address_of(key: &VerifyingKey) -> String {
    let point = key.to_encoded_point(false);
    let hash = keccak256(&point.as_bytes()[1..]);
    format!("0x{}", hex::encode(&hash[12..]))
}

/// True for `0x` (lower-case x) and 40 hex digits of any case.
pub fn is_address(text: &str) -> bool {
    text.strip_prefix("0x").is_some_and(|digits| {
        digits.len() == 40 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// The EIP-55 spelling of an address; `None` when `text` is no address.
pub fn checksum_address(text: &str) -> Option<String> {
    if !is_address(text) {
        return None;
    }
    let lower = text[2..].to_ascii_lowercase();
    let hash = keccak256(&lower);
    let digits = lower.chars().enumerate().map(|(index, digit)| {
        let nibble = (hash[index / 2] >> (if index % 2 == 0 { 4 } else { 0 })) & 0xf;
        if nibble >= 8 {
            digit.to_ascii_uppercase()
        } else {
            digit
        }
    });
    Some("0x".chars().chain(digits).collect())
}

#[cfg(test)]
mod tests {
    use k256::ecdsa::{SigningKey, VerifyingKey};

    use super::{SignatureError, address_of, checksum_address, personal_digest, recover_address};

    #[test]
    fn checksums_match_eip_55() {
        for address in [
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        ] {
            assert_eq!(
                checksum_address(&address.to_lowercase()).as_deref(),
                Some(address)
            );
        }
        assert_eq!(
            checksum_address("0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
            None
        );
        assert_eq!(checksum_address("0x5a"), None);
    }

    /// Texts of @dcl/crypto 3.7.0 for the same inputs.
    #[test]
    fn the_key_that_is_found_verifies_the_signature() {
        for n in 1..=200_u8 {
            let text = format!("text {n}");
            let digest = personal_digest(&text);
            let key = SigningKey::from_slice(&[n; 32]).expect("a key");
            let signed = key.sign_prehash_recoverable(&digest);
            let (signature, recovery) = signed.expect("a digest");
            let found = VerifyingKey::recover_from_prehash(&digest, &signature, recovery);
            let address = address_of(&found.expect("a signature"));
            let (low, high) = (signature, (-*signature.s()).to_bytes());
            let texts = [
                (low.to_bytes().to_vec(), recovery.is_y_odd()),
                (
                    [&low.to_bytes()[..32], &high[..]].concat(),
                    !recovery.is_y_odd(),
                ),
            ];
            for (bytes, is_odd) in texts {
                let signature = format!(
                    "0x{}{}",
                    hex::encode(bytes),
                    ["1b", "1c"][usize::from(is_odd)]
                );
                assert_eq!(
                    recover_address(&signature, &text).as_ref(),
                    Ok(&address),
                    "{n}"
                );
            }
        }
    }

    #[test]
    fn malformed_signatures_are_named() {
        let r = "6ad552c2465f61d8a4a58d9d8b707a4f1917d822eb5cfd12d33d9fde698373b6";
        let s = "42614698057e0cde8d567f9c43827882983feefc78d74e3f7d4dd79415e5adf0";
        let n = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
        let zero = "0".repeat(64);
        let off_curve = format!("{}5", "0".repeat(63));
        for (signature, expected) in [
            (String::new(), SignatureError::NotHex),
            ("0x".to_owned(), SignatureError::NotHex),
            (format!("{r}{s}1b"), SignatureError::NotHex),
            (format!("0X{r}{s}1b"), SignatureError::NotHex),
            (format!("0x{r}{s}zz"), SignatureError::NotHex),
            (format!("0x{r}{s}"), SignatureError::Length),
            (format!("0x{r}{s}1"), SignatureError::Length),
            (format!("0x{r}{s}1b00"), SignatureError::Length),
            (format!("0x{r}{s}1d"), SignatureError::RecoveryValue(29)),
            (format!("0x{r}{s}02"), SignatureError::RecoveryValue(2)),
            (format!("0x{zero}{s}1b"), SignatureError::Scalar('r')),
            (format!("0x{r}{zero}1b"), SignatureError::Scalar('s')),
            (format!("0x{n}{s}1b"), SignatureError::Scalar('r')),
            (format!("0x{r}{n}1b"), SignatureError::Scalar('s')),
            (format!("0x{off_curve}{s}1b"), SignatureError::Point),
        ] {
            assert_eq!(
                recover_address(&signature, "abc"),
                Err(expected),
                "{signature}"
            );
        }
        let text = SignatureError::Scalar('r').to_string();
        assert_eq!(text, "r must be 0 < r < CURVE.n");
    }
}
