//! From what an avatar is told to a request of a runner, to rows, and to what is told of its portrait.

use kernel::{Context, EffectRequest, RowWrite, Step};
use model::events::conversion::round_key;
use model::events::portrait::{
    Drawn, Ended, Failed, Profile, Refused, Render, Rendered, Told, Wanted,
};
use model::tables::portraits::{self as tables, Asked, Entity, Picture, Shown, State, Trouble};
use model::tables::{HOUR_MS, timed_key};

use super::{EVENTS, RENDERS};
use crate::wire;

/// Wishes by hand whose names are kept.
const WISHES_MAX: usize = 16;
/// After which times a picture that lacks something is asked for again by itself. Each fits into the tries of one effect,
/// which waits at most an hour between two of them (`effects.attempts_max`, `effects.retry_max`).
const AGAIN_MS: [i64; 4] = [HOUR_MS, 4 * HOUR_MS, 12 * HOUR_MS, 20 * HOUR_MS];

pub(super) fn step(state: &State, avatar: &str, told: &Told, context: &Context) -> Step<State> {
    let mut run = Run {
        avatar,
        state: state.clone(),
        step: Step::nothing(),
    };
    match told {
        Told::Wanted(wanted) => run.wanted(wanted),
        Told::Refused(refused) => run.refused(refused, context.timestamp),
        Told::Ended(ended) => run.ended(ended),
    }
    if run.state != *state {
        run.step.state = Some(run.state);
    }
    run.step
}

struct Run<'a> {
    avatar: &'a str,
    state: State,
    step: Step<State>,
}

