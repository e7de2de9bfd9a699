//! Arbitrary input: splits do not matter, parsers do not panic, signatures come back.

use std::collections::BTreeMap;

use identity::chain::{AuthChain, DenyContractWallets, EphemeralPayload, validate_deployment};
use identity::hash::{CidV0DagPb, ContentHash, HashV0, HashV1, cid_v0_dag_pb, hash_v0, hash_v1};
use identity::sign::{Wallet, create_simple_chain};
use identity::signature::{checksum_address, recover_address};
use identity::signed_fetch::{Options, SignedRequest, verify};
use proptest::prelude::*;

/// Cuts `bytes` at the given points, taken modulo the length.
fn pieces<'a>(bytes: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    cuts.extend([0, bytes.len()]);
    cuts.sort_unstable();
    cuts.windows(2)
        .map(|pair| &bytes[pair[0]..pair[1]])
        .collect()
}

/// Texts near the accepted forms of a date, to reach the parser's depths.
fn date_like() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[+-]?[0-9]{2,7}(-[0-9]{1,2}){0,3}T?[0-9:.+-]{0,20}Z?",
        "(Mon|Tue|x) (Jan|Feb|Foo) [0-9]{2} [0-9]{3,7} ([0-9]{2}:){2}[0-9]{2} \
         GMT[+-][0-9:]{0,6}( \\(.{0,6}\\))?",
    ]
}

fn header_value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "\\{\"type\":\"(SIGNER|ECDSA_EPHEMERAL|ECDSA_SIGNED_ENTITY|X)\",\
         \"payload\":\"[a-z0-9: ]{0,40}\",\"signature\":\"(0x[0-9a-f]{0,140})?\"\\}",
        "[0-9]{0,20}",
        r#"\{"[a-zA-Z]{0,6}":(1|null|"x"|\{\}|\[\{\}\])\}"#,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn streaming_equals_one_shot(
        seed in any::<u8>(),
        length in prop_oneof![0_usize..64, 262_100_usize..262_200, 0_usize..800_000],
        cuts in prop::collection::vec(any::<usize>(), 0..12),
    ) {
        let bytes: Vec<u8> = (0..length).map(|i| (i as u8).wrapping_mul(31) ^ seed).collect();
        let (mut v1, mut v0, mut cid) = (HashV1::new(), HashV0::new(), CidV0DagPb::new());
        for piece in pieces(&bytes, &cuts) {
            v1.update(piece);
            v0.update(piece);
            cid.update(piece);
        }
        let names = [v1.finish(), v0.finish(), cid.finish()];
        prop_assert_eq!(&names, &[hash_v1(&bytes), hash_v0(&bytes), cid_v0_dag_pb(&bytes)]);
        for name in names {
            let name = ContentHash::parse(&name).expect("hashers give well-formed names");
            prop_assert_eq!(name.verify(&bytes), Ok(()));
        }
    }
}

proptest! {
    #[test]
    fn parsers_never_panic(text in any::<String>(), bytes in any::<Vec<u8>>()) {
        let lossy = String::from_utf8_lossy(&bytes);
        for text in [text.as_str(), &lossy] {
            let _ = ContentHash::parse(text);
            let _ = AuthChain::from_json(text);
            let _ = EphemeralPayload::parse(text);
            let _ = recover_address(text, text);
            let _ = checksum_address(text);
        }
        let _ = recover_address(&format!("0x{}", hex::encode(&bytes)), "");
    }

    #[test]
    fn expirations_never_panic(date in date_like()) {
        let text = EphemeralPayload::text("", "0x", &date);
        let _ = EphemeralPayload::parse(&text);
    }

    #[test]
    fn arbitrary_signatures_never_panic(
        bytes in prop::array::uniform32(any::<u8>()),
        v in 0_u8..32,
    ) {
        let hex = hex::encode(bytes);
        let _ = recover_address(&format!("0x{hex}{hex}{v:02x}"), "text");
    }

    #[test]
    fn requests_are_refused_not_panicked_on(
        links in prop::collection::vec(header_value(), 0..12),
        timestamp in proptest::option::of(header_value()),
        metadata in proptest::option::of(header_value()),
        now_ms in any::<i64>(),
    ) {
        let mut headers: BTreeMap<String, String> = (0..)
            .zip(links)
            .map(|(index, text)| (format!("x-identity-auth-chain-{index}"), text))
            .collect();
        headers.extend(timestamp.map(|text| ("x-identity-timestamp".to_owned(), text)));
        headers.extend(metadata.map(|text| ("x-identity-metadata".to_owned(), text)));
        let header = |name: &str| headers.get(name).cloned();
        let request = SignedRequest { method: "GET", paths: &["/"], header: &header, now_ms };
        let outcome = verify(&request, &Options::default(), &DenyContractWallets);
        prop_assert!(outcome.is_err());
    }

    #[test]
    fn what_a_key_signs_is_valid_and_nothing_else(
        key in prop::array::uniform32(1_u8..255),
        text in "\\PC{0,40}",
        other in "\\PC{0,40}",
        date_ms in any::<i64>(),
    ) {
        let wallet = Wallet::from_private_key(key).expect("the key is below the order");
        let chain = create_simple_chain(&wallet, &text).expect("the text is short");
        let json = serde_json::to_string(&chain).expect("a chain serialises");
        prop_assert_eq!(&AuthChain::from_json(&json), &Ok(chain.clone()));
        prop_assert_eq!(validate_deployment(&chain, &text, date_ms, &DenyContractWallets), Ok(()));
        let valid = validate_deployment(&chain, &other, date_ms, &DenyContractWallets).is_ok();
        prop_assert_eq!(valid, other == text);
    }
}
