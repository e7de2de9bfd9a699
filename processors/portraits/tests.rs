//! An avatar from the wish to the portrait.

use model::Json;
use model::events::portrait::{Drawn, Ended, Failed, Profile, Refused, Rendered, Told, Wanted};
use model::tables::portraits::{ADDRESSES, ENTITIES, Entity, NEWEST, Shown};
use model::tables::timed_key;

use super::{Event, Portraits};
use crate::testing::Run;

const HASH: &str = "284739795618ba7314e113b9715ce9ad964572eef1050bc4ae4282d70b2e8aca";
const AT: i64 = 1_767_225_600_000;
const HOUR: i64 = 3_600_000;

fn tell(run: &mut Run<Portraits>, told: Told) {
    let avatar = match &told {
        Told::Refused(refused) => refused.profile.entity_id.clone(),
        Told::Wanted(_) | Told::Ended(_) => HASH.to_owned(),
    };
    run.apply(&Event { avatar, told }, AT).unwrap();
}

fn profile(id: &str) -> Profile {
    Profile {
        entity_id: id.into(),
        address: "0xa".into(),
        timestamp: AT,
    }
}

fn wanted(id: &str, live: bool) -> Wanted {
    Wanted {
        profile: profile(id),
        avatar: Json::from_text("{}"),
        servers: vec!["https://peer/content".into()],
        live,
        again: None,
        force: false,
    }
}

fn want(run: &mut Run<Portraits>, id: &str, live: bool) {
    tell(run, Told::Wanted(wanted(id, live)));
}

fn again(run: &mut Run<Portraits>, wish: &str, force: bool) {
    let wanted = Wanted {
        again: Some(wish.into()),
        force,
        ..wanted("QmA", true)
    };
    tell(run, Told::Wanted(wanted));
}

fn drawn(body: &str, missing: &[&str]) -> Drawn {
    Drawn {
        body: body.into(),
        face: "f".into(),
        missing: missing.iter().map(|urn| (*urn).to_owned()).collect(),
        ..Drawn::default()
    }
}

fn end(run: &mut Run<Portraits>, times: u32, drawn: Option<Drawn>) {
    let ended = Ended {
        times,
        reason: drawn.is_none().then(|| "content 503".to_owned()),
        drawn,
        attempts: 1,
        at: AT + 7,
    };
    tell(run, Told::Ended(ended));
}

fn asked(run: &Run<Portraits>) -> Vec<u32> {
    let times = run.effects.iter().flatten();
    times
        .map(|key| {
            let (hash, times) = key.rsplit_once('~').unwrap();
            assert_eq!(hash, HASH);
            times.parse().unwrap()
        })
        .collect()
}

#[test]
fn equal_avatars_are_drawn_once_and_each_profile_is_known() {
    let mut run = Run::new(Portraits);
    want(&mut run, "QmA", true);
    want(&mut run, "QmB", true);
    end(&mut run, 1, Some(drawn("b", &[])));
    want(&mut run, "QmC", false);
    assert_eq!(asked(&run), [1]);
    for id in ["QmA", "QmB", "QmC"] {
        let row = run.row(ENTITIES, id, b"").unwrap();
        let entity: Entity = serde_json::from_value(row.clone()).unwrap();
        assert_eq!(
            (entity.avatar.as_str(), entity.profile),
            (HASH, profile(id))
        );
        assert!(run.row(ADDRESSES, "0xa", &timed_key(AT, id)).is_some());
    }
    let state = run.state();
    assert_eq!((state.word(), state.attempts), ("rendered", 1));
    let [told] = &run.emits[..] else {
        panic!("{:?}", run.emits)
    };
    let told: Rendered = model::decode(&told.value).unwrap();
    assert_eq!((told.entity_id.as_str(), told.body.as_str()), ("QmA", "b"));
    let day = model::tables::portraits::day_key(AT);
    let row = run.row(NEWEST, &day, &timed_key(AT + 7, HASH)).unwrap();
    let shown: Shown = serde_json::from_value(row.clone()).unwrap();
    assert_eq!(shown.profile, profile("QmA"));
}

