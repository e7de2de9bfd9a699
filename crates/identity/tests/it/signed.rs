//! Signed fetch: V1, V2, R1 to R14 and what must be accepted, from the specification's text.

use std::collections::BTreeMap;

use identity::chain::{
    AuthLink, ContractWallets, DenyContractWallets, EphemeralPayload, LinkKind, Unavailable,
};
use identity::metadata::{SCENE_SIGNER, reject_if_signer, require_signer};
use identity::sign::{LOGIN_TITLE, create_ephemeral_chain};
use identity::signed_fetch::{
    Options, PayloadFormat, RequestToSign, SignedFetchError, SignedRequest, chain_headers,
    headers_for, verify,
};
use serde_json::{Value, json};

use crate::spec::*;

/// A request under test; the default is the one of the vectors at T0.
struct Case {
    method: &'static str,
    paths: Vec<&'static str>,
    headers: BTreeMap<String, String>,
    now_ms: i64,
    options: Options,
}

impl Case {
    fn of(links: Vec<AuthLink>) -> Self {
        Self {
            method: "POST",
            paths: vec!["/v1/Places/42"],
            headers: chain_headers(&chain(links), T0, Some(METADATA))
                .into_iter()
                .collect(),
            now_ms: T0,
            options: Options::default(),
        }
    }

    fn v1() -> Self {
        Self::of(folded_links())
    }

    fn v2() -> Self {
        Self::of(verbatim_links())
    }

    fn header(mut self, name: &str, value: &str) -> Self {
        self.headers
            .insert(format!("x-identity-{name}"), value.to_owned());
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.remove(&format!("x-identity-{name}"));
        self
    }

    fn at(mut self, now_ms: i64) -> Self {
        self.now_ms = now_ms;
        self
    }

