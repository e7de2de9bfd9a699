//! Where rented LAND lies: coordinates by contract and token.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::graphql::{Indexer, Source};
use super::row::{Row, whole};
use crate::settings::Network;
use crate::sources::outbound::Fault;

/// Tokens asked for at a time: an answer lists at most a hundred unless it is asked for more.
const TOKENS_MAX: usize = 100;
const QUERY: &str = "query Places($lands: [BigInt!], $estates: [ID!], $first: Int!) { \
                     lands: parcels(first: $first, where: { tokenId_in: $lands }) { tokenId x y } \
                     estates(first: $first, where: { id_in: $estates }) { id parcels { x y } } }";

/// The contracts whose tokens are rented.
struct Contracts {
    land: &'static str,
    estate: &'static str,
}

fn contracts(network: Network) -> Contracts {
    match network {
        Network::Mainnet => Contracts {
            land: "0xf87e31492faf9a91b02ee0deaad50d51d56d5d4d",
            estate: "0x959e104e1a4db6317fa58f8295f586e1a978c297",
        },
        Network::Sepolia => Contracts {
            land: "0x42f4ba48791e2de32f5fbf553441c2672864bb33",
            estate: "0x369a7fbe718c870c79f99fb423882e8dd8b20486",
        },
    }
}

/// What is known of some tokens.
#[derive(Debug, Default)]
pub(super) struct Coordinates(BTreeMap<(String, String), Vec<String>>);

impl Coordinates {
    /// The parcels of a token, `x,y` each; none when they are not known.
    pub(super) fn of(&self, contract: &str, token: &str) -> &[String] {
        let key = (contract.to_lowercase(), token.to_owned());
        self.0.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Asks for the tokens of these rentals. What the indexer does not know, or knows in a shape that makes no sense, is
    /// left out.
    ///
    /// # Errors
    /// The indexer did not answer.
    pub(super) async fn look_up(
        indexer: &dyn Indexer,
        network: Network,
        rows: &[Row],
    ) -> Result<Self, Fault> {
        let mut found = Self::default();
        if !indexer.has(Source::Lands) {
            return Ok(found);
        }
        let contracts = contracts(network);
        for rows in rows.chunks(TOKENS_MAX) {
            let tokens = |contract: &str| -> Vec<&str> {
                let of = |row: &&Row| {
                    let at = row.optional("contractAddress").unwrap_or_default();
                    at.eq_ignore_ascii_case(contract)
                };
                let rows = rows.iter().filter(of);
                rows.filter_map(|row| row.optional("tokenId")).collect()
            };
            let (lands, estates) = (tokens(contracts.land), tokens(contracts.estate));
            if lands.is_empty() && estates.is_empty() {
                continue;
            }
            let variables = json!({"lands": lands, "estates": estates, "first": TOKENS_MAX});
            let data = indexer.ask(Source::Lands, QUERY, variables).await?;
            found.take(&contracts, &data);
        }
        Ok(found)
    }

    fn take(&mut self, contracts: &Contracts, data: &serde_json::Map<String, Value>) {
        let list = |name: &str| {
            let list = data.get(name).and_then(Value::as_array);
            list.map(Vec::as_slice).unwrap_or_default()
        };
        for land in list("lands") {
            if let (Some(token), Some(place)) = (token(&land["tokenId"]), place(land)) {
                let key = (contracts.land.to_owned(), token);
                self.0.insert(key, vec![place]);
            }
        }
        for estate in list("estates") {
            let parcels = estate["parcels"].as_array();
            let parcels = parcels.map(|parcels| parcels.iter().filter_map(place).collect());
            if let (Some(token), Some(parcels)) = (token(&estate["id"]), parcels) {
                self.0.insert((contracts.estate.to_owned(), token), parcels);
            }
        }
    }
}

fn token(value: &Value) -> Option<String> {
    value
        .as_str()
        .map(str::to_owned)
        .or_else(|| value.as_u64().map(|number| number.to_string()))
}

fn place(parcel: &Value) -> Option<String> {
    let (x, y) = (whole(&parcel["x"])?, whole(&parcel["y"])?);
    Some(format!("{x},{y}"))
}
