//! Auth chains: vectors V3 to V5, edges of the rules, contract wallets, real deployments.

use identity::chain::{
    AuthChain, AuthLink, ContractWallets, DenyContractWallets, LinkKind, Unavailable, validate,
    validate_deployment,
};
use identity::sign::{LOGIN_TITLE, create_ephemeral_chain, create_simple_chain, sign_entity};
use serde_json::Value;

use crate::data;
use crate::spec::*;

fn outcome(links: Vec<AuthLink>, expected: &str, date_ms: i64) -> Result<(), String> {
    let chain = chain(links);
    validate(&chain, expected, date_ms, &DenyContractWallets).map_err(|error| error.to_string())
}

#[test]
fn v3_an_entity_signed_by_a_session_key_is_valid() {
    assert_eq!(outcome(entity_links(), ENTITY, T0), Ok(()));
    let chain = chain(entity_links());
    assert_eq!(
        validate_deployment(&chain, ENTITY, T0, &DenyContractWallets),
        Ok(())
    );
    assert_eq!(chain.owner().as_deref(), Some(OWNER));
}

#[test]
fn v4_an_entity_signed_by_the_wallet_itself_is_valid() {
    let links = vec![
        signer(),
        link(LinkKind::SignedEntity, ENTITY, SIMPLE_SIGNATURE),
    ];
    assert_eq!(outcome(links, ENTITY, T0), Ok(()));
}

#[test]
fn our_signatures_are_those_of_the_vectors() {
    let login = create_ephemeral_chain(&owner(), &ephemeral(), LOGIN_TITLE, UNTIL_2030)
        .expect("the texts are short");
    let signed = |text| sign_entity(&login, &ephemeral(), text).expect("the text is short");
    assert_eq!(signed(ENTITY).links(), entity_links());
    assert_eq!(signed(FOLDED).links(), folded_links());
    assert_eq!(signed(VERBATIM).links(), verbatim_links());
    let simple = create_simple_chain(&owner(), ENTITY).expect("the text is short");
    assert_eq!(simple.links()[1].signature, SIMPLE_SIGNATURE);
    assert_eq!(
        owner().checksum_address(),
        "0x14791697260E4c9A71f18484C9f997B308e59325"
    );
    assert_eq!(
        stranger().checksum_address(),
        "0x1563915e194D8CfBA1943570603F7606A3115508"
    );
    assert_eq!(stranger().sign(FOLDED), STRANGER_SIGNATURE);
    let ended = create_ephemeral_chain(
        &owner(),
        &ephemeral(),
        LOGIN_TITLE,
        "2026-01-01T00:00:00.000Z",
    )
    .expect("the texts are short");
    assert_eq!(ended.links()[1].signature, ENDED_SIGNATURE);
}

#[test]
fn a_chain_nobody_signed_proves_itself_but_deploys_nothing() {
    let lone = vec![link(LinkKind::Signer, ENTITY, "")];
    assert_eq!(outcome(lone.clone(), ENTITY, T0), Ok(()));
    let refused = validate_deployment(&chain(lone), ENTITY, T0, &DenyContractWallets);
    assert_eq!(
        refused.map_err(|error| error.to_string()),
        Err("ERROR: an authChain needs at least 2 links".to_owned())
    );
    // A delegation to "address" X proves X, yet X was not signed as an entity.
    let address = "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A";
    let delegated = chain(vec![signer(), delegation()]);
    assert_eq!(
        validate(&delegated, address, T0, &DenyContractWallets),
        Ok(())
    );
    let refused = validate_deployment(&delegated, address, T0, &DenyContractWallets);
    assert_eq!(
        refused.map_err(|error| error.to_string()),
        Err("ERROR: the last link of an authChain must be a SIGNED_ENTITY".to_owned())
    );
}

#[test]
fn malformed_orders_of_links_are_named() {
    let malformed = Err("ERROR: Malformed authChain".to_owned());
    assert_eq!(outcome(vec![delegation()], ENTITY, T0), malformed);
    let mut two_signers = entity_links();
    two_signers.push(signer());
    assert_eq!(outcome(two_signers, ENTITY, T0), malformed);
}

#[test]
fn unknown_links_leave_no_authority() {
    let future = link(LinkKind::Other("FUTURE".to_owned()), "x", "");
    let mut middle = entity_links();
    middle.insert(1, future.clone());
    let expected = format!(
        "ERROR. Link type: ECDSA_EPHEMERAL. Invalid signer address. Expected: . Actual: {OWNER}."
    );
    assert_eq!(outcome(middle, ENTITY, T0), Err(expected));
    let mut last = entity_links();
    last.push(future);
    let expected = format!("ERROR: Invalid final authority. Expected: {ENTITY}. Current .");
    assert_eq!(outcome(last, ENTITY, T0), Err(expected));
}

#[test]
fn missing_signatures_are_named_as_the_original_does() {
    let mut links = entity_links();
    links[2].signature.clear();
    let expected = "ERROR. Link type: ECDSA_SIGNED_ENTITY. Invalid AuthLink. 'signature' must be \
                    present for type 'ECDSA_SIGNED_ENTITY_VALIDATOR'.";
    assert_eq!(outcome(links, ENTITY, T0), Err(expected.to_owned()));
    let mut links = entity_links();
    links[1].signature.clear();
    let expected = "ERROR. Link type: ECDSA_EPHEMERAL. Invalid AuthLink. 'signature' must be \
                    present for type 'ECDSA_PERSONAL_EPHEMERAL_VALIDATOR'.";
    assert_eq!(outcome(links, ENTITY, T0), Err(expected.to_owned()));
}

