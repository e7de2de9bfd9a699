//! From a command to its answer.

use kernel::{Context, EffectRequest, Emit, Reject, RowWrite, Step};
use model::encode;
use model::events::effects::Remove;
use model::events::reel::{Ask, Command, Files, Keep, Photo, Reserve};
use model::tables::reel::{self as tables, ALL, Answer, Image, Pending, Refused};

use super::state::{Place, State};
use super::tell;

/// Removes blobs.
pub(super) const REMOVE: &str = "remove";
/// Commands of one person whose answers are kept.
const COMMANDS_MAX: usize = 128;

pub(super) fn step(
    state: &State,
    command: &Command,
    context: &Context,
) -> Result<Step<State>, Reject> {
    if command.command_id.is_empty() {
        let message = format!("a command of {} has no id", command.address);
        return Err(Reject::new("REEL_COMMAND", message));
    }
    let ask: Ask = command.body.read().map_err(|error| {
        let message = format!("command {}: {error}", command.command_id);
        Reject::new("REEL_COMMAND", message)
    })?;
    if state.commands.contains(&command.command_id) {
        return Ok(Step::nothing());
    }
    let mut turn = Turn {
        state: state.clone(),
        address: &command.address,
        now: context.timestamp,
        rows: Vec::new(),
        emits: Vec::new(),
        effects: Vec::new(),
    };
    turn.expire();
    let refused = match ask {
        Ask::Reserve(wanted) => turn.reserve(wanted),
        Ask::Keep(kept) => turn.keep(*kept),
        Ask::Show {
            photo_id,
            is_public,
        } => turn.show(&photo_id, is_public),
        Ask::Delete { photo_id } => turn.delete(&photo_id),
        // Of time alone nobody waits for an answer, and nothing changes twice.
        Ask::Expire if turn.effects.is_empty() => return Ok(Step::nothing()),
        Ask::Expire => return Ok(turn.end()),
    };
    turn.answer(&command.command_id, refused);
    Ok(turn.end())
}

/// One command being carried out.
struct Turn<'a> {
    state: State,
    address: &'a str,
    now: i64,
    rows: Vec<RowWrite>,
    emits: Vec<Emit>,
    effects: Vec<EffectRequest>,
}