impl Run<'_> {
    /// Notes whose avatar it is. An entity has one avatar, so its rows come from one partition.
    fn profile(&mut self, profile: &Profile) {
        let entity = Entity {
            profile: profile.clone(),
            avatar: self.avatar.to_owned(),
        };
        let (id, address) = (&profile.entity_id, &profile.address);
        let row = timed_key(profile.timestamp, id);
        self.step.rows.extend([
            RowWrite::put(tables::ENTITIES, id.clone(), String::new(), &entity),
            RowWrite::put(tables::ADDRESSES, address.clone(), row, &entity),
        ]);
        if self.state.profile.entity_id.is_empty() {
            self.state.profile = profile.clone();
        }
    }

    fn wanted(&mut self, wanted: &Wanted) {
        self.profile(&wanted.profile);
        if self.state.times == 0 {
            self.state.avatar = wanted.avatar.clone();
            self.state.servers = wanted.servers.clone();
        }
        // Who tells it keeps nothing, and may tell it again under another position.
        let is_by_hand = match &wanted.again {
            Some(wish) if self.state.wishes.contains(wish) => return,
            Some(wish) => {
                let wishes = &mut self.state.wishes;
                wishes.push(wish.clone());
                wishes.drain(..wishes.len().saturating_sub(WISHES_MAX));
                true
            }
            None => false,
        };
        let State {
            picture,
            asked,
            trouble,
            ..
        } = &self.state;
        let is_over = match (picture, trouble) {
            _ if is_by_hand => self.state.is_whole() && !wanted.force,
            // Whatever it lacks is looked for at its own times.
            (Some(_), _) => true,
            (None, Some(trouble)) => trouble.permanent,
            (None, None) => false,
        };
        let deployed = match wanted.live && !is_by_hand {
            true => wanted.profile.timestamp,
            false => 0,
        };
        let overtakes = |asked: &Asked| wanted.live && !asked.live;
        match asked {
            _ if is_over => {}
            // The same time in the other lane: whichever ends first counts.
            Some(asked) if overtakes(asked) => self.ask(true, 0, deployed),
            Some(_) => {}
            None => {
                self.state.times += 1;
                self.ask(wanted.live, 0, deployed);
            }
        }
    }

    fn ask(&mut self, live: bool, due: i64, deployed: i64) {
        let render = Render {
            avatar_hash: self.avatar.to_owned(),
            avatar: self.state.avatar.clone(),
            servers: self.state.servers.clone(),
            due,
            deployed,
        };
        self.step.effects.push(EffectRequest {
            kind: RENDERS[usize::from(!live)],
            key: Some(round_key(self.avatar, self.state.times)),
            request: model::encode(&render),
            not_after: None,
        });
        self.state.asked = Some(Asked { live, due });
    }

    fn refused(&mut self, refused: &Refused, at: i64) {
        self.profile(&refused.profile);
        if self.state.trouble.is_none() {
            self.trouble(&refused.reason, true, at);
        }
    }

    fn ended(&mut self, ended: &Ended) {
        // An earlier time, or the slower lane. What an operator had tried once more is welcome.
        let is_picture = |drawn: &Drawn| drawn.refused.is_none();
        let is_news = self.state.trouble.is_some() && ended.drawn.as_ref().is_some_and(is_picture);
        let is_late = self.state.asked.is_none() && !is_news;
        if ended.times != self.state.times || is_late {
            return;
        }
        self.state.asked = None;
        self.state.attempts += ended.attempts;
        match &ended.drawn {
            None => {
                let reason = ended.reason.as_deref().unwrap_or("nobody says why");
                self.trouble(reason, false, ended.at);
            }
            Some(Drawn {
                refused: Some(reason),
                ..
            }) => self.trouble(reason, true, ended.at),
            Some(drawn) => self.drawn(drawn, ended.at),
        }
        let lacks = self.state.picture.is_some() && !self.state.is_whole();
        let pause = AGAIN_MS.get(self.state.redone as usize);
        if let Some(pause) = pause.filter(|_| lacks) {
            self.state.redone += 1;
            self.state.times += 1;
            self.ask(false, ended.at + pause, 0);
        }
    }

    fn drawn(&mut self, drawn: &Drawn, at: i64) {
        self.state.trouble = None;
        let place = |at: i64| (tables::day_key(at), timed_key(at, self.avatar));
        let picture = Picture {
            body: drawn.body.clone(),
            face: drawn.face.clone(),
            missing: drawn.missing.clone(),
            left_out: drawn.left_out.clone(),
            renderer_version: drawn.renderer_version,
            at,
        };
        let before = self.state.picture.replace(picture);
        if let Some(before) = before {
            let is_same = before.body == drawn.body
                && before.face == drawn.face
                && before.missing == drawn.missing;
            if is_same {
                // Nobody need know that it was looked at again.
                self.state.picture = Some(before);
                return;
            }
            let (day, row) = place(before.at);
            self.step
                .rows
                .push(RowWrite::delete(tables::NEWEST, day, row));
        }
        let profile = &self.state.profile;
        let shown = Shown {
            profile: profile.clone(),
            avatar_hash: self.avatar.to_owned(),
            missing: drawn.missing.clone(),
            at,
        };
        let (day, row) = place(at);
        self.step
            .rows
            .push(RowWrite::put(tables::NEWEST, day, row, &shown));
        let rendered = Rendered {
            entity_id: profile.entity_id.clone(),
            address: profile.address.clone(),
            avatar_hash: self.avatar.to_owned(),
            body: drawn.body.clone(),
            face: drawn.face.clone(),
            missing: drawn.missing.clone(),
            renderer_version: drawn.renderer_version,
            timestamp: at,
        };
        self.step
            .emits
            .push(wire::emit(EVENTS, self.avatar, &rendered));
    }

    fn trouble(&mut self, reason: &str, permanent: bool, at: i64) {
        let Profile {
            entity_id, address, ..
        } = self.state.profile.clone();
        let is_profile = self.avatar == entity_id;
        let failed = Failed {
            entity_id,
            address,
            avatar_hash: match is_profile {
                true => String::new(),
                false => self.avatar.to_owned(),
            },
            reason: reason.to_owned(),
            permanent,
            attempts: self.state.attempts,
            timestamp: at,
        };
        self.state.trouble = Some(Trouble {
            reason: reason.to_owned(),
            permanent,
            at,
        });
        // Where there is a picture, nothing is lost.
        if self.state.picture.is_none() {
            self.step
                .emits
                .push(wire::emit(EVENTS, self.avatar, &failed));
        }
    }
}