#[test]
fn carriage_returns_are_stripped_before_hashing_only_on_our_side() {
    let mut lf_signed = entity_links();
    lf_signed[1].payload = DELEGATION.replace('\n', "\r\n");
    assert_eq!(outcome(lf_signed.clone(), ENTITY, T0), Ok(()));
    let mut crlf_signed = lf_signed;
    crlf_signed[1].signature = owner().sign(&crlf_signed[1].payload);
    assert!(outcome(crlf_signed, ENTITY, T0).is_err());
}

#[test]
fn all_spellings_of_a_signature_are_accepted() {
    let (body, _) = ENTITY_SIGNATURE.split_at(130);
    let upper = format!("0x{}", ENTITY_SIGNATURE[2..].to_uppercase());
    for signature in [upper, format!("{body}00"), high_s(ENTITY_SIGNATURE)] {
        let mut links = entity_links();
        links[2].signature = signature;
        assert_eq!(outcome(links, ENTITY, T0), Ok(()));
    }
    let mut links = entity_links();
    links[0].payload = "0x14791697260E4c9A71f18484C9f997B308e59325".to_owned();
    assert_eq!(
        outcome(links, ENTITY, T0),
        Ok(()),
        "the signer's case does not matter"
    );
}

/// A contract wallet at one address that signs one text until a date.
struct OneContract;

const CONTRACT: &str = "0xc0ffee0000000000000000000000000000000000";

impl ContractWallets for OneContract {
    fn is_valid(
        &self,
        wallet: &str,
        text: &str,
        signature: &str,
        date_ms: i64,
    ) -> Result<bool, Unavailable> {
        if date_ms == 0 {
            return Err(Unavailable("no node".to_owned()));
        }
        Ok(wallet == CONTRACT && text == DELEGATION && signature == "0xaa")
    }
}

#[test]
fn contract_wallets_are_asked_by_the_type_of_the_link() {
    let crlf = DELEGATION.replace('\n', "\r\n");
    let links = vec![
        link(LinkKind::Signer, CONTRACT, ""),
        link(LinkKind::ContractEphemeral, &crlf, "0xaa"),
        link(LinkKind::SignedEntity, ENTITY, ENTITY_SIGNATURE),
    ];
    let valid = chain(links.clone());
    assert!(valid.needs_contract_wallet());
    assert_eq!(
        validate_deployment(&valid, ENTITY, T0, &OneContract),
        Ok(())
    );
    let denied = "ERROR. Link type: ECDSA_EIP_1654_EPHEMERAL. Invalid validation. Expected: \
                  1626ba7e. Actual: false.";
    assert_eq!(outcome(links, ENTITY, T0), Err(denied.to_owned()));
    let unavailable = validate(&valid, ENTITY, 0, &OneContract);
    assert_eq!(
        unavailable.map_err(|error| error.to_string()),
        Err("no node".to_owned())
    );
}

#[test]
fn v5_the_real_profile_is_valid_until_its_key_expires() {
    let Some(path) = data::spine("real-profile-and-hashes/entity-deployment.json") else {
        return;
    };
    let deployment = &data::json(&path)["deployments"][0];
    let text = deployment["auditInfo"]["authChain"].to_string();
    let chain = AuthChain::from_json(&text).expect("the real chain is a chain");
    let id = "QmXx5dDq7nnPuCCP43Ngc7iq4kkqDfC5PEJGawUHYLGxUn";
    let expiration_ms = 1_637_892_342_057;
    let at = |date_ms| {
        let outcome = validate_deployment(&chain, id, date_ms, &DenyContractWallets);
        outcome.map_err(|error| error.to_string())
    };
    assert_eq!(at(1_637_545_819_153), Ok(()));
    assert_eq!(at(expiration_ms - 1), Ok(()));
    for date_ms in [expiration_ms, 1_795_000_000_000] {
        let expected = format!(
            "ERROR. Link type: ECDSA_EPHEMERAL. Ephemeral key expired. Expiration: \
             {expiration_ms}. Test: {date_ms}."
        );
        assert_eq!(at(date_ms), Err(expected));
    }
    assert_eq!(chain.owner().as_deref(), deployment["deployedBy"].as_str());
}

#[test]
fn every_deployment_of_the_offline_catalyst_is_valid_at_its_timestamp() {
    let Some(path) = data::spine("catalyst-offline/pointer-changes.ndjson") else {
        return;
    };
    let text = std::fs::read_to_string(path).expect("the data file is readable");
    let mut checked = 0;
    for line in text.lines().filter(|line| !line.is_empty()) {
        let deployment: Value = serde_json::from_str(line).expect("each line is JSON");
        let chain: AuthChain = serde_json::from_value(deployment["authChain"].clone())
            .expect("each deployment has a chain");
        let id = deployment["entityId"]
            .as_str()
            .expect("each deployment has an id");
        let timestamp_ms = deployment["entityTimestamp"]
            .as_i64()
            .expect("and a timestamp");
        assert_eq!(
            validate_deployment(&chain, id, timestamp_ms, &DenyContractWallets),
            Ok(())
        );
        if let Some(deployer) = deployment["deployerAddress"].as_str() {
            assert_eq!(chain.owner().as_deref(), Some(deployer));
        }
        checked += 1;
    }
    assert_eq!(checked, 30);
}
