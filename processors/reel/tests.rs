//! Whose photos there are, and how many there may be.

use model::Json;
use model::events::reel::{
    Ask, Command, Event, Files, Keep, Metadata, Photo, Placed, Reserve, Visible,
};
use model::tables::reel as tables;
use serde_json::{Value, json};

use super::Reel;
use super::tell::{ACTIONS, EVENTS, PLACES};
use crate::testing::Run;

const ANN: &str = "0xa";
const PLACE: &str = "2f1f0d2c-8a05-4a3f-8ad5-0c1c8b4c8e11";
const NOW: i64 = 1_767_225_600_000;
const PATIENCE: i64 = 60_000;

fn command(id: &str, ask: &Ask) -> Command {
    Command {
        address: ANN.into(),
        command: "ask".into(),
        command_id: id.into(),
        body: Json::of(ask).unwrap(),
        at: NOW,
    }
}

fn files(photo: &str) -> Files {
    Files {
        image: format!("{photo}1"),
        thumbnail: format!("{photo}2"),
    }
}

fn reserve(photo: &str, most: u64) -> Ask {
    Ask::Reserve(Reserve {
        photo_id: photo.into(),
        files: files(photo),
        most,
        patience_ms: PATIENCE,
    })
}

fn keep(photo: &str, is_public: bool) -> Ask {
    Ask::Keep(Box::new(Keep {
        photo: Photo {
            id: photo.into(),
            name: "a.jpg".into(),
            files: files(photo),
            is_public,
            place_id: PLACE.to_uppercase(),
            ..Photo::default()
        },
        metadata: Metadata {
            realm: "main".into(),
            place_id: PLACE.to_uppercase(),
            visible_people: vec![Visible {
                user_address: "0xB".into(),
                ..Visible::default()
            }],
            ..Metadata::default()
        },
    }))
}

fn delete(photo: &str) -> Ask {
    Ask::Delete {
        photo_id: photo.into(),
    }
}

/// Carries a command out and gives its answer.
fn ask(run: &mut Run<Reel>, id: &str, ask: &Ask, now: i64) -> Value {
    run.apply(&command(id, ask), now).unwrap();
    run.row(tables::ANSWERS, ANN, id.as_bytes())
        .unwrap()
        .clone()
}

fn keys(run: &Run<Reel>) -> Vec<&str> {
    run.emits.iter().map(|emit| emit.topic).collect()
}

/// What was told last in a topic of the catalogue.
fn told(run: &Run<Reel>) -> Value {
    let emits = &run.emits;
    let last = emits.iter().rfind(|emit| emit.topic == ACTIONS).unwrap();
    model::decode_json(&last.value).unwrap().value
}

#[test]
fn a_photo_is_there_once_its_files_are() {
    let mut run = Run::new(Reel);
    let answer = ask(&mut run, "c1", &reserve("p", 1), NOW);
    assert_eq!(answer, json!({"refused": null, "total": 0}));
    assert_eq!(
        (run.count(tables::IMAGES), run.count(tables::PENDING)),
        (0, 1)
    );
    assert!(run.emits.is_empty());
    let answer = ask(&mut run, "c2", &keep("p", true), NOW + 1);
    assert_eq!(answer["total"], 1);
    assert_eq!(run.count(tables::PENDING), 0);
    let image = run.row(tables::IMAGES, "p", b"").unwrap();
    assert_eq!(
        (&image["owner"], &image["photo"]["takenAt"]),
        (&json!(ANN), &json!(NOW + 1))
    );
    let metadata = run.row(tables::METADATA, "p", b"").unwrap();
    assert_eq!(metadata["realm"], "main");
    assert_eq!(
        (run.count(tables::GALLERIES), run.count(tables::PUBLIC)),
        (1, 1)
    );
    assert_eq!(keys(&run), [ACTIONS, PLACES]);
    let event = told(&run);
    assert_eq!(event["timestamp"], NOW / 1000, "seconds");
    assert_eq!(event["metadata"]["users"][0]["address"], "0xB");
    assert!(model::check(&event).is_ok(), "the catalogue knows it");
    assert_eq!(&*model::route(&event).unwrap().key, ANN);
    let placed: Placed = model::decode(&run.emits[1].value).unwrap();
    assert_eq!(
        (&*placed.place, placed.shown),
        (PLACE, true),
        "its spelling is one"
    );
}

#[test]
fn places_that_are_kept_count_as_photos() {
    let mut run = Run::new(Reel);
    for (id, photo, refused) in [
        ("c1", "p", json!(null)),
        ("c2", "q", json!(null)),
        ("c3", "r", json!("full")),
    ] {
        let answer = ask(&mut run, id, &reserve(photo, 2), NOW);
        assert_eq!(answer["refused"], refused, "{photo}");
    }
    ask(&mut run, "c4", &keep("p", false), NOW);
    assert_eq!(
        ask(&mut run, "c5", &reserve("r", 2), NOW)["refused"],
        "full"
    );
    ask(&mut run, "c6", &delete("p"), NOW);
    assert_eq!(
        ask(&mut run, "c7", &reserve("r", 2), NOW)["refused"],
        json!(null)
    );
    // The same command again, whatever became of it.
    let again = run.apply(&command("c1", &reserve("p", 2)), NOW).unwrap();
    assert!(!again);
}

