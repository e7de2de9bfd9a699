//! From a photo that comes or goes to what its place shows.

use kernel::{Reject, RowWrite, Step};
use model::events::reel::{Photo, Placed};
use model::tables::reel::{PLACE_IMAGES, Place};
use model::tables::timed_key;

pub(super) fn step(state: &Place, placed: &Placed) -> Result<Step<Place>, Reject> {
    let place = placed.place.clone();
    let row = timed_key(placed.taken_at, &placed.photo_id);
    let (public, row) = match placed.shown {
        true => {
            let photo: Photo = placed.photo.read().map_err(|error| {
                let message = format!("photo {} of {place:?}: {error}", placed.photo_id);
                Reject::new("REEL_PLACED", message)
            })?;
            let row = RowWrite::put(PLACE_IMAGES, place, row, &photo);
            (state.public + 1, row)
        }
        false => {
            let row = RowWrite::delete(PLACE_IMAGES, place, row);
            (state.public.saturating_sub(1), row)
        }
    };
    Ok(Step {
        rows: vec![row],
        ..Step::state(Place { public })
    })
}
