//! The catalogue of badges: one table, in the order of every answer. Processor and gateway both read it.
//!
//! To add a badge, add a line to [`BADGES`] with the [`Rule`] that moves it; its id, once granted, never changes.

/// Where badge images are in production: `{CDN_HOST}/{badge id}/…`.
pub const CDN_HOST: &str = "https://assets-cdn.decentraland.org";

/// Names of the tiers, the lowest first.
pub const TIERS: [&str; 6] = ["Starter", "Bronze", "Silver", "Gold", "Platinum", "Diamond"];

/// What a badge is about, in the order of `GET /categories`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// Being in the world.
    Explorer,
    /// Having things.
    Collector,
    /// Making things.
    Creator,
    /// Meeting people.
    Socializer,
    /// Building on land.
    Builder,
}

impl Category {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Explorer,
        Self::Collector,
        Self::Creator,
        Self::Socializer,
        Self::Builder,
    ];

    /// As clients know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Explorer => "Explorer",
            Self::Collector => "Collector",
            Self::Creator => "Creator",
            Self::Socializer => "Socializer",
            Self::Builder => "Builder",
        }
    }
}

/// What moves a badge on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The first step onto any parcel.
    Landing,
    /// One profile wears three items of a rarity.
    Outfit(&'static str),
    /// A store and a collection, in any order.
    Business,
    /// Titles of scenes where a minute was spent in one session.
    Scenes,
    /// A profile with a description.
    Description,
    /// Purchases of a category, by transaction.
    Purchases(&'static str),
    /// Events attended: five minutes in their scene while they last.
    Events,
    /// Minutes in which an emote was used.
    Emotes,
    /// Other people whose passport was opened.
    Passports,
    /// A height of [`HEIGHT_MIN`], or one that the client does not name.
    Height,
    /// Steps walked.
    Steps,
    /// A scene deployed.
    Land,
    /// Items of a category published.
    Publications(&'static str),
    /// One event of a year; imported.
    Attendance,
}

/// Least height that counts, m.
pub const HEIGHT_MIN: f64 = 500.0;

/// Items of one rarity that make an outfit.
pub const OUTFIT_MIN: usize = 3;

/// One tier of a badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    /// Steps that reach it.
    pub steps: i64,
    /// For people.
    pub description: &'static str,
}

/// One badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Badge {
    /// Its id, with underscores.
    pub id: &'static str,
    /// For people.
    pub name: &'static str,
    /// Where it is shown.
    pub category: Category,
    /// What moves it.
    pub rule: Rule,
    /// For people; empty when it has tiers, see [`Badge::description`].
    text: &'static str,
    /// Steps that complete it: the last tier's, if it has tiers.
    pub steps: i64,
    /// Its tiers, the lowest first; none for a badge that is had or not.
    pub tiers: &'static [Tier],
}

const fn once(
    id: &'static str,
    name: &'static str,
    category: Category,
    rule: Rule,
    text: &'static str,
) -> Badge {
    Badge {
        id,
        name,
        category,
        rule,
        text,
        steps: 1,
        tiers: &[],
    }
}

const fn tiered(
    id: &'static str,
    name: &'static str,
    category: Category,
    rule: Rule,
    tiers: &'static [Tier; 6],
) -> Badge {
    Badge {
        id,
        name,
        category,
        rule,
        text: "",
        steps: tiers[5].steps,
        tiers,
    }
}

const fn tier(steps: i64, description: &'static str) -> Tier {
    Tier { steps, description }
}

use Category::{Builder, Collector, Creator, Explorer, Socializer};

