//! Which catalysts there are: as configured, or as the DAO's contract lists them.

use identity::signature::keccak256;
use serde::Deserialize;
use serde_json::json;
use tokio::time::timeout;

use super::RealmProvider;
use crate::settings::Network;
use crate::sources::outbound::{Client, Request};

/// Largest answer of the node: a word, a word, and a name.
const ANSWER_BYTES_MAX: u64 = 64 << 10;
/// Longest name of a catalyst.
const DOMAIN_BYTES_MAX: usize = 256;
/// Bytes of a value in the contract's answers.
const WORD: usize = 32;

/// The contract that lists the catalysts of a network.
fn contract(network: Network) -> &'static str {
    match network {
        Network::Mainnet => "0x4a2f10076101650f40342885b99b6b101d83c486",
        Network::Sepolia => "0x9b5091588a4bae0a5ea54a35af3c31f57a68ed37",
    }
}

#[derive(Deserialize)]
struct Answer {
    result: Option<String>,
}

/// Asks the contract through a node.
pub(super) struct Dao<'a> {
    client: &'a Client,
    url: &'a str,
    settings: &'a RealmProvider,
}

impl<'a> Dao<'a> {
    pub(super) fn at(client: &'a Client, url: &'a str, settings: &'a RealmProvider) -> Self {
        Self {
            client,
            url,
            settings,
        }
    }

    /// The URLs of the catalysts in the contract's order.
    ///
    /// # Errors
    /// The node does not answer in time, or not what such a contract answers.
    pub(super) async fn list(&self) -> Result<Vec<String>, String> {
        let count = self.ask("catalystCount()", &[]).await?;
        let count = number(&count, 0).ok_or("the count is no number")?;
        let most = self.settings.catalysts_max;
        let mut urls = Vec::new();
        for place in 0..count.min(most) {
            let mut index = [0; WORD];
            index[WORD - 8..].copy_from_slice(&(place as u64).to_be_bytes());
            let id = self.ask("catalystIds(uint256)", &index).await?;
            let id = id.get(..WORD).ok_or("an id is too short")?;
            let of = self.ask("catalystById(bytes32)", id).await?;
            let domain = domain(&of).ok_or("a catalyst has no name")?;
            urls.extend(url(domain));
        }
        Ok(urls)
    }

    async fn ask(&self, function: &str, argument: &[u8]) -> Result<Vec<u8>, String> {
        let mut data = keccak256(function)[..4].to_vec();
        data.extend_from_slice(argument);
        let call = json!({
            "to": contract(self.settings.eth_network), "data": format!("0x{}", hex::encode(data)),
        });
        let body =
            json!({ "jsonrpc": "2.0", "id": 1, "method": "eth_call", "params": [call, "latest"] });
        let request = Request {
            server: self.url,
            path: "",
            thing: "the list of catalysts",
        };
        let asked = async {
            let answer = self
                .client
                .post(request, body.to_string(), None, ANSWER_BYTES_MAX);
            let answer = answer.await.map_err(|error| error.to_string())?;
            answer.collect().await.map_err(|error| error.to_string())
        };
        let bytes = timeout(self.settings.rpc_timeout.0, asked).await;
        let bytes = bytes.map_err(|_| "the node did not answer in time".to_owned())??;
        let answer: Answer = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
        let text = answer
            .result
            .ok_or_else(|| format!("{function} failed at the node"))?;
        hex::decode(text.trim_start_matches("0x")).map_err(|error| error.to_string())
    }
}

/// A word as a number; `None` for one that is larger than anything here.
fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let word = bytes.get(at..at.checked_add(WORD)?)?;
    let (high, low) = word.split_at(WORD - 8);
    let low = u64::from_be_bytes(low.try_into().ok()?);
    let small = high.iter().all(|byte| *byte == 0);
    small.then(|| usize::try_from(low).ok())?
}

/// The third of (bytes32 id, address owner, string domain).
fn domain(bytes: &[u8]) -> Option<&str> {
    // A tuple with a text in it may stand behind an offset of its own.
    let tuple = match number(bytes, 0) {
        Some(at) if at == WORD => bytes.get(WORD..)?,
        _ => bytes,
    };
    let at = number(tuple, 2 * WORD)?;
    let length = number(tuple, at)?;
    if length > DOMAIN_BYTES_MAX {
        return None;
    }
    let start = at.checked_add(WORD)?;
    std::str::from_utf8(tuple.get(start..start + length)?).ok()
}

/// The URL of a name in the list; `None` for one that nobody may be sent to.
fn url(domain: &str) -> Option<String> {
    let domain = domain.trim().trim_end_matches('/');
    if domain.is_empty() || domain.starts_with("http://") {
        return None;
    }
    Some(match domain.starts_with("https://") {
        true => domain.to_owned(),
        false => format!("https://{domain}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<u8> {
        hex::decode(text.replace(char::is_whitespace, "")).expect("hexadecimal digits")
    }

    fn entry(domain: &str) -> Vec<u8> {
        let mut bytes = words(&format!(
            "{:064x}{:064x}{:064x}{:064x}",
            7,
            9,
            96,
            domain.len()
        ));
        bytes.extend_from_slice(domain.as_bytes());
        bytes.resize(bytes.len().next_multiple_of(WORD), 0);
        bytes
    }

    #[test]
    fn names_are_found_in_the_contracts_answers_and_nothing_is_believed() {
        let bytes = entry("peer.decentraland.org");
        assert_eq!(domain(&bytes), Some("peer.decentraland.org"));
        let mut behind = words(&format!("{WORD:064x}"));
        behind.extend_from_slice(&bytes);
        assert_eq!(domain(&behind), Some("peer.decentraland.org"));
        for cut in 0..WORD * 4 {
            assert_eq!(domain(&bytes[..cut]), None, "{cut}");
        }
        let far = words(&format!("{:064x}{:064x}{}{:064x}", 7, 9, "f".repeat(64), 1));
        assert_eq!(domain(&far), None);
        let long = words(&format!("{:064x}{:064x}{:064x}{:064x}", 7, 9, 96, u64::MAX));
        assert_eq!(domain(&long), None);
    }

    #[test]
    fn what_is_not_encrypted_is_passed_over() {
        assert_eq!(url("http://peer.org"), None);
        assert_eq!(url(" peer.org/ ").as_deref(), Some("https://peer.org"));
        assert_eq!(url("https://peer.org").as_deref(), Some("https://peer.org"));
        assert_eq!(url(" "), None);
    }
}
