//! How a person's state is stored: photos in shards, of which a flush writes those that changed, named by their numbers.

use std::collections::BTreeMap;

use kernel::{Part, Parts};
use ledger::Table;
use model::events::reel::Photo;

use super::state::State;

/// See the module.
pub(super) const PARTS: Parts<State> = Parts {
    split,
    join,
    copy: State::clone,
};

fn split(state: &State, since: Option<&State>) -> (State, Vec<Part>) {
    let nothing = Table::default();
    let old = since.map_or(&nothing, |old| &old.photos);
    let changed = state.photos.changed_since(old);
    let parts = changed.map(|(number, shard)| Part {
        name: format!("{number:03x}").into(),
        doc: (!shard.is_empty()).then(|| {
            serde_json::to_vec(shard)
                .expect("a shard serialises: its keys are text")
                .into()
        }),
    });
    let parts = parts.collect();
    // Every field is named here, so that a new table cannot be forgotten.
    let rest = State {
        total: state.total,
        public: state.public,
        photos: Table::default(),
        pending: state.pending.clone(),
        commands: state.commands.clone(),
    };
    (rest, parts)
}

fn join(state: &mut State, parts: &[Part]) -> Result<(), String> {
    for part in parts {
        let Some(doc) = &part.doc else { continue };
        let shard: BTreeMap<String, Photo> = serde_json::from_slice(doc)
            .map_err(|error| format!("part {}: {error}", part.name.escape_ascii()))?;
        for (id, photo) in shard {
            state.photos.insert(id, photo);
        }
    }
    Ok(())
}
