//! URNs of items that can have a rarity.

/// The URN of the item, lower case, without the token of a worn one. `None` for what is no URN, and for items that have
/// no rarity: the base wearables, and those of third parties.
pub(super) fn item(urn: &str) -> Option<String> {
    let urn = urn.to_lowercase();
    let parts: Vec<&str> = urn.split(':').collect();
    let [
        "urn",
        "decentraland",
        network,
        kind,
        collection,
        item,
        token @ ..,
    ] = &parts[..]
    else {
        return None;
    };
    let minted = ["collections-v1", "collections-v2"].contains(kind);
    let named = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_graphic());
    let whole = [network, collection, item].into_iter().all(named) && token.iter().all(named);
    (minted && whole && token.len() <= 1).then(|| parts[..6].join(":"))
}

#[cfg(test)]
mod tests {
    use super::item;

    #[test]
    fn a_token_is_taken_off_and_letters_are_lowered() {
        let v2 = "urn:decentraland:matic:collections-v2:0xabc:4";
        assert_eq!(item(v2).as_deref(), Some(v2));
        assert_eq!(item(&format!("{v2}:105")).as_deref(), Some(v2));
        assert_eq!(
            item("urn:decentraland:matic:collections-v2:0xABC:4:105").as_deref(),
            Some(v2)
        );
        let v1 = "urn:decentraland:ethereum:collections-v1:halloween_2019:mask";
        assert_eq!(item(&format!("{v1}:7")).as_deref(), Some(v1));
    }

    #[test]
    fn what_has_no_rarity_or_is_no_urn_is_nothing() {
        for other in [
            "urn:decentraland:off-chain:base-avatars:eyes_00",
            "urn:decentraland:matic:collections-thirdparty:cats:one:1",
            "urn:decentraland:matic:collections-linked-wearables:a:b:1:amoy:0x1:2",
            "urn:decentraland:matic:collections-v2:0xabc",
            "urn:decentraland:matic:collections-v2:0xabc:",
            "urn:decentraland:matic:collections-v2:0xabc:1:2:3",
            "dcl://base-avatars/eyes_00",
            "not a urn",
            "",
        ] {
            assert_eq!(item(other), None, "{other}");
        }
    }
}