/// Every badge.
#[rustfmt::skip]
pub static BADGES: [Badge; 24] = [
    once("dclcitizen", "Decentraland Citizen", Explorer, Rule::Landing, "Landed in Decentraland"),
    once("epic_ensemble", "Epic Ensemble", Collector, Rule::Outfit("epic"),
        "Equip at least 3 wearables of rarity 'epic' at the same time"),
    once("regally_rare", "Regally Rare", Collector, Rule::Outfit("rare"),
        "Equip at least 3 wearables of rarity 'rare' at the same time"),
    once("legendary_look", "Legendary Look", Collector, Rule::Outfit("legendary"),
        "Equipped outfit with at least 3 Legendary Wearables"),
    once("mythic_model", "Mythic Model", Collector, Rule::Outfit("mythic"),
        "Equipped outfit with at least 3 Mythic Wearables"),
    once("unique_unicorn", "Unique Unicorn", Collector, Rule::Outfit("unique"),
        "Equipped outfit with at least 3 Unique Wearables"),
    Badge { steps: 2, ..once("open_for_business", "Open for Business", Creator, Rule::Business,
        "Complete Store Information and submit at least 1 collection") },
    once("exotic_elegance", "Exotic Elegance", Collector, Rule::Outfit("exotic"),
        "Equipped outfit with at least 3 Exotic Wearables"),
    tiered("traveler", "Traveler", Explorer, Rule::Scenes, &[
        tier(1, "1 Genesis City scene explored (for at least 1 min)"),
        tier(50, "50 Genesis City scenes explored (for at least 1 min)"),
        tier(250, "250 Genesis City scenes explored (for at least 1 min)"),
        tier(1_000, "1,000 Genesis City scenes explored (for at least 1 min)"),
        tier(2_500, "2,500 Genesis City scenes explored (for at least 1 min)"),
        tier(10_000, "10,000 Genesis City scenes explored (for at least 1 min)"),
    ]),
    once("profile_pro", "Profile Pro", Socializer, Rule::Description, "Added information to Profile"),
    tiered("emotionista", "Emotionista", Collector, Rule::Purchases("emote"), &[
        tier(1, "1 Emote purchased"),
        tier(10, "10 Emotes purchased"),
        tier(25, "25 Emotes purchased"),
        tier(50, "50 Emotes purchased"),
        tier(150, "150 Emotes purchased"),
        // Two spaces: clients show the text as it is.
        tier(300, "300  Emotes purchased"),
    ]),
    tiered("fashionista", "Fashionista", Collector, Rule::Purchases("wearable"), &[
        tier(1, "1 Wearable purchased"),
        tier(25, "25 Wearables purchased"),
        tier(75, "75 Wearables purchased"),
        tier(250, "250 Wearables purchased"),
        tier(500, "500 Wearables purchased"),
        tier(1_500, "1,500 Wearables purchased"),
    ]),
    tiered("event_enthusiast", "Event Enthusiast", Explorer, Rule::Events, &[
        tier(1, "1 Events attended (for at least 5 min)"),
        tier(50, "50 Events attended (for at least 5 min)"),
        tier(100, "100 Events attended (for at least 5 min)"),
        tier(500, "500 Events attended (for at least 5 min)"),
        tier(1_000, "1000 Events attended (for at least 5 min)"),
        tier(2_000, "2000 Events attended (for at least 5 min)"),
    ]),
    tiered("moves_master", "Moves Master", Explorer, Rule::Emotes, &[
        tier(100, "Emoted 100 times (max 1/min)"),
        tier(1_000, "Emoted 1,000 times (max 1/min)"),
        tier(5_000, "Emoted 5,000 times (max 1/min)"),
        tier(10_000, "Emoted 10,000 times (max 1/min)"),
        tier(100_000, "Emoted 100,000 times (max 1/min)"),
        tier(500_000, "Emoted 500,000 times (max 1/min)"),
    ]),
    tiered("social_butterfly", "Social Butterfly", Socializer, Rule::Passports, &[
        tier(1, "1 Profile viewed"),
        tier(50, "50 Profiles viewed"),
        tier(100, "100 Profiles viewed"),
        tier(250, "250 Profiles viewed"),
        tier(500, "500 Profiles viewed"),
        tier(1_000, "1,000 Profiles viewed"),
    ]),
    once("vertical_voyager", "Vertical Voyager", Explorer, Rule::Height,
        "Achieved a total elevation gain of at least 500m in one session"),
    tiered("walkabout_wanderer", "Walkabout Wanderer", Explorer, Rule::Steps, &[
        tier(10_000, "10k Steps walked in Decentraland"),
        tier(40_000, "40k Steps walked in Decentraland"),
        tier(150_000, "150k Steps walked in Decentraland"),
        tier(600_000, "600k Steps walked in Decentraland"),
        tier(2_500_000, "2.5M Steps walked in Decentraland"),
        tier(10_000_000, "10M Steps walked in Decentraland"),
    ]),
    once("land_architect", "LAND Architect", Builder, Rule::Land, "Deployed a scene to Genesis City"),
    tiered("emote_creator", "Emote Creator", Creator, Rule::Publications("emote"), &[
        tier(1, "1 Emote published"),
        tier(5, "5 Emotes published"),
        tier(10, "10 Emotes published"),
        tier(20, "20 Emotes published"),
        tier(50, "50 Emotes published"),
        tier(100, "100 Emotes published"),
    ]),
    tiered("wearable_designer", "Wearable Designer", Creator, Rule::Publications("wearable"), &[
        tier(1, "1 Wearable published"),
        tier(5, "5 Wearables published"),
        tier(25, "25 Wearables published"),
        tier(50, "50 Wearables published"),
        tier(175, "175 Wearables published"),
        tier(350, "350 Wearables published"),
    ]),
    once("music_festival_2024", "Decentraland Music Festival 2024", Socializer, Rule::Attendance,
        "Jumped in and attended Decentraland Music Festival 2024"),
    once("fashion_week_2025", "Metaverse Fashion Week 2025", Socializer, Rule::Attendance,
        "Jumped in and attended Metaverse Fashion Week 2025"),
    once("builder_talent_trail_2025", "Builder Talent Trail 2025", Socializer, Rule::Attendance,
        "Jumped in and attended Builder Talent Trail 2025"),
    once("music_talent_trail_2025", "Music Talent Trail 2025", Socializer, Rule::Attendance,
        "Jumped in and attended Music Talent Trail 2025"),
];

