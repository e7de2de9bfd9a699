//! The event of each kind of row, with the texts that people read.

use serde_json::{Map, Value, json};

use super::kinds::Surroundings;
use super::mana::mana;
use super::row::Row;

/// Where collections live.
const NETWORK: &str = "polygon";

/// An event of a row. Everything else of it is in `metadata`.
fn event(kind: (&str, &str), key: &str, timestamp: i64, metadata: Value) -> Value {
    let (domain, sub_type) = kind;
    json!({"type": domain, "subType": sub_type, "key": key, "timestamp": timestamp, "metadata": metadata})
}

/// What is said of the item that is sold or bid for.
struct Item<'a> {
    image: &'a str,
    category: &'a str,
    rarity: Option<&'a str>,
    name: Option<&'a str>,
    token: &'a str,
    link: String,
}

impl<'a> Item<'a> {
    fn of(row: &'a Row, around: &Surroundings<'_>) -> Result<Self, String> {
        let category = row.text("nft.category")?;
        let detail = |member: &str| row.optional(&format!("nft.metadata.{category}.{member}"));
        let token = row.text("nft.tokenId")?;
        let contract = row.text("nft.contractAddress")?;
        Ok(Self {
            image: row.text("nft.image")?,
            category,
            rarity: detail("rarity"),
            name: detail("name"),
            token,
            link: format!("{}/contracts/{contract}/tokens/{token}", around.marketplace),
        })
    }

    /// How a text calls it; an item may have lost its metadata.
    fn called(&self) -> &'a str {
        self.name.unwrap_or(self.category)
    }

    /// The members every such event has.
    fn members(&self) -> Map<String, Value> {
        let members = json!({"image": self.image, "category": self.category, "rarity": self.rarity,
            "nftName": self.name, "network": NETWORK});
        match members {
            Value::Object(members) => members,
            _ => Map::new(),
        }
    }
}

fn with(mut members: Map<String, Value>, more: Value) -> Value {
    if let Value::Object(more) = more {
        members.extend(more);
    }
    members.into()
}

fn amount(row: &Row, member: &str) -> Result<(String, String), String> {
    let wei = row.text(member)?;
    let mana = mana(wei).ok_or_else(|| format!("{member} is no amount"))?;
    Ok((wei.to_owned(), mana))
}

/// A sale, told to the seller.
pub(super) fn item_sold(row: &Row, around: &Surroundings<'_>) -> Result<Value, String> {
    let item = Item::of(row, around)?;
    let seller = row.text("seller")?;
    let more = json!({"address": seller, "buyer": row.text("buyer")?, "seller": seller, "tokenId": item.token,
        "link": item.link, "title": "Item Sold",
        "description": format!("You just sold this {}.", item.called())});
    let metadata = with(item.members(), more);
    let kind = ("blockchain", "item-sold");
    Ok(event(
        kind,
        row.text("txHash")?,
        row.ms("timestamp")?,
        metadata,
    ))
}

/// A sale, told to who earns royalties from it.
pub(super) fn royalties_earned(row: &Row, around: &Surroundings<'_>) -> Result<Value, String> {
    let item = Item::of(row, around)?;
    let collector = row.text("royaltiesCollector")?;
    let (cut, mana) = amount(row, "royaltiesCut")?;
    let more = json!({"address": collector, "royaltiesCut": cut, "royaltiesCollector": collector,
        "link": item.link, "title": "Royalties Earned",
        "description": format!("You earned {mana} MANA for this {}.", item.called())});
    let metadata = with(item.members(), more);
    let kind = ("blockchain", "royalties-earned");
    Ok(event(
        kind,
        row.text("txHash")?,
        row.ms("timestamp")?,
        metadata,
    ))
}

