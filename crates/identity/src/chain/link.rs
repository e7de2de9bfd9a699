//! The data of a chain and its limits.

use serde::{Deserialize, Serialize};

/// What a link proves. Written on the wire by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum LinkKind {
    /// `SIGNER`: names the wallet; proves nothing.
    Signer,
    /// `ECDSA_EPHEMERAL`: the authority hands over to a key that expires.
    Ephemeral,
    /// `ECDSA_SIGNED_ENTITY`: the authority signs the final text.
    SignedEntity,
    /// `ECDSA_EIP_1654_EPHEMERAL`: as `Ephemeral`, checked by a contract wallet.
    ContractEphemeral,
    /// `ECDSA_EIP_1654_SIGNED_ENTITY`: as `SignedEntity`, checked by a contract wallet.
    ContractSignedEntity,
    /// Any other name; a chain with such a link is never valid.
    Other(String),
}

impl LinkKind {
    /// The name on the wire.
    pub fn name(&self) -> &str {
        match self {
            Self::Signer => "SIGNER",
            Self::Ephemeral => "ECDSA_EPHEMERAL",
            Self::SignedEntity => "ECDSA_SIGNED_ENTITY",
            Self::ContractEphemeral => "ECDSA_EIP_1654_EPHEMERAL",
            Self::ContractSignedEntity => "ECDSA_EIP_1654_SIGNED_ENTITY",
            Self::Other(name) => name,
        }
    }

    /// True for the two kinds a chain may end in.
    pub fn is_signed_entity(&self) -> bool {
        matches!(self, Self::SignedEntity | Self::ContractSignedEntity)
    }

    /// True for the two kinds a contract wallet must confirm.
    pub fn is_contract(&self) -> bool {
        matches!(self, Self::ContractEphemeral | Self::ContractSignedEntity)
    }
}

impl From<String> for LinkKind {
    fn from(name: String) -> Self {
        match name.as_str() {
            "SIGNER" => Self::Signer,
            "ECDSA_EPHEMERAL" => Self::Ephemeral,
            "ECDSA_SIGNED_ENTITY" => Self::SignedEntity,
            "ECDSA_EIP_1654_EPHEMERAL" => Self::ContractEphemeral,
            "ECDSA_EIP_1654_SIGNED_ENTITY" => Self::ContractSignedEntity,
            _ => Self::Other(name),
        }
    }
}

impl From<LinkKind> for String {
    fn from(kind: LinkKind) -> Self {
        match kind {
            LinkKind::Other(name) => name,
            known => known.name().to_owned(),
        }
    }
}

/// One link, `{type, payload, signature}` on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthLink {
    /// What the link proves.
    #[serde(rename = "type")]
    pub kind: LinkKind,
    /// The address, the delegation text or the final text.
    pub payload: String,
    /// `0x…` hex; empty when the wire had `""`, `null` or nothing. Written as `""` when empty.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub signature: String,
}

fn null_as_empty<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A chain that is too large, empty, or no chain at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainLimitError {
    /// Not between 1 and 10 links; holds the count.
    #[error("an auth chain has 1 to 10 links, not {0}")]
    Links(usize),
    /// A field of a link has too many characters.
    #[error("{field} of link {index} is longer than {chars_max} characters")]
    Field {
        /// Position of the link, from 0.
        index: usize,
        /// `type`, `payload` or `signature`.
        field: &'static str,
        /// The limit, in UTF-16 units.
        chars_max: usize,
    },
    /// The JSON text is over [`AuthChain::JSON_BYTES_MAX`]; holds its length in bytes.
    #[error("auth chain json of {0} bytes is too long")]
    Json(usize),
    /// The text is not the JSON of a chain; holds the parser's message.
    #[error("auth chain json is malformed: {0}")]
    Malformed(String),
}

/// A chain within the limits: 1 to 10 links, each payload and signature of at most 100 000
/// characters (UTF-16 units, as JavaScript counts). Says nothing about validity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<AuthLink>", into = "Vec<AuthLink>")]
pub struct AuthChain(Vec<AuthLink>);

impl AuthChain {
    /// Most links of a chain.
    pub const LINKS_MAX: usize = 10;
    /// Most characters of a payload or a signature.
    pub const FIELD_CHARS_MAX: usize = 100_000;
    /// Most characters of a link's type; the longest known one has 28.
    pub const KIND_CHARS_MAX: usize = 64;
    /// Most bytes [`AuthChain::from_json`] reads.
    pub const JSON_BYTES_MAX: usize = 2 * 1024 * 1024;

    /// Takes links that are within the limits.
    ///
    /// # Errors
    /// [`ChainLimitError`] naming the first limit that is passed.
    pub fn new(links: Vec<AuthLink>) -> Result<Self, ChainLimitError> {
        if links.is_empty() || links.len() > Self::LINKS_MAX {
            return Err(ChainLimitError::Links(links.len()));
        }
        for (index, link) in links.iter().enumerate() {
            let fields = [
                ("type", link.kind.name(), Self::KIND_CHARS_MAX),
                ("payload", &link.payload, Self::FIELD_CHARS_MAX),
                ("signature", &link.signature, Self::FIELD_CHARS_MAX),
            ];
            for (field, text, chars_max) in fields {
                // Bytes first: a text never has more UTF-16 units than bytes.
                if text.len() > chars_max && text.encode_utf16().count() > chars_max {
                    return Err(ChainLimitError::Field {
                        index,
                        field,
                        chars_max,
                    });
                }
            }
        }
        Ok(Self(links))
    }

