//! The vectors printed in the specification (spine.md 5.5), so that they run without the data.

use identity::chain::{AuthChain, AuthLink, LinkKind};
use identity::sign::Wallet;

pub(crate) const T0: i64 = 1_767_225_600_000;
pub(crate) const OWNER: &str = "0x14791697260e4c9a71f18484c9f997b308e59325";
pub(crate) const UNTIL_2030: &str = "2030-01-01T00:00:00.000Z";
pub(crate) const METADATA: &str =
    r#"{"signer":"dcl:explorer","sceneId":"bafkreiAbCdEf","realmName":"Main"}"#;

pub(crate) const DELEGATION: &str = "Decentraland Login\nEphemeral address: \
    0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A\nExpiration: 2030-01-01T00:00:00.000Z";
pub(crate) const DELEGATION_SIGNATURE: &str = "\
    0x243accb865b2755137e00f287d5e2f305c92a964f1cce48b16bba9dcda83af23\
    438ef3c64c97cc599286ea3c99bbca99b97f75d03adbfe3cbe44b35a9adb44e01b";

pub(crate) const FOLDED: &str = "post:/v1/places/42:1767225600000:\
    {\"signer\":\"dcl:explorer\",\"sceneid\":\"bafkreiabcdef\",\"realmname\":\"main\"}";
pub(crate) const FOLDED_SIGNATURE: &str = "\
    0xcf37f27fd1f23f04631c6b9c73c9c6c583da7945ed61c7355cbb06074a9d2643\
    436495d6799fce3c0eb4bbba9977d44e7f0dc2d1b5dab56b508ef1d8c704484a1c";
pub(crate) const VERBATIM: &str = "post:/v1/places/42:1767225600000:\
    {\"signer\":\"dcl:explorer\",\"sceneId\":\"bafkreiAbCdEf\",\"realmName\":\"Main\"}";
pub(crate) const VERBATIM_SIGNATURE: &str = "\
    0x1ff0b899b9fb19e2f5667990ff82ad54b2a536463adb09e750c43e48c615b426\
    089eeef5ce4be31e9008927f6ea9d9574f058d4bf93ec5d52359ba30f51e2d8b1c";
/// R3: the delegation that ends at T0.
pub(crate) const ENDED_SIGNATURE: &str = "\
    0x675a415500486d7ef48cd93bde2e98dc6e0ca4d5811d6e58db614f1e2c7c63ed\
    2ada78e03ac11b28cc32c841cfeca1d9533f157ed271a5abdaa1ffd1186aaff31c";
/// R4: the folded text signed by the stranger.
pub(crate) const STRANGER_SIGNATURE: &str = "\
    0x9f497424ab459f367a937640f9c283994cda433eb2e7685cbfa839c0fdcf755c\
    592dec372af3532c7a2a940604b2514ad84c4218ee176687a0279e8e2cd1d36a1c";

pub(crate) const ENTITY: &str = "bafkreigmbmwtfptb7uocny5fpnnxl2vvbzxxzbdkzpmneqgbjw2if62f2e";
pub(crate) const ENTITY_SIGNATURE: &str = "\
    0x6ad552c2465f61d8a4a58d9d8b707a4f1917d822eb5cfd12d33d9fde698373b6\
    42614698057e0cde8d567f9c43827882983feefc78d74e3f7d4dd79415e5adf01b";
pub(crate) const SIMPLE_SIGNATURE: &str = "\
    0x7f994b190accca6b2565e8ccc878fac257460c606f86b35b50f66f18dcea197c\
    5a53ceb707ba235909cf98081e198bf11ced27989f5bbd0cbde910cf6d34e4181b";

pub(crate) fn owner() -> Wallet {
    let mut key = [0; 32];
    for (byte, value) in key
        .iter_mut()
        .zip([0x01, 0x23, 0x45, 0x67, 0x89].iter().cycle())
    {
        *byte = *value;
    }
    // 0x0123456789 0123456789 … 0123: the pattern of five bytes, cut after 32.
    Wallet::from_private_key(key).expect("the owner's key is valid")
}

pub(crate) fn ephemeral() -> Wallet {
    Wallet::from_private_key([0x11; 32]).expect("the ephemeral key is valid")
}

pub(crate) fn stranger() -> Wallet {
    Wallet::from_private_key([0x22; 32]).expect("the stranger's key is valid")
}

pub(crate) fn link(kind: LinkKind, payload: &str, signature: &str) -> AuthLink {
    AuthLink {
        kind,
        payload: payload.to_owned(),
        signature: signature.to_owned(),
    }
}

pub(crate) fn signer() -> AuthLink {
    link(LinkKind::Signer, OWNER, "")
}

pub(crate) fn delegation() -> AuthLink {
    link(LinkKind::Ephemeral, DELEGATION, DELEGATION_SIGNATURE)
}

pub(crate) fn chain(links: Vec<AuthLink>) -> AuthChain {
    AuthChain::new(links).expect("the case is within the limits")
}

/// V1.
pub(crate) fn folded_links() -> Vec<AuthLink> {
    vec![
        signer(),
        delegation(),
        link(LinkKind::SignedEntity, FOLDED, FOLDED_SIGNATURE),
    ]
}

/// V2.
pub(crate) fn verbatim_links() -> Vec<AuthLink> {
    vec![
        signer(),
        delegation(),
        link(LinkKind::SignedEntity, VERBATIM, VERBATIM_SIGNATURE),
    ]
}

/// V3.
pub(crate) fn entity_links() -> Vec<AuthLink> {
    vec![
        signer(),
        delegation(),
        link(LinkKind::SignedEntity, ENTITY, ENTITY_SIGNATURE),
    ]
}

/// The twin of a signature with `n - s` and the other `v`.
pub(crate) fn high_s(signature: &str) -> String {
    const ORDER: &str = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    let order = hex::decode(ORDER).expect("the order is hex");
    let s = hex::decode(&signature[66..130]).expect("the case is hex");
    let mut twin = [0; 32];
    let mut borrow = 0;
    for index in (0..32).rev() {
        let value = i16::from(order[index]) - i16::from(s[index]) - borrow;
        borrow = i16::from(value < 0);
        twin[index] = value.rem_euclid(256) as u8;
    }
    let v = if signature.ends_with("1b") {
        "1c"
    } else {
        "1b"
    };
    format!("{}{}{v}", &signature[..66], hex::encode(twin))
}
