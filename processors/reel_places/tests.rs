//! What a place shows.

use model::Json;
use model::events::reel::{Photo, Placed};
use model::tables::reel::PLACE_IMAGES;
use serde_json::json;

use super::ReelPlaces;
use crate::testing::Run;

fn placed(photo_id: &str, shown: bool) -> Placed {
    let photo = Photo {
        id: photo_id.into(),
        ..Photo::default()
    };
    Placed {
        place: "pl".into(),
        photo_id: photo_id.into(),
        shown,
        taken_at: 7,
        photo: match shown {
            true => Json::of(&photo).unwrap(),
            false => Json::default(),
        },
    }
}

#[test]
fn a_place_shows_what_came_and_has_not_gone() {
    let mut run = Run::new(ReelPlaces);
    for (photo, shown, public) in [
        ("p", true, 1),
        ("q", true, 2),
        ("p", false, 1),
        ("p", true, 2),
    ] {
        run.apply(&placed(photo, shown), 0).unwrap();
        assert_eq!(run.state().public, public);
        assert_eq!(run.count(PLACE_IMAGES) as u64, public);
    }
}

#[test]
fn a_photo_that_is_none_is_rejected() {
    let mut run = Run::new(ReelPlaces);
    let mut broken = placed("p", true);
    broken.photo = Json::from(json!("x"));
    assert_eq!(run.apply(&broken, 0).unwrap_err().code, "REEL_PLACED");
}