    fn paths(mut self, paths: &[&'static str]) -> Self {
        self.paths = paths.to_vec();
        self
    }

    fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    fn ask(&self, wallets: &dyn ContractWallets) -> Result<(String, Value), SignedFetchError> {
        let header = |name: &str| self.headers.get(name).cloned();
        let request = SignedRequest {
            method: self.method,
            paths: &self.paths,
            header: &header,
            now_ms: self.now_ms,
        };
        verify(&request, &self.options, wallets).map(|who| (who.address, who.metadata))
    }

    fn outcome(&self) -> Result<(String, Value), (u16, String)> {
        self.ask(&DenyContractWallets)
            .map_err(|error| (error.status, error.message))
    }

    fn accepted(&self) {
        let metadata: Value = serde_json::from_str(METADATA).expect("the metadata is JSON");
        assert_eq!(self.outcome(), Ok((OWNER.to_owned(), metadata)));
    }

    #[track_caller]
    fn refused(&self, status: u16, message: &str) {
        assert_eq!(self.outcome(), Err((status, message.to_owned())));
    }
}

#[test]
fn v1_and_v2_are_accepted_for_the_whole_window() {
    for now_ms in [T0, T0 + 1, T0 + 60_000, T0 - 60_000] {
        Case::v1().at(now_ms).accepted();
        Case::v2().at(now_ms).accepted();
    }
}

#[test]
fn r1_another_path_is_refused() {
    let message = format!(
        "Invalid signature: ERROR: Invalid final authority. Expected: {}. Current {FOLDED}.",
        FOLDED.replace("/42", "/43")
    );
    Case::v1().paths(&["/v1/places/43"]).refused(401, &message);
}

#[test]
fn r2_a_stale_signature_is_refused() {
    let message = "Expired signature: signature timestamp: 1767225600000, timestamp expiration: \
                   1767225660000, local timestamp: 1767225660001";
    Case::v1().at(1_767_225_660_001).refused(401, message);
}

#[test]
fn a_timestamp_beyond_the_window_ahead_is_refused() {
    let message = "Signature timestamp is too far in the future: signature timestamp: \
                   1767225600000, local timestamp: 1767225539999";
    Case::v1().at(T0 - 60_001).refused(401, message);
}

#[test]
fn r3_an_ended_delegation_is_refused_at_that_instant() {
    let mut links = folded_links();
    links[1].payload = DELEGATION.replace("2030", "2026");
    links[1].signature = ENDED_SIGNATURE.to_owned();
    let message = "Invalid signature: ERROR. Link type: ECDSA_EPHEMERAL. Ephemeral key expired. \
                   Expiration: 1767225600000. Test: 1767225600000.";
    Case::of(links.clone()).refused(401, message);
    Case::of(links).at(T0 - 1).accepted();
}

#[test]
fn r4_a_strangers_signature_is_refused() {
    let mut links = folded_links();
    links[2].signature = STRANGER_SIGNATURE.to_owned();
    let message = "Invalid signature: ERROR. Link type: ECDSA_SIGNED_ENTITY. Invalid signer \
                   address. Expected: 0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a. Actual: \
                   0x1563915e194d8cfba1943570603f7606a3115508.";
    Case::of(links).refused(401, message);
}

#[test]
fn r5_a_second_signer_is_refused() {
    let mut links = folded_links();
    links.push(link(LinkKind::Signer, "x", ""));
    Case::of(links).refused(401, "Invalid signature: ERROR: Malformed authChain");
}

#[test]
fn r6_r7_r13_fewer_than_two_links_are_no_chain() {
    Case::of(vec![link(LinkKind::Signer, FOLDED, "")]).refused(400, "Invalid Auth Chain");
    let mut bare = Case::v1();
    bare.headers.clear();
    bare.refused(400, "Invalid Auth Chain");
    Case::v1()
        .without("auth-chain-1")
        .refused(400, "Invalid Auth Chain");
    Case::v1()
        .header("auth-chain-1", "")
        .refused(400, "Invalid Auth Chain");
}

#[test]
fn r8_malformed_links_are_refused() {
    let (status, message) = Case::v1()
        .header("auth-chain-1", "{")
        .outcome()
        .expect_err("no JSON");
    assert_eq!(status, 400);
    assert!(
        message.starts_with("Invalid chain format: EOF"),
        "{message}"
    );
    let message = "Invalid chain format: malformed auth link at position 1";
    for text in [
        "{}",
        "null",
        "[]",
        "7",
        r#"{"type":1,"payload":"","signature":""}"#,
        r#"{"type":"ECDSA_EPHEMERAL","payload":"x"}"#,
        r#"{"type":"SIGNER","payload":"x","signature":7}"#,
    ] {
        Case::v1()
            .header("auth-chain-1", text)
            .refused(400, message);
    }
}

#[test]
fn a_signer_link_may_leave_its_signature_out() {
    let text = format!(r#"{{"type":"SIGNER","payload":"{OWNER}"}}"#);
    Case::v1().header("auth-chain-0", &text).accepted();
    let text = format!(r#"{{"type":"SIGNER","payload":"{OWNER}","signature":null}}"#);
    Case::v1().header("auth-chain-0", &text).accepted();
}

#[test]
fn r9_timestamps_are_integers() {
    for text in ["abc", "1.5", "-1", "1e3", "0x10", "9007199254740992"] {
        let message = format!("Invalid chain timestamp: {text}");
        Case::v1().header("timestamp", text).refused(400, &message);
    }
    let long = "1".repeat(70);
    let message = format!("Invalid chain timestamp: {}…", "1".repeat(64));
    Case::v1().header("timestamp", &long).refused(400, &message);
    let message = "Expired signature: signature timestamp: 0, timestamp expiration: 60000, local \
                   timestamp: 1767225600000";
    Case::v1().without("timestamp").refused(401, message);
}

#[test]
fn r10_metadata_is_a_json_object() {
    for text in ["{", "[]", "7", "\"x\"", ""] {
        let message = format!("Invalid chain metadata: \"{text}\"");
        Case::v1().header("metadata", text).refused(400, &message);
    }
}

#[test]
fn r11_recased_gate_fields_are_refused_under_folding() {
    let recased = METADATA.replace("dcl:explorer", "DCL:Explorer");
    let message = "Invalid chain metadata: \"signer\" is not a trimmed lower-case text";
    Case::v1()
        .header("metadata", &recased)
        .refused(400, message);
    let respelled = METADATA.replace("signer", "Signer");
    let message = "Invalid chain metadata: expected \"signer\", got \"Signer\"";
    Case::v1()
        .header("metadata", &respelled)
        .refused(400, message);
    // Other fields may be re-cased unless the service names them.
    let other = METADATA.replace("sceneId", "SCENEID");
    assert!(Case::v1().header("metadata", &other).outcome().is_ok());
    let strict = Options::default().with_canonical_keys(&["sceneId"]);
    let message = "Invalid chain metadata: expected \"sceneId\", got \"SCENEID\"";
    Case::v1()
        .header("metadata", &other)
        .options(strict.clone())
        .refused(400, message);
    Case::v1().options(strict).accepted();
}

#[test]
fn r12_recased_metadata_is_refused_under_verbatim() {
    let recased = METADATA.replace("bafkreiAbCdEf", "bafkreiabcdef");
    let (status, message) = Case::v2()
        .header("metadata", &recased)
        .outcome()
        .expect_err("other bytes");
    assert_eq!(status, 401);
    assert!(message.starts_with("Invalid signature: ERROR: Invalid final authority. "));
}

#[test]
fn folding_can_be_switched_off() {
    let options = Options {
        accept_folded: false,
        ..Options::default()
    };
    Case::v2().options(options.clone()).accepted();
    let message = format!(
        "Invalid signature: ERROR: Invalid final authority. Expected: {VERBATIM}. Current {FOLDED}."
    );
    Case::v1().options(options).refused(401, &message);
}

#[test]
fn r14_odd_signatures_and_links_are_refused() {
    let mut links = folded_links();
    links[2].signature = FOLDED_SIGNATURE[2..].to_owned();
    let message = "Invalid signature: ERROR. Link type: ECDSA_SIGNED_ENTITY. String signatures \
                   must be encoded in hex.";
    Case::of(links).refused(401, message);
    let mut links = folded_links();
    links.insert(1, link(LinkKind::Other("FUTURE".to_owned()), "x", "0x00"));
    let message = format!(
        "Invalid signature: ERROR. Link type: ECDSA_EPHEMERAL. Invalid signer address. Expected: \
         . Actual: {OWNER}."
    );
    Case::of(links).refused(401, &message);
}

#[test]
fn other_spellings_of_v1_are_accepted() {
    let mut with_v_1 = folded_links();
    with_v_1[2].signature = format!("{}01", &FOLDED_SIGNATURE[..130]);
    let mut with_v_0 = folded_links();
    with_v_0[1].signature = format!("{}00", &DELEGATION_SIGNATURE[..130]);
    let mut with_high_s = folded_links();
    with_high_s[2].signature = high_s(FOLDED_SIGNATURE);
    let mut with_crlf = folded_links();
    with_crlf[1].payload = DELEGATION.replace('\n', "\r\n");
    let mut in_upper_case = folded_links();
    in_upper_case[2].signature = format!("0x{}", FOLDED_SIGNATURE[2..].to_uppercase());
    for links in [with_v_1, with_v_0, with_high_s, with_crlf, in_upper_case] {
        Case::of(links).accepted();
    }
}

#[test]
fn chains_longer_than_the_limit_are_refused() {
    let options = Options {
        max_chain_length: 2,
        ..Options::default()
    };
    let message = "Auth chain exceeds maximum length of 2";
    Case::v1().options(options).refused(400, message);
    let mut links = vec![signer()];
    links.resize(10, delegation());
    let full = Case::of(links).header("auth-chain-10", "whatever");
    full.refused(400, "Auth chain exceeds maximum length of 10");
}

#[test]
fn sizes_are_limited_before_parsing() {
    let options = Options {
        link_bytes_max: 100,
        ..Options::default()
    };
    let message = "Invalid chain format: auth link at position 1 is too long";
    Case::v1().options(options).refused(400, message);
    let options = Options {
        metadata_bytes_max: 10,
        ..Options::default()
    };
    let message = format!("Invalid chain metadata: \"{}…\"", &METADATA[..64]);
    Case::v1().options(options).refused(400, &message);
}

#[test]
fn any_path_under_which_the_client_knows_us_will_do() {
    Case::v1().paths(&["/42", "/v1/places/42"]).accepted();
    Case::v2().paths(&["/v1/places/42", "/42"]).accepted();
    let (status, message) = Case::v1()
        .paths(&["/42", "/places/42"])
        .outcome()
        .expect_err("path");
    assert_eq!(status, 401);
    assert!(
        message.contains("Expected: post:/42:"),
        "the first path is named: {message}"
    );
}

#[test]
fn gates_are_asked_before_the_signature() {
    let not_scenes = Options::default().validating(reject_if_signer(&[SCENE_SIGNER]));
    Case::v1().options(not_scenes.clone()).accepted();
    let scenes = Options::default().validating(require_signer(&[SCENE_SIGNER]));
    let message = format!("Invalid metadata content: {}…", &METADATA[..64]);
    Case::v1().options(scenes).refused(400, &message);
    let scene = r#"{"signer":"decentraland-kernel-scene"}"#;
    let message = format!("Invalid metadata content: {scene}");
    Case::v1()
        .header("metadata", scene)
        .options(not_scenes)
        .refused(400, &message);
}

#[test]
fn headers_we_build_are_accepted_in_both_formats() {
    let login = create_ephemeral_chain(&owner(), &ephemeral(), LOGIN_TITLE, UNTIL_2030)
        .expect("the texts are short");
    for format in [PayloadFormat::Folded, PayloadFormat::Verbatim] {
        for metadata in [None, Some("{}"), Some("null"), Some(METADATA)] {
            let request = RequestToSign {
                method: "get",
                path: "/Ünï/x",
                timestamp_ms: T0,
                metadata,
                format,
            };
            let headers = headers_for(&login, &ephemeral(), &request).expect("short texts");
            let mut case = Case::v1().paths(&["/Ünï/x"]);
            case.method = "GET";
            case.headers = headers.into_iter().collect();
            let (address, sent) = case.outcome().expect("we signed it");
            assert_eq!(address, OWNER);
            let expected = metadata.filter(|text| *text != "null").unwrap_or("{}");
            let expected: Value = serde_json::from_str(expected).expect("the metadata is JSON");
            assert_eq!(sent, expected);
        }
    }
}

#[test]
fn v1_and_v2_headers_are_built_as_printed() {
    let login = create_ephemeral_chain(&owner(), &ephemeral(), LOGIN_TITLE, UNTIL_2030)
        .expect("the texts are short");
    for (format, case) in [
        (PayloadFormat::Folded, Case::v1()),
        (PayloadFormat::Verbatim, Case::v2()),
    ] {
        let request = RequestToSign {
            method: "POST",
            path: "/v1/Places/42",
            timestamp_ms: T0,
            metadata: Some(METADATA),
            format,
        };
        let headers = headers_for(&login, &ephemeral(), &request).expect("short texts");
        assert_eq!(
            headers.into_iter().collect::<BTreeMap<_, _>>(),
            case.headers
        );
    }
}

/// A catalyst that answers every question alike.
struct Catalyst(Result<bool, Unavailable>);

impl ContractWallets for Catalyst {
    fn is_valid(&self, _: &str, _: &str, _: &str, _: i64) -> Result<bool, Unavailable> {
        self.0.clone()
    }
}

#[test]
fn contract_chains_have_their_own_statuses() {
    let text = EphemeralPayload::text(LOGIN_TITLE, &ephemeral().checksum_address(), UNTIL_2030);
    let links = vec![
        link(
            LinkKind::Signer,
            "0xC0FFEE0000000000000000000000000000000000",
            "",
        ),
        link(LinkKind::ContractEphemeral, &text, "0xaa"),
        link(LinkKind::SignedEntity, FOLDED, FOLDED_SIGNATURE),
    ];
    let case = Case::of(links);
    let (address, _) = case
        .ask(&Catalyst(Ok(true)))
        .expect("the catalyst confirms");
    assert_eq!(address, "0xc0ffee0000000000000000000000000000000000");
    case.refused(401, "Invalid signature");
    let cause = "Error connecting to catalyst \"https://peer.decentraland.org\"";
    let error = case
        .ask(&Catalyst(Err(Unavailable(cause.to_owned()))))
        .expect_err("nobody there");
    assert_eq!((error.status, error.message.as_str()), (503, cause));
    assert_eq!(
        error.body(),
        json!({"ok": false, "message": "Internal error"})
    );
}

#[test]
fn a_delegation_alone_signs_no_request() {
    // Its "ephemeral address" is the payload, so the fold ends in the expected text.
    let text = format!("x\nEphemeral address: {FOLDED}\nExpiration: {UNTIL_2030}");
    let links = vec![
        signer(),
        link(LinkKind::Ephemeral, &text, &owner().sign(&text)),
    ];
    let message = "Invalid signature: ERROR: the last link of an authChain must be a SIGNED_ENTITY";
    Case::of(links).refused(401, message);
}

#[test]
fn bodies_have_the_two_usual_forms() {
    let mut bare = Case::v1();
    bare.headers.clear();
    let error = bare.ask(&DenyContractWallets).expect_err("no headers");
    assert_eq!(
        error.body(),
        json!({"ok": false, "message": "Invalid Auth Chain"})
    );
    let message = "This endpoint requires a signed fetch request. See ADR-44.";
    assert_eq!(
        error.adr44_body(),
        json!({"error": "Invalid Auth Chain", "message": message})
    );
}