#[test]
fn files_whose_photo_never_came_are_removed() {
    let mut run = Run::new(Reel);
    ask(&mut run, "c1", &reserve("p", 1), NOW);
    let expire = command("t1", &Ask::Expire);
    assert!(
        !run.apply(&expire, NOW + PATIENCE).unwrap(),
        "it may still come"
    );
    assert!(run.apply(&expire, NOW + PATIENCE + 1).unwrap());
    assert_eq!((run.count(tables::PENDING), run.effects.len()), (0, 1));
    let late = ask(&mut run, "c2", &keep("p", true), NOW + PATIENCE + 2);
    assert_eq!(late["refused"], "late");
    assert_eq!(
        run.effects.len(),
        2,
        "they may have been stored after they were removed"
    );
    assert!(run.emits.is_empty());
    assert_eq!(run.count(tables::IMAGES), 0);
    assert_eq!(
        ask(&mut run, "c3", &reserve("q", 1), NOW + PATIENCE + 3)["refused"],
        json!(null)
    );
}

#[test]
fn a_private_photo_is_in_no_list_but_its_owners() {
    let mut run = Run::new(Reel);
    ask(&mut run, "c1", &reserve("p", 9), NOW);
    ask(&mut run, "c2", &keep("p", false), NOW);
    assert_eq!(keys(&run), [ACTIONS]);
    assert_eq!(
        (run.count(tables::GALLERIES), run.count(tables::PUBLIC)),
        (1, 0)
    );
    let show = |is_public| Ask::Show {
        photo_id: "p".into(),
        is_public,
    };
    ask(&mut run, "c3", &show(true), NOW);
    assert_eq!(keys(&run), [ACTIONS, ACTIONS, PLACES]);
    assert_eq!(told(&run)["subType"], "photo-privacy-changed");
    assert_eq!(told(&run)["metadata"]["isPublic"], true);
    assert_eq!((run.state().public, run.count(tables::PUBLIC)), (1, 1));
    ask(&mut run, "c4", &show(true), NOW);
    assert_eq!(run.emits.len(), 3, "nothing changed");
    ask(&mut run, "c5", &show(false), NOW);
    let placed: Placed = model::decode(&run.emits[4].value).unwrap();
    assert!(!placed.shown);
    assert_eq!((run.state().public, run.count(tables::PUBLIC)), (0, 0));
    let image = run.row(tables::IMAGES, "p", b"").unwrap();
    assert_eq!(image["photo"]["isPublic"], false);
    let unknown = Ask::Show {
        photo_id: "q".into(),
        is_public: true,
    };
    assert_eq!(ask(&mut run, "c6", &unknown, NOW)["refused"], "unknown");
}

#[test]
fn of_a_deleted_photo_only_the_owner_stays() {
    let mut run = Run::new(Reel);
    ask(&mut run, "c1", &reserve("p", 9), NOW);
    ask(&mut run, "c2", &keep("p", true), NOW);
    let answer = ask(&mut run, "c3", &delete("p"), NOW);
    assert_eq!(answer, json!({"refused": null, "total": 0}));
    for table in [tables::GALLERIES, tables::PUBLIC, tables::METADATA] {
        assert_eq!(run.count(table), 0, "{table}");
    }
    let image = run.row(tables::IMAGES, "p", b"").unwrap();
    assert_eq!(image, &json!({"owner": ANN, "photo": null}));
    assert_eq!(keys(&run), [ACTIONS, PLACES, EVENTS, PLACES]);
    let event: Event = model::decode(&run.emits[2].value).unwrap();
    assert_eq!((&*event.sub_type, &*event.key), ("photo-deleted", "p"));
    assert_eq!(run.effects.len(), 1);
    assert_eq!(ask(&mut run, "c4", &delete("p"), NOW)["refused"], "unknown");
    assert_eq!(run.state().total, 0);
}

#[test]
fn answers_to_old_commands_are_forgotten() {
    let mut run = Run::new(Reel);
    for number in 0..200 {
        ask(&mut run, &format!("c{number}"), &delete("p"), NOW);
    }
    assert_eq!(run.count(tables::ANSWERS), 128);
}

#[test]
fn what_is_no_command_is_rejected() {
    let mut run = Run::new(Reel);
    let mut broken = command("c1", &Ask::Expire);
    broken.body = Json::from(json!({"ask": "dance"}));
    assert_eq!(run.apply(&broken, NOW).unwrap_err().code, "REEL_COMMAND");
    let nameless = command("", &Ask::Expire);
    assert_eq!(run.apply(&nameless, NOW).unwrap_err().code, "REEL_COMMAND");
}
