//! Contract wallets (EIP-1654/1271) as a question asked of somebody else.

/// The answer could not be had now; the text says why and is shown to the caller (HTTP 503).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unavailable(pub String);

/// Says whether a contract wallet stands behind a signature.
///
/// Implementations must be pure from the caller's view: what needs the network was fetched before,
/// or is answered by [`Unavailable`]. An adapter without a chain node may ask a catalyst: POST
/// `<origin>/lambdas/crypto/validate-signature` with `{authChain, timestamp: <signed text>}`.
pub trait ContractWallets {
    /// True when `isValidSignature` of the contract at `wallet` (as written in the chain) answers
    /// `0x1626ba7e` for `text` now or at the block nearest to `date_ms`. The original tries, in
    /// this order: keccak-256 of the text without prefix, with the personal prefix, both again at
    /// that block.
    /// `signature` is the link's, `0x…` hex of any length, not checked.
    ///
    /// # Errors
    /// [`Unavailable`] when nobody could be asked.
    fn is_valid(
        &self,
        wallet: &str,
        text: &str,
        signature: &str,
        date_ms: i64,
    ) -> Result<bool, Unavailable>;
}

/// Refuses every contract wallet: the default where no chain node is at hand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DenyContractWallets;

impl ContractWallets for DenyContractWallets {
    fn is_valid(&self, _: &str, _: &str, _: &str, _: i64) -> Result<bool, Unavailable> {
        Ok(false)
    }
}