    /// Reads a chain from JSON text of at most [`AuthChain::JSON_BYTES_MAX`] bytes.
    ///
    /// # Errors
    /// [`ChainLimitError`] when the text is too long, is no chain, or is one beyond the limits.
    pub fn from_json(text: &str) -> Result<Self, ChainLimitError> {
        if text.len() > Self::JSON_BYTES_MAX {
            return Err(ChainLimitError::Json(text.len()));
        }
        let links: Vec<AuthLink> = serde_json::from_str(text)
            .map_err(|error| ChainLimitError::Malformed(error.to_string()))?;
        Self::new(links)
    }

    /// The links, first to last; never empty.
    pub fn links(&self) -> &[AuthLink] {
        &self.0
    }

    /// The wallet that stands behind the chain, lower-case: the payload of link 0 when that link is
    /// a signer. `None` for a malformed chain. Trust it only after [`super::validate`].
    pub fn owner(&self) -> Option<String> {
        let first = self.0.first()?;
        (first.kind == LinkKind::Signer).then(|| first.payload.to_lowercase())
    }

    /// True when link 0, and no other, is a signer.
    pub fn is_well_formed(&self) -> bool {
        let mut links = self.0.iter().enumerate();
        links.all(|(index, link)| (index == 0) == (link.kind == LinkKind::Signer))
    }

    /// True when some link needs a contract wallet's word (EIP-1654).
    pub fn needs_contract_wallet(&self) -> bool {
        self.0.iter().any(|link| link.kind.is_contract())
    }

    /// A copy with one more link.
    ///
    /// # Errors
    /// [`ChainLimitError`] when the longer chain passes a limit.
    pub fn with(&self, link: AuthLink) -> Result<Self, ChainLimitError> {
        let mut links = self.0.clone();
        links.push(link);
        Self::new(links)
    }

    /// The links by value.
    pub fn into_links(self) -> Vec<AuthLink> {
        self.0
    }
}

impl TryFrom<Vec<AuthLink>> for AuthChain {
    type Error = ChainLimitError;

    fn try_from(links: Vec<AuthLink>) -> Result<Self, ChainLimitError> {
        Self::new(links)
    }
}

impl From<AuthChain> for Vec<AuthLink> {
    fn from(chain: AuthChain) -> Self {
        chain.0
    }
}

#[cfg(test)]
mod tests {
    use super::{AuthChain, AuthLink, ChainLimitError, LinkKind};

    fn signer(payload: String) -> AuthLink {
        AuthLink {
            kind: LinkKind::Signer,
            payload,
            signature: String::new(),
        }
    }

    #[test]
    fn an_absent_signature_reads_as_the_empty_one() {
        for json in [
            r#"[{"type":"SIGNER","payload":"0xAb","signature":""}]"#,
            r#"[{"type":"SIGNER","payload":"0xAb","signature":null}]"#,
            r#"[{"type":"SIGNER","payload":"0xAb"}]"#,
        ] {
            let chain = AuthChain::from_json(json).expect("the case is a chain");
            assert_eq!(chain.owner().as_deref(), Some("0xab"));
            let written = serde_json::to_string(&chain).expect("a chain serialises");
            assert_eq!(
                written,
                r#"[{"type":"SIGNER","payload":"0xAb","signature":""}]"#
            );
        }
    }

    #[test]
    fn unknown_types_keep_their_name() {
        let json = r#"[{"type":"FUTURE","payload":"x","signature":""}]"#;
        let chain = AuthChain::from_json(json).expect("the case is a chain");
        assert_eq!(
            serde_json::to_string(&chain).expect("a chain serialises"),
            json
        );
        assert_eq!(chain.owner(), None);
    }

    #[test]
    fn limits_hold_at_their_edges() {
        let link = || signer("x".to_owned());
        assert_eq!(AuthChain::new(vec![]), Err(ChainLimitError::Links(0)));
        assert!(AuthChain::new(vec![link(); 10]).is_ok());
        assert_eq!(
            AuthChain::new(vec![link(); 11]),
            Err(ChainLimitError::Links(11))
        );
        // Two bytes a character, one UTF-16 unit: characters are counted, not bytes.
        assert!(AuthChain::new(vec![signer("é".repeat(100_000))]).is_ok());
        let expected = ChainLimitError::Field {
            index: 0,
            field: "payload",
            chars_max: 100_000,
        };
        assert_eq!(
            AuthChain::new(vec![signer("é".repeat(100_001))]),
            Err(expected)
        );
        let long = " ".repeat(AuthChain::JSON_BYTES_MAX + 1);
        assert_eq!(
            AuthChain::from_json(&long),
            Err(ChainLimitError::Json(long.len()))
        );
    }
}
