//! The fold of a chain into its final authority.

use super::{
    AuthChain, AuthLink, ContractWallets, EphemeralError, EphemeralPayload, LinkKind, Unavailable,
    logins,
};
use crate::signature::{SignatureError, recover_address};

/// Why a chain does not prove what it should. `to_string` gives the original's text, except for
/// [`ChainError::TooShort`], [`ChainError::NotSigned`] and [`ChainError::Unavailable`], which it
/// has no text for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// Link 0 is no signer, or a later one is.
    #[error("ERROR: Malformed authChain")]
    Malformed,
    /// A link does not follow from the authority before it.
    #[error("ERROR. Link type: {kind}. {reason}.")]
    Link {
        /// The link's type as written.
        kind: String,
        /// What is wrong with it.
        reason: LinkError,
    },
    /// The chain proves another text.
    #[error("ERROR: Invalid final authority. Expected: {expected}. Current {current}.")]
    FinalAuthority {
        /// The text that was to be proven.
        expected: String,
        /// The text the chain proves.
        current: String,
    },
    /// Fewer than two links: nobody signed.
    #[error("ERROR: an authChain needs at least 2 links")]
    TooShort,
    /// The last link is no `SIGNED_ENTITY`, so the expected text was not signed as such.
    #[error("ERROR: the last link of an authChain must be a SIGNED_ENTITY")]
    NotSigned,
    /// A contract wallet could not be asked.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// What is wrong with a link. Texts are those of @dcl/crypto 3.7.0 without the final full stop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// No signature where one is needed; holds the name the original gives its check.
    #[error("Invalid AuthLink. 'signature' must be present for type '{0}'")]
    NoSignature(&'static str),
    /// The signature is malformed.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The delegation text is malformed.
    #[error(transparent)]
    Ephemeral(#[from] EphemeralError),
    /// Somebody else signed; both addresses are lower-case.
    #[error("Invalid signer address. Expected: {expected}. Actual: {actual}")]
    Signer {
        /// The authority before this link.
        expected: String,
        /// Who signed.
        actual: String,
    },
    /// The delegation no longer held at the date of the check.
    #[error("Ephemeral key expired. Expiration: {expiration_ms}. Test: {date_ms}")]
    Expired {
        /// First instant without the delegation, ms.
        expiration_ms: i64,
        /// Date of the check, ms.
        date_ms: i64,
    },
    /// The contract wallet does not stand behind the signature.
    #[error("Invalid validation. Expected: 1626ba7e. Actual: false")]
    Contract,
}

/// Checks that `chain` proves `expected`, byte for byte, at `date_ms` (ms since 1970).
///
/// Beware: as in the original, a chain of one signer link "proves" its own payload though nobody
/// signed. Use [`validate_deployment`] or [`crate::signed_fetch::verify`] at an entry.
///
/// # Errors
/// [`ChainError`]; only [`ChainError::Unavailable`] may succeed on a later try.
pub fn validate(
    chain: &AuthChain,
    expected: &str,
    date_ms: i64,
    wallets: &dyn ContractWallets,
) -> Result<(), ChainError> {
    require_final_authority(&final_authority(chain, date_ms, wallets)?, expected)
}

/// Checks that `chain` signs the deployment of `entity_id` at the entity's own timestamp: at least
/// two links, the last a `SIGNED_ENTITY`, expiry tested at `entity_timestamp_ms` and not now.
///
/// # Errors
/// [`ChainError`] as [`validate`], and [`ChainError::TooShort`] or [`ChainError::NotSigned`].
pub fn validate_deployment(
    chain: &AuthChain,
    entity_id: &str,
    entity_timestamp_ms: i64,
    wallets: &dyn ContractWallets,
) -> Result<(), ChainError> {
    if chain.links().len() < 2 {
        return Err(ChainError::TooShort);
    }
    validate(chain, entity_id, entity_timestamp_ms, wallets)?;
    require_signed_entity(chain)
}

/// Refuses a chain whose last link signs nothing.
pub(crate) fn require_signed_entity(chain: &AuthChain) -> Result<(), ChainError> {
    let signed = chain
        .links()
        .last()
        .is_some_and(|link| link.kind.is_signed_entity());
    if signed {
        Ok(())
    } else {
        Err(ChainError::NotSigned)
    }
}

/// Compares what a chain proves with what it should prove.
pub(crate) fn require_final_authority(current: &str, expected: &str) -> Result<(), ChainError> {
    if current == expected {
        return Ok(());
    }
    let (expected, current) = (expected.to_owned(), current.to_owned());
    Err(ChainError::FinalAuthority { expected, current })
}

/// Folds the links at `date_ms` (ms since 1970); the result is what the chain proves: the text it signs, or for a login
/// chain the key it hands over to. The expensive part of a check, and it does not depend on the expected text.
///
/// Beware: a chain of one signer link "proves" its own payload though nobody signed; ask for two links at an entry.
///
/// # Errors
/// [`ChainError`]; only [`ChainError::Unavailable`] may succeed on a later try.
pub fn final_authority(
    chain: &AuthChain,
    date_ms: i64,
    wallets: &dyn ContractWallets,
) -> Result<String, ChainError> {
    if !chain.is_well_formed() {
        return Err(ChainError::Malformed);
    }
    let mut authority = String::new();
    for link in chain.links() {
        authority = next_authority(&authority, link, date_ms, wallets)?;
    }
    Ok(authority)
}

fn next_authority(
    authority: &str,
    link: &AuthLink,
    date_ms: i64,
    wallets: &dyn ContractWallets,
) -> Result<String, ChainError> {
    let next = match link.kind {
        LinkKind::Signer => Ok(link.payload.clone()),
        LinkKind::SignedEntity => signed_by(
            authority,
            link,
            &link.payload,
            SIGNED_ENTITY,
            recover_address,
        ),
        LinkKind::Ephemeral => ephemeral(link, date_ms, EPHEMERAL).and_then(|payload| {
            signed_by(authority, link, &payload.message, EPHEMERAL, logins::signer)?;
            Ok(payload.address)
        }),
        LinkKind::ContractSignedEntity => {
            return contract_entity(authority, link, date_ms, wallets);
        }
        LinkKind::ContractEphemeral => {
            return contract_ephemeral(authority, link, date_ms, wallets);
        }
        // An unknown link proves nothing: no authority is left for the next one.
        LinkKind::Other(_) => Ok(String::new()),
    };
    next.map_err(|reason| at(link, reason))
}

// The names the original gives its checks; they appear in its texts.
const SIGNED_ENTITY: &str = "ECDSA_SIGNED_ENTITY_VALIDATOR";
const EPHEMERAL: &str = "ECDSA_PERSONAL_EPHEMERAL_VALIDATOR";
const CONTRACT_EPHEMERAL: &str = "ECDSA_EIP_1654_EPHEMERAL_VALIDATOR";
const CONTRACT_ENTITY: &str = "EIP_1654_SIGNED_ENTITY_VALIDATOR";

fn at(link: &AuthLink, reason: LinkError) -> ChainError {
    ChainError::Link {
        kind: link.kind.name().to_owned(),
        reason,
    }
}

fn require_signature(link: &AuthLink, check: &'static str) -> Result<(), LinkError> {
    if link.signature.is_empty() {
        Err(LinkError::NoSignature(check))
    } else {
        Ok(())
    }
}

/// Gives the link's payload when `authority` signed `text`; `recover` tells who did.
fn signed_by(
    authority: &str,
    link: &AuthLink,
    text: &str,
    check: &'static str,
    recover: fn(&str, &str) -> Result<String, SignatureError>,
) -> Result<String, LinkError> {
    require_signature(link, check)?;
    let actual = recover(&link.signature, text)?;
    let expected = authority.to_lowercase();
    if actual == expected {
        Ok(link.payload.clone())
    } else {
        Err(LinkError::Signer { expected, actual })
    }
}

/// Reads the delegation and refuses one that no longer holds.
fn ephemeral(
    link: &AuthLink,
    date_ms: i64,
    check: &'static str,
) -> Result<EphemeralPayload, LinkError> {
    require_signature(link, check)?;
    let payload = EphemeralPayload::parse(&link.payload)?;
    let expiration_ms = payload.expiration_ms;
    if expiration_ms > date_ms {
        Ok(payload)
    } else {
        Err(LinkError::Expired {
            expiration_ms,
            date_ms,
        })
    }
}

fn contract_entity(
    authority: &str,
    link: &AuthLink,
    date_ms: i64,
    wallets: &dyn ContractWallets,
) -> Result<String, ChainError> {
    require_signature(link, CONTRACT_ENTITY).map_err(|reason| at(link, reason))?;
    if wallets.is_valid(authority, &link.payload, &link.signature, date_ms)? {
        Ok(link.payload.clone())
    } else {
        Err(at(link, LinkError::Contract))
    }
}

fn contract_ephemeral(
    authority: &str,
    link: &AuthLink,
    date_ms: i64,
    wallets: &dyn ContractWallets,
) -> Result<String, ChainError> {
    let payload =
        ephemeral(link, date_ms, CONTRACT_EPHEMERAL).map_err(|reason| at(link, reason))?;
    if wallets.is_valid(authority, &payload.message, &link.signature, date_ms)? {
        Ok(payload.address)
    } else {
        Err(at(link, LinkError::Contract))
    }
}
