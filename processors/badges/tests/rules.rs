//! What one fact does, and the bounds.

use model::events::badges::{BADGES, Badge, Fact, Rule, What};
use model::tables::badges::{Progress, REFUSED, State};
use serde_json::{Value, json};

use super::histories::PERSON;
use crate::badges::Badges;
use crate::testing::Run;

const T: i64 = 1_767_225_600_000;

struct Person(Run<Badges>);

impl Person {
    fn new() -> Self {
        Self(Run::new(Badges::default()))
    }

    fn fact(&mut self, key: &str, at: i64, what: &What) -> bool {
        let fact = Fact::new(PERSON, key, at, what);
        self.0.apply(&fact, 0).unwrap()
    }

    fn import(&mut self, id: &str, badge: &str, progress: Value) -> bool {
        let what = What::Import {
            badge_id: badge.into(),
            import_id: id.into(),
            progress,
        };
        self.fact(id, T, &what)
    }

    fn state(&self) -> &State {
        self.0.state()
    }

    fn progress(&self, badge: &str) -> &Progress {
        &self.state().badges[badge]
    }

    fn granted(&self) -> Vec<Value> {
        let emits = self.0.emits.iter();
        emits
            .map(|emit| model::decode_json(&emit.value).unwrap().value)
            .collect()
    }

    fn errors(&self, import: &str) -> Option<Value> {
        let row = self.0.row(REFUSED, import, PERSON.as_bytes());
        row.map(|row| row["errors"].clone())
    }
}

fn walk(steps: i64) -> What {
    What::Walk { steps }
}

#[test]
fn every_tier_that_is_crossed_is_granted_ascending_with_its_own_name_and_image() {
    let mut person = Person::new();
    person.fact("k", T, &walk(200_000));
    let granted = person.granted();
    let tiers: Vec<_> = granted
        .iter()
        .map(|event| event["metadata"]["badgeTierName"].as_str().unwrap())
        .collect();
    assert_eq!(tiers, ["Starter", "Bronze", "Silver"]);
    assert_eq!(
        granted[1],
        json!({"type": "badge", "subType": "badge-granted",
            "key": format!("{PERSON}-walkabout_wanderer-walkabout-wanderer-bronze"),
            "timestamp": T, "metadata": {"badgeId": "walkabout_wanderer", "badgeTierName": "Bronze",
                "badgeName": "Walkabout Wanderer", "address": PERSON, "badgeImageUrl":
                "https://assets-cdn.decentraland.org/walkabout_wanderer/bronze/2d/normal.png"}})
    );
    assert_eq!(person.progress("walkabout_wanderer").tiers, [T; 3]);
    assert!(
        person
            .0
            .emits
            .iter()
            .all(|emit| &emit.key[..] == PERSON.as_bytes())
    );
}

#[test]
fn a_badge_without_tiers_is_granted_without_a_tier() {
    let mut person = Person::new();
    assert!(person.fact("k", T, &What::Scene));
    let want = json!({"badgeId": "land_architect", "badgeName": "LAND Architect", "address": PERSON,
        "badgeImageUrl": "https://assets-cdn.decentraland.org/land_architect/2d/normal.png"});
    let granted = person.granted();
    assert_eq!(granted[0]["metadata"], want);
    assert_eq!(granted[0]["key"], format!("{PERSON}-land_architect"));
    assert!(!person.fact("other", T + 1, &What::Scene), "it is complete");
}

#[test]
fn images_are_where_the_configuration_says() {
    let mut person = Person(Run::new(Badges::with_images_at("https://cdn.example/art/")));
    assert!(person.fact("k", T, &What::Scene));
    let image = &person.granted()[0]["metadata"]["badgeImageUrl"];
    assert_eq!(
        image,
        "https://cdn.example/art/land_architect/2d/normal.png"
    );
}

#[test]
fn a_complete_badge_keeps_its_steps() {
    let mut person = Person::new();
    person.fact("a", T, &walk(10_000_050));
    assert_eq!(person.progress("walkabout_wanderer").completed_at, Some(T));
    assert!(!person.fact("b", T + 1, &walk(10)));
    assert_eq!(person.progress("walkabout_wanderer").steps, 10_000_050);
    assert_eq!(person.granted().len(), 6);
}

#[test]
fn a_walk_counts_once_by_its_key() {
    let mut person = Person::new();
    assert!(person.fact("a", T, &walk(10)));
    assert!(!person.fact("a", T + 6 * 86_400_000, &walk(10)));
    assert!(person.fact("b", T, &walk(i64::MAX)), "no overflow");
}

#[test]
fn minutes_only_go_on() {
    let mut person = Person::new();
    for (at, counts) in [
        (60_000, true),
        (119_999, false),
        (120_000, true),
        (60_000, false),
    ] {
        assert_eq!(person.fact("k", at, &What::Emote), counts, "{at}");
    }
    for minute in 3..2000 {
        person.fact("k", minute * 60_000, &What::Emote);
    }
    let progress = person.progress("moves_master");
    assert_eq!((progress.steps, progress.minutes.len()), (1999, 1440));
    assert_eq!(progress.minutes.last(), progress.last_minute.as_ref());
}

#[test]
fn heights_count_from_500_on_or_when_they_are_not_told() {
    for (height, counts) in [
        (json!(null), true),
        (json!(500), true),
        (json!(500.5), true),
        (json!(499.999), false),
    ] {
        let mut person = Person::new();
        let number = match &height {
            Value::Number(number) => Some(number.clone()),
            _ => None,
        };
        let what = What::Height { height: number };
        assert_eq!(person.fact("k", T, &what), counts, "{height}");
    }
}