#[test]
fn a_wish_of_somebody_who_waits_overtakes_history_and_the_first_end_counts() {
    let mut run = Run::new(Portraits);
    want(&mut run, "QmA", false);
    want(&mut run, "QmB", true);
    want(&mut run, "QmC", true);
    assert_eq!(asked(&run), [1, 1], "the same time in both lanes");
    end(&mut run, 1, Some(drawn("b", &[])));
    end(&mut run, 1, Some(drawn("other", &[])));
    assert_eq!(run.state().picture.as_ref().unwrap().body, "b");
    assert_eq!(run.emits.len(), 1);
}

#[test]
fn what_failed_for_now_is_asked_for_by_the_next_profile_and_what_failed_for_good_is_not() {
    let mut run = Run::new(Portraits);
    want(&mut run, "QmA", true);
    end(&mut run, 1, None);
    assert_eq!(run.state().word(), "failed");
    let told: Failed = model::decode(&run.emits[0].value).unwrap();
    assert!(!told.permanent && told.reason == "content 503" && told.avatar_hash == HASH);
    want(&mut run, "QmB", true);
    assert_eq!(asked(&run), [1, 2]);
    let refused = Drawn {
        refused: Some("the body shape is not known".into()),
        ..Drawn::default()
    };
    end(&mut run, 2, Some(refused));
    assert_eq!((run.state().word(), run.state().attempts), ("refused", 2));
    want(&mut run, "QmC", true);
    assert_eq!(asked(&run).len(), 2);
    // Somebody asks by hand: once, however often it is told.
    again(&mut run, "w", false);
    end(&mut run, 3, None);
    again(&mut run, "w", false);
    assert_eq!(asked(&run), [1, 2, 3]);
    // An operator had the last time tried once more.
    end(&mut run, 3, Some(drawn("b", &[])));
    assert_eq!(run.state().word(), "rendered");
    again(&mut run, "x", false);
    assert_eq!(asked(&run).len(), 3, "it is whole");
    again(&mut run, "y", true);
    assert_eq!(asked(&run).len(), 4, "its file is gone");
}

#[test]
fn what_lacks_something_is_asked_for_again_later_and_later_and_then_no_more() {
    let mut run = Run::new(Portraits);
    want(&mut run, "QmA", true);
    let lacking = || Some(drawn("b", &["urn:hat"]));
    end(&mut run, 1, lacking());
    let asked_of = |run: &Run<Portraits>| run.state().asked.clone().unwrap();
    assert_eq!(run.state().word(), "degraded");
    assert_eq!(asked_of(&run).due, AT + 7 + HOUR);
    want(&mut run, "QmB", true);
    assert_eq!(asked(&run), [1, 2], "it waits for its time");
    for times in 2..=5 {
        end(&mut run, times, lacking());
    }
    assert_eq!(asked(&run), [1, 2, 3, 4, 5]);
    assert_eq!(run.emits.len(), 1, "nothing new was told");
    assert_eq!(run.state().asked, None);
    again(&mut run, "w", false);
    end(&mut run, 6, Some(drawn("whole", &[])));
    assert_eq!((run.state().word(), run.emits.len()), ("rendered", 2));
    assert_eq!(run.count(NEWEST), 1);
}

#[test]
fn a_profile_without_an_avatar_is_refused_and_told_once() {
    let mut run = Run::new(Portraits);
    for _ in 0..2 {
        let refused = Told::Refused(Refused {
            profile: profile("QmA"),
            reason: "the profile has no avatar".into(),
        });
        tell(&mut run, refused);
    }
    assert_eq!(run.state().word(), "refused");
    let [told] = &run.emits[..] else {
        panic!("{:?}", run.emits)
    };
    let told: Failed = model::decode(&told.value).unwrap();
    assert!(told.permanent && told.avatar_hash.is_empty() && told.entity_id == "QmA");
    assert!(run.row(ENTITIES, "QmA", b"").is_some());
}
