//! What is bought, sold, rented, sent and given.

use super::{Member, Rule, To, made, rule, same};

pub(super) const RULES: &[Rule] = &[
    rule("blockchain/bid-accepted", "bid_accepted", TOLD, BID),
    rule("marketplace/bid-received", "bid_received", TOLD, BID),
    rule("blockchain/item-sold", "item_sold", TOLD, SALE),
    rule(
        "blockchain/royalties-earned",
        "royalties_earned",
        TOLD,
        ROYALTIES,
    ),
    rule(
        "blockchain/land-rental-started",
        "rental_started",
        TOLD,
        RENTAL,
    ),
    rule("blockchain/land-rental-ended", "rental_ended", TOLD, RENTAL),
    rule(
        "blockchain/transfer-received",
        "transfer_received",
        RECEIVER,
        TRANSFER,
    ),
    rule("blockchain/tip-received", "tip_received", RECEIVER, TIP),
    rule(
        "rewards/reward-assigned",
        "reward_assignment",
        BENEFICIARY,
        REWARD,
    ),
    rule(
        "rewards/reward-in-progress",
        "reward_in_progress",
        BENEFICIARY,
        REWARD,
    ),
    rule(
        "rewards/reward-delayed",
        "reward_delayed",
        BENEFICIARY,
        REWARD,
    ),
    rule(
        "rewards/campaign-out-of-funds",
        "reward_campaign_out_of_funds",
        OWNER,
        CAMPAIGN,
    ),
    rule(
        "rewards/campaign-out-of-stock",
        "reward_campaign_out_of_stock",
        OWNER,
        CAMPAIGN,
    ),
    rule(
        "rewards/campaign-gas-price-higher-than-expected",
        "reward_campaign_gas_price_higher_than_expected",
        OWNER,
        CAMPAIGN,
    ),
];

const TOLD: To = To::One("metadata.address");
const RECEIVER: To = To::One("metadata.receiverAddress");
const BENEFICIARY: To = To::One("metadata.beneficiary");
const OWNER: To = To::One("metadata.owner");

const BID: &[Member] = &[
    same("image"),
    same("seller"),
    same("category"),
    same("rarity"),
    same("link"),
    same("nftName"),
    same("price"),
    same("title"),
    same("description"),
    same("network"),
];

const SALE: &[Member] = &[
    same("image"),
    same("seller"),
    same("category"),
    same("rarity"),
    same("link"),
    same("nftName"),
    same("network"),
    same("title"),
    same("description"),
];

const ROYALTIES: &[Member] = &[
    same("image"),
    same("category"),
    same("rarity"),
    same("link"),
    same("nftName"),
    same("royaltiesCut"),
    same("royaltiesCollector"),
    same("network"),
    same("title"),
    same("description"),
];

const RENTAL: &[Member] = &[
    same("contract"),
    same("lessor"),
    same("tenant"),
    same("operator"),
    same("startedAt"),
    same("endedAt"),
    same("tokenId"),
    same("link"),
    same("title"),
    same("description"),
];

const TRANSFER: &[Member] = &[
    same("senderAddress"),
    same("receiverAddress"),
    same("tokenUri"),
];

const TIP: &[Member] = &[
    same("amount"),
    made("manaAmount", super::made::smallest_unit),
    same("senderAddress"),
    same("receiverAddress"),
];

const REWARD: &[Member] = &[
    same("title"),
    same("description"),
    same("tokenName"),
    same("tokenImage"),
    same("tokenRarity"),
    same("tokenCategory"),
    same("link"),
];

const CAMPAIGN: &[Member] = &[
    same("title"),
    same("description"),
    same("campaignId"),
    same("campaignName"),
    same("link"),
];