#[test]
fn imports_are_silent_and_the_earliest_date_wins() {
    let mut person = Person::new();
    person.fact("k", T, &What::Scene);
    let at = |at: i64| json!({"firstSceneDeployedAt": at});
    assert!(person.import("1", "land_architect", at(T - 5)));
    assert_eq!(person.progress("land_architect").completed_at, Some(T - 5));
    person.import("2", "land_architect", at(T + 5));
    assert_eq!(person.progress("land_architect").completed_at, Some(T - 5));
    assert_eq!(person.granted().len(), 1, "only what happened is told");
    let empty = json!({"emotesBought": []});
    person.import("2b", "emotionista", empty);
    assert!(
        !person.state().badges.contains_key("emotionista"),
        "nothing is no progress"
    );
    let outfit = json!({"completedAt": T - 9, "completedWith": ["b", "a"]});
    person.import("3", "epic_ensemble", outfit);
    let badge = Badge::find("epic_ensemble").unwrap();
    let shown = person.progress("epic_ensemble").shown(badge);
    assert_eq!(shown, json!({"steps": 1, "completed_with": ["a", "b"]}));
}

#[test]
fn halves_are_merged_each_by_its_earliest_date() {
    let mut person = Person::new();
    person.fact("k", T, &What::Store);
    let halves = json!({"collectionCreatedAt": T - 50, "storeCreatedAt": T - 10});
    person.import("1", "open_for_business", halves);
    let progress = person.progress("open_for_business");
    assert_eq!((progress.steps, progress.completed_at), (2, Some(T - 10)));
    let mut half = Person::new();
    half.import("1", "open_for_business", json!({"completedAt": T}));
    let want = json!(["mismatch between badge criteria and progress steps"]);
    assert_eq!(half.errors("1"), Some(want));
    assert!(half.state().badges.is_empty());
}

#[test]
fn progress_that_contradicts_itself_is_refused_in_known_words() {
    let emotes = |count: i64, tiers: &[(i64, i64)]| {
        let tiers = tiers.iter();
        let tiers: Vec<_> = tiers
            .map(|(steps, at)| json!({"steps": steps, "completedAt": at}))
            .collect();
        json!({"usedEmotesCount": count, "lastEmoteTriggeredAt": T, "achievedTiers": tiers})
    };
    for (progress, errors) in [
        (
            emotes(99, &[(100, T)]),
            json!([
                "tier achieved moves-master-starter criteria steps are greater than progress steps"
            ]),
        ),
        (
            emotes(5000, &[(100, T), (1000, T - 1)]),
            json!([
                "tier achieved moves-master-bronze completed before previous tier moves-master-starter"
            ]),
        ),
    ] {
        let mut person = Person::new();
        person.import("i", "moves_master", progress);
        assert_eq!(person.errors("i"), Some(errors));
    }
    let mut person = Person::new();
    person.import("i", "moves_master", emotes(150, &[(100, T)]));
    assert_eq!(person.errors("i"), None);
    let progress = person.progress("moves_master");
    assert_eq!((progress.steps, &progress.tiers[..]), (150, &[T][..]));
    person.import("j", "no_such_badge", json!({}));
    assert_eq!(person.errors("j"), Some(json!(["badge not found"])));
    person.import("k", "dclcitizen", json!({}));
    assert!(person.errors("k").is_some());
}

#[test]
fn tiers_are_as_old_as_the_thing_that_reached_them() {
    let mut person = Person::new();
    let purchase = What::Purchase {
        category: "emote".into(),
    };
    person.fact("0x0", T, &purchase);
    let bought: Vec<_> = (1..=10)
        .map(|n| json!({"nftId": "n", "saleAt": T - 100 + n, "transactionHash": format!("0x{n}")}))
        .collect();
    person.import("i", "emotionista", json!({"emotesBought": bought}));
    let progress = person.progress("emotionista");
    assert_eq!(
        (progress.steps, &progress.tiers[..]),
        (11, &[T - 99, T - 90][..])
    );
}

#[test]
fn what_is_reset_begins_again() {
    let mut person = Person::new();
    person.fact("k", T, &What::Scene);
    let reset = What::Reset {
        badge_id: "land_architect".into(),
    };
    assert!(person.fact("r", T, &reset));
    assert!(person.state().badges.is_empty());
    assert_eq!(person.0.count("badge_progress"), 0);
    assert!(!person.fact("r", T, &reset), "there is nothing left");
    assert!(person.fact("k2", T + 7, &What::Scene));
    assert_eq!(person.progress("land_architect").completed_at, Some(T + 7));
}

#[test]
fn a_fact_of_no_known_kind_is_rejected() {
    let odd = Fact {
        address: PERSON.into(),
        kind: "odd".into(),
        ..Fact::default()
    };
    let mut run = Run::new(Badges::default());
    assert_eq!(run.apply(&odd, 0).unwrap_err().code, "BADGE_FACT");
}

#[test]
fn things_of_no_badge_count_for_nothing() {
    let mut person = Person::new();
    let parcel = What::Purchase {
        category: "parcel".into(),
    };
    assert!(!person.fact("0x", T, &parcel));
    assert!(person.granted().is_empty());
}

#[test]
fn each_rarity_has_a_badge() {
    let rarities = BADGES.iter().filter_map(|badge| match badge.rule {
        Rule::Outfit(rarity) => Some(rarity),
        _ => None,
    });
    let want = ["epic", "rare", "legendary", "mythic", "unique", "exotic"];
    assert_eq!(rarities.collect::<Vec<_>>(), want);
}
