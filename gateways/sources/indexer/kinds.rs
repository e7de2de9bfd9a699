//! The producers: what each asks for and in which order.

use serde_json::Value;

use super::coordinates::Coordinates;
use super::events;
use super::graphql::Source;
use super::row::Row;

/// What an event is made with besides its row.
pub(super) struct Surroundings<'a> {
    /// What links start with.
    pub(super) marketplace: &'a str,
    /// Where the page's rented LAND lies.
    pub(super) coordinates: &'a Coordinates,
}

/// Makes the event of a row, or says what is wrong with the row.
pub(super) type Make = fn(&Row, &Surroundings<'_>) -> Result<Value, String>;

/// A producer.
pub(super) struct Kind {
    /// Sub-type of its events; its name.
    pub(super) name: &'static str,
    /// Who is asked.
    pub(super) source: Source,
    /// What is listed.
    pub(super) entity: &'static str,
    /// The member rows are ordered by, Unix seconds. It is one that never changes once a row is listed, so that no row is
    /// told twice.
    pub(super) order: &'static str,
    /// Further conditions of the query.
    pub(super) filter: &'static str,
    /// The members that are asked for.
    pub(super) fields: &'static str,
    /// Whether its rows are rentals, which are told with the place of their LAND.
    pub(super) of_land: bool,
    /// Makes its events.
    pub(super) make: Make,
}

const NFT: &str = "nft { category image contractAddress tokenId \
                   metadata { wearable { name rarity } emote { name rarity } } }";

/// All producers.
pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "item-sold",
        source: Source::Collections,
        entity: "sales",
        order: "timestamp",
        filter: "",
        fields: "buyer seller txHash",
        of_land: false,
        make: events::item_sold,
    },
    Kind {
        name: "royalties-earned",
        source: Source::Collections,
        entity: "sales",
        order: "timestamp",
        filter: ", royaltiesCut_not: \"0\"",
        fields: "royaltiesCut royaltiesCollector txHash",
        of_land: false,
        make: events::royalties_earned,
    },
    Kind {
        name: "bid-received",
        source: Source::Collections,
        entity: "bids",
        order: "createdAt",
        filter: "",
        fields: "bidder seller price blockchainId",
        of_land: false,
        make: events::bid_received,
    },
    Kind {
        name: "bid-accepted",
        source: Source::Collections,
        entity: "bids",
        order: "updatedAt",
        filter: ", status: sold",
        fields: "bidder seller price blockchainId",
        of_land: false,
        make: events::bid_accepted,
    },
    Kind {
        name: "item-published",
        source: Source::Collections,
        entity: "items",
        order: "createdAt",
        filter: "",
        fields: "creator rarity urn metadata { wearable { name } emote { name } }",
        of_land: false,
        make: events::item_published,
    },
    Kind {
        name: "collection-created",
        source: Source::Collections,
        entity: "collections",
        order: "createdAt",
        filter: "",
        fields: "creator name updatedAt",
        of_land: false,
        make: events::collection_created,
    },
    Kind {
        name: "land-rental-started",
        source: Source::Rentals,
        entity: "rentals",
        order: "startedAt",
        filter: "",
        fields: "contractAddress lessor tenant operator endsAt tokenId",
        of_land: true,
        make: events::rental_started,
    },
    Kind {
        name: "land-rental-ended",
        source: Source::Rentals,
        entity: "rentals",
        order: "endsAt",
        filter: "",
        fields: "contractAddress lessor tenant operator startedAt tokenId",
        of_land: true,
        make: events::rental_ended,
    },
];

/// Whether some producer has this name, whether it is configured or not.
pub fn knows(name: &str) -> bool {
    KINDS.iter().any(|kind| kind.name == name)
}

impl Kind {
    /// The query for rows after a second, up to another one, oldest first.
    pub(super) fn after(&self) -> String {
        let Self { order, filter, .. } = self;
        let wanted = format!("{order}_gt: $after, {order}_lte: $upTo{filter}");
        self.query(
            "$after: BigInt!, $upTo: BigInt!, $first: Int!",
            order,
            &wanted,
        )
    }

    /// The query for rows of one second whose id is greater than another, by id.
    pub(super) fn rest(&self) -> String {
        let Self { order, filter, .. } = self;
        let wanted = format!("{order}: $second, id_gt: $id{filter}");
        self.query("$second: BigInt!, $id: ID!, $first: Int!", "id", &wanted)
    }

    fn query(&self, variables: &str, order: &str, wanted: &str) -> String {
        let Self {
            entity,
            order: by,
            fields,
            ..
        } = self;
        let nft = match self.entity {
            "sales" | "bids" => NFT,
            _ => "",
        };
        format!(
            "query Rows({variables}) {{ rows: {entity}(first: $first, orderBy: {order}, orderDirection: asc, \
             where: {{ {wanted} }}) {{ id {by} {fields} {nft} }} }}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::KINDS;

    #[test]
    fn every_producer_makes_events_of_the_catalogue() {
        for kind in KINDS {
            let pair = |domain: &str| format!("{domain}/{}", kind.name);
            let known = model::events::kinds().any(|k| k == pair("blockchain"))
                || model::events::kinds().any(|k| k == pair("marketplace"));
            assert!(known, "{}", kind.name);
        }
    }

    #[test]
    fn a_member_is_asked_for_once() {
        for kind in KINDS {
            for query in [kind.after(), kind.rest()] {
                let fields = query.rsplit("}) {").next().unwrap_or_default();
                let top = fields.split('{').next().unwrap_or_default();
                let mut names: Vec<_> = top.split_whitespace().filter(|n| *n != "}").collect();
                names.sort_unstable();
                let all = names.len();
                names.dedup();
                assert_eq!(names.len(), all, "{}: {query}", kind.name);
            }
        }
    }
}
