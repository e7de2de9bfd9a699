//! From a definition to its row.

use kernel::{Reject, RowWrite, Step};
use model::Json;
use model::events::games::Definition;
use model::tables::games::{self as tables, Challenge, Game, Mission};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(super) fn step(definition: &Definition) -> Result<Step<()>, Reject> {
    let row = match definition.kind.as_str() {
        tables::GAMES => row::<Game>(tables::GAMES, definition),
        tables::MISSIONS => row::<Mission>(tables::MISSIONS, definition),
        tables::CHALLENGES => row::<Challenge>(tables::CHALLENGES, definition),
        other => {
            let message = format!("definition {} is of kind {other:?}", definition.id);
            Err(Reject::new("GAMES_KIND", message))
        }
    };
    Ok(Step {
        rows: vec![row?],
        ..Step::default()
    })
}

fn row<T: Serialize + DeserializeOwned>(
    partition: &'static str,
    definition: &Definition,
) -> Result<RowWrite, Reject> {
    let body: T = read(&definition.body, &definition.id)?;
    let id = definition.id.clone().into_bytes();
    Ok(RowWrite::put(tables::DEFINITIONS, partition, id, &body))
}

fn read<T: DeserializeOwned>(body: &Json, id: &str) -> Result<T, Reject> {
    body.read()
        .map_err(|error| Reject::new("GAMES_BODY", format!("body of {id}: {error}")))
}