impl Badge {
    /// The badge of an id.
    pub fn find(id: &str) -> Option<&'static Self> {
        BADGES.iter().find(|badge| badge.id == id)
    }

    /// The badges that a rule moves.
    pub fn of(rule: Rule) -> impl Iterator<Item = &'static Self> {
        BADGES.iter().filter(move |badge| badge.rule == rule)
    }

    /// Whether it has tiers.
    pub fn is_tiered(&self) -> bool {
        !self.tiers.is_empty()
    }

    /// For people: its own text, or those of its tiers.
    pub fn description(&self) -> String {
        if !self.is_tiered() {
            return self.text.to_owned();
        }
        let named = TIERS.iter().zip(self.tiers);
        let texts: Vec<_> = named
            .map(|(name, tier)| format!("{name}: {}", tier.description))
            .collect();
        texts.join(";")
    }

    /// The id of a tier, with hyphens.
    pub fn tier_id(&self, tier: usize) -> String {
        let name = TIERS[tier].to_ascii_lowercase();
        format!("{}-{name}", self.id.replace('_', "-"))
    }

    /// The folder of its images, or of a tier's, below the CDN.
    pub fn folder(&self, cdn_host: &str, tier: Option<usize>) -> String {
        let host = cdn_host.trim_end_matches('/');
        match tier {
            Some(tier) => format!("{host}/{}/{}", self.id, TIERS[tier].to_ascii_lowercase()),
            None => format!("{host}/{}", self.id),
        }
    }

    /// Its flat image, or a tier's.
    pub fn image(&self, cdn_host: &str, tier: Option<usize>) -> String {
        format!("{}/2d/normal.png", self.folder(cdn_host, tier))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_tiers_rise() {
        let ids: BTreeSet<_> = BADGES.iter().map(|badge| badge.id).collect();
        assert_eq!(ids.len(), BADGES.len());
        for badge in &BADGES {
            assert!(
                badge
                    .tiers
                    .windows(2)
                    .all(|two| two[0].steps < two[1].steps),
                "{}",
                badge.id
            );
            assert!(badge.tiers.is_empty() || badge.tiers.len() == TIERS.len());
            assert!(!badge.description().is_empty() && badge.steps > 0);
        }
        assert_eq!(BADGES.iter().filter(|badge| badge.is_tiered()).count(), 9);
    }

    #[test]
    fn texts_ids_and_images_are_what_clients_know() {
        let badge = Badge::find("walkabout_wanderer").expect("it is one");
        assert!(badge.description().starts_with(
            "Starter: 10k Steps walked in Decentraland;Bronze: 40k Steps walked in Decentraland;"
        ));
        assert_eq!(badge.tier_id(1), "walkabout-wanderer-bronze");
        assert_eq!(
            badge.image("https://any-host.tld/", Some(1)),
            "https://any-host.tld/walkabout_wanderer/bronze/2d/normal.png"
        );
        let single = Badge::find("open_for_business").expect("it is one");
        assert_eq!((single.steps, single.is_tiered()), (2, false));
        assert_eq!(
            single.image(CDN_HOST, None),
            "https://assets-cdn.decentraland.org/open_for_business/2d/normal.png"
        );
        assert_eq!(Badge::of(Rule::Attendance).count(), 4);
        assert_eq!(Badge::find("nothing"), None);
    }
}