/// A bid, told to the seller.
pub(super) fn bid_received(row: &Row, around: &Surroundings<'_>) -> Result<Value, String> {
    let item = Item::of(row, around)?;
    let seller = row.text("seller")?;
    let (price, mana) = amount(row, "price")?;
    let link = format!("{}/account?assetType=nft&section=bids", around.marketplace);
    let more = json!({"address": seller, "seller": seller, "price": price, "link": link, "title": "Bid Received",
        "description": format!("You received a bid of {mana} MANA for this {}.", item.called())});
    let metadata = with(item.members(), more);
    let kind = ("marketplace", "bid-received");
    Ok(event(
        kind,
        row.text("blockchainId")?,
        row.ms("createdAt")?,
        metadata,
    ))
}

/// A bid that was accepted, told to the bidder.
pub(super) fn bid_accepted(row: &Row, around: &Surroundings<'_>) -> Result<Value, String> {
    let item = Item::of(row, around)?;
    let (price, mana) = amount(row, "price")?;
    let more = json!({"address": row.text("bidder")?, "seller": row.text("seller")?, "price": price,
        "link": item.link, "title": "Bid Accepted",
        "description": format!("Your bid for {mana} MANA for this {} was accepted.", item.called())});
    let metadata = with(item.members(), more);
    let kind = ("blockchain", "bid-accepted");
    Ok(event(
        kind,
        row.text("blockchainId")?,
        row.ms("updatedAt")?,
        metadata,
    ))
}

/// An item that somebody published.
pub(super) fn item_published(row: &Row, _: &Surroundings<'_>) -> Result<Value, String> {
    let category = match row.value["metadata"]["wearable"].is_object() {
        true => "wearable",
        false => "emote",
    };
    let metadata = json!({"creator": row.text("creator")?, "category": category, "rarity": row.optional("rarity"),
        "itemId": row.id, "network": NETWORK, "urn": row.text("urn")?});
    let kind = ("blockchain", "item-published");
    Ok(event(kind, &row.id, row.ms("createdAt")?, metadata))
}

/// A collection that somebody created.
pub(super) fn collection_created(row: &Row, _: &Surroundings<'_>) -> Result<Value, String> {
    let metadata = json!({"creator": row.text("creator")?, "name": row.text("name")?});
    let kind = ("blockchain", "collection-created");
    Ok(event(kind, &row.id, row.ms("updatedAt")?, metadata))
}

/// A rental that began, told to the lessor.
pub(super) fn rental_started(row: &Row, around: &Surroundings<'_>) -> Result<Value, String> {
    let tenant = row.text("tenant")?;
    let told = |what: &str, place: &str| format!("Your {what} at {place} was rented by {tenant}.");
    rental(row, around, ("land-rental-started", "LAND Rented"), &told)
}

/// A rental whose time is over, told to the lessor.
pub(super) fn rental_ended(row: &Row, around: &Surroundings<'_>) -> Result<Value, String> {
    let told = |what: &str, place: &str| format!("The rent of your {what} at {place} has ended.");
    rental(
        row,
        around,
        ("land-rental-ended", "Rent Period Ending"),
        &told,
    )
}

/// `told` makes the description of what was rented and where.
fn rental(
    row: &Row,
    around: &Surroundings<'_>,
    (sub_type, title): (&str, &str),
    told: &dyn Fn(&str, &str) -> String,
) -> Result<Value, String> {
    let contract = row.text("contractAddress")?;
    let token = row.text("tokenId")?;
    let lessor = row.text("lessor")?;
    // An indexer that does not know the LAND keeps nobody from hearing of the rental.
    let parcels = around.coordinates.of(contract, token);
    let land = parcels.first();
    let what = if parcels.len() > 1 { "ESTATE" } else { "LAND" };
    let metadata = json!({"address": lessor, "contract": contract, "land": land, "lessor": lessor,
        "tenant": row.text("tenant")?, "operator": row.text("operator")?,
        "startedAt": row.whole("startedAt")?.to_string(), "endedAt": row.whole("endsAt")?.to_string(),
        "tokenId": token,
        "link": format!("{}/contracts/{contract}/tokens/{token}/manage", around.marketplace),
        "title": title, "description": land.map(|place| told(what, place))});
    let kind = ("blockchain", sub_type);
    Ok(event(kind, &row.id, row.ms("startedAt")?, metadata))
}