impl Turn<'_> {
    /// Gives up the places whose files have not come.
    fn expire(&mut self) {
        let now = self.now;
        let late = self.state.pending.iter().filter(|(_, of)| of.until < now);
        let late: Vec<String> = late.map(|(id, _)| id.clone()).collect();
        let mut keys = Vec::new();
        for id in late {
            if let Some(place) = self.state.pending.remove(&id) {
                self.rows
                    .push(RowWrite::delete(tables::PENDING, ALL, id.clone()));
                keys.extend(blobs(&place.files, &id));
            }
        }
        if !keys.is_empty() {
            self.remove(keys, "its upload was not ended");
        }
    }

    fn reserve(&mut self, wanted: Reserve) -> Option<Refused> {
        let taken = self.state.total + self.state.pending.len() as u64;
        if taken >= wanted.most {
            return Some(Refused::Full);
        }
        let until = self.now.saturating_add(wanted.patience_ms);
        let row = Pending {
            address: self.address.to_owned(),
            until,
        };
        let id = wanted.photo_id;
        self.rows
            .push(RowWrite::put(tables::PENDING, ALL, id.clone(), &row));
        let place = Place {
            files: wanted.files,
            until,
        };
        self.state.pending.insert(id, place);
        None
    }

    fn keep(&mut self, kept: Keep) -> Option<Refused> {
        let Keep {
            mut photo,
            metadata,
        } = kept;
        if self.state.pending.remove(&photo.id).is_none() {
            if !self.state.photos.contains(&photo.id) {
                // They may have been stored after the place was given up, and what was removed then came again.
                let keys = blobs(&photo.files, &photo.id);
                self.remove(keys.into(), "its upload came too late");
            }
            return Some(Refused::Late);
        }
        photo.taken_at = self.now;
        let id = photo.id.clone();
        self.rows
            .push(RowWrite::delete(tables::PENDING, ALL, id.clone()));
        let row = RowWrite::put(tables::METADATA, id.clone(), "", &metadata);
        self.rows.push(row);
        self.emits
            .push(tell::taken(self.address, &photo, &metadata, self.now));
        if photo.is_public {
            self.state.public += 1;
            self.emits.extend(tell::placed(&photo, true));
        }
        self.state.total += 1;
        self.show_rows(&photo);
        self.state.photos.insert(id, photo);
        None
    }

    fn show(&mut self, id: &str, is_public: bool) -> Option<Refused> {
        let Some(photo) = self.state.photos.get(&id.to_owned()) else {
            return Some(Refused::Unknown);
        };
        if photo.is_public == is_public {
            return None;
        }
        let photo = Photo {
            is_public,
            ..photo.clone()
        };
        match is_public {
            true => self.state.public += 1,
            false => self.state.public = self.state.public.saturating_sub(1),
        }
        self.emits
            .push(tell::privacy_changed(self.address, &photo, self.now));
        self.emits.extend(tell::placed(&photo, is_public));
        self.show_rows(&photo);
        self.state.photos.insert(id.to_owned(), photo);
        None
    }

    fn delete(&mut self, id: &str) -> Option<Refused> {
        let Some(photo) = self.state.photos.remove(&id.to_owned()) else {
            return Some(Refused::Unknown);
        };
        self.state.total = self.state.total.saturating_sub(1);
        self.emits
            .push(tell::deleted(self.address, &photo, self.now));
        let order = tables::order(&photo);
        if photo.is_public {
            self.state.public = self.state.public.saturating_sub(1);
            self.emits.extend(tell::placed(&photo, false));
            let row = RowWrite::delete(tables::PUBLIC, self.owner(), order.clone());
            self.rows.push(row);
        }
        let gone = Image {
            owner: self.address.to_owned(),
            photo: None,
        };
        self.rows.extend([
            RowWrite::delete(tables::GALLERIES, self.owner(), order),
            RowWrite::delete(tables::METADATA, id.to_owned(), ""),
            RowWrite::put(tables::IMAGES, id.to_owned(), "", &gone),
        ]);
        let keys = blobs(&photo.files, id);
        self.remove(keys.into(), "it was deleted");
        None
    }

    /// The rows of a photo as it is now.
    fn show_rows(&mut self, photo: &Photo) {
        let order = tables::order(photo);
        let image = Image {
            owner: self.address.to_owned(),
            photo: Some(photo.clone()),
        };
        let public = match photo.is_public {
            true => RowWrite::put(tables::PUBLIC, self.owner(), order.clone(), photo),
            false => RowWrite::delete(tables::PUBLIC, self.owner(), order.clone()),
        };
        self.rows.extend([
            RowWrite::put(tables::IMAGES, photo.id.clone(), "", &image),
            RowWrite::put(tables::GALLERIES, self.owner(), order, photo),
            public,
        ]);
    }

    fn owner(&self) -> Vec<u8> {
        self.address.as_bytes().to_vec()
    }

    fn remove(&mut self, keys: Vec<String>, reason: &str) {
        // A command that is in the log twice asks for one removal; an upload that ends after its files were removed asks
        // for another one.
        let key = keys.first().map(|first| format!("{first}: {reason}"));
        let request = Remove {
            keys,
            reason: reason.to_owned(),
        };
        self.effects.push(EffectRequest {
            kind: REMOVE,
            key,
            request: encode(&request),
            not_after: None,
        });
    }

    fn answer(&mut self, id: &str, refused: Option<Refused>) {
        let answer = Answer {
            refused,
            total: self.state.total,
        };
        let row = RowWrite::put(tables::ANSWERS, self.owner(), id.to_owned(), &answer);
        self.rows.push(row);
        self.state.commands.push(id.to_owned());
        if self.state.commands.len() > COMMANDS_MAX {
            let oldest = self.state.commands.remove(0);
            let row = RowWrite::delete(tables::ANSWERS, self.owner(), oldest);
            self.rows.push(row);
        }
    }

    fn end(self) -> Step<State> {
        Step {
            state: Some(self.state),
            rows: self.rows,
            emits: self.emits,
            effects: self.effects,
        }
    }
}

/// The blobs of a photo.
fn blobs(files: &Files, id: &str) -> [String; 2] {
    [&files.image, &files.thumbnail].map(|hash| tables::blob(hash, id))
}
