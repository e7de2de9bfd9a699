//! From a sighting to what follows.

use kernel::{Context, EffectRequest, Emit, Reject, RowWrite, Step};
use model::events::catalyst::{Deployment, PointerClaim, QueueItem, Sighting};
use model::events::effects::Mirror;
use model::tables::deployments::{
    self as tables, ByTime, Clock, CollectionItem, ContentRef, Day, State, by_time_partition,
    by_time_row, collections_of,
};
use model::tables::{day, number_key};

use super::rules::{self, SERVERS_MAX};
use crate::entity::Entity;
use crate::wire;

pub(super) fn step(
    state: &State,
    sighting: &Sighting,
    context: &Context,
) -> Result<Step<State>, Reject> {
    // Most sightings: a server told again what it had told before.
    if state.complete
        && sighting
            .servers
            .iter()
            .all(|s| state.servers.contains_key(s))
    {
        return Ok(Step::nothing());
    }
    let (pointers, entity) = rules::check(sighting)?;
    if state.is_published() {
        return Ok(seen_again(state, sighting, &entity, context));
    }
    let mut published = State {
        entity_id: sighting.entity_id.clone(),
        entity_type: sighting.entity_type.clone(),
        pointers,
        entity_timestamp: sighting.entity_timestamp,
        local_timestamp: context.timestamp,
        deployer: rules::deployer(sighting),
        auth_chain: sighting.auth_chain.clone(),
        servers: Default::default(),
        complete: entity.has_content(),
        entity: sighting.entity.clone(),
    };
    add_servers(&mut published, sighting, context);
    let hashes = entity.hashes();
    let mut rows = time_rows(&published);
    rows.extend(item_rows(&published));
    rows.extend(file_rows(&published, &hashes));
    Ok(Step {
        rows,
        emits: emits(&published, sighting, &entity),
        effects: mirrors(&published, &hashes),
        state: Some(published),
    })
}

/// A later sighting: servers are learnt, and the files of an entity that came without. Files are asked for when both
/// they and a server are known.
fn seen_again(
    state: &State,
    sighting: &Sighting,
    entity: &Entity<'_>,
    context: &Context,
) -> Step<State> {
    let mut merged = state.clone();
    let learnt = add_servers(&mut merged, sighting, context);
    let completed = !state.complete && entity.has_content();
    if !learnt && !completed {
        return Step::nothing();
    }
    let mut rows = Vec::new();
    let mut effects = Vec::new();
    if completed {
        merged.complete = true;
        merged.entity = sighting.entity.clone();
        rows = file_rows(&merged, &entity.hashes());
    }
    if completed || state.servers.is_empty() {
        effects = mirrors(&merged, &entity.hashes());
    }
    Step {
        rows,
        effects,
        ..Step::state(merged)
    }
}

/// Remembers servers; says whether one was new.
fn add_servers(state: &mut State, sighting: &Sighting, context: &Context) -> bool {
    let before = state.servers.len();
    let servers = sighting.servers.iter().filter(|server| !server.is_empty());
    for server in servers {
        if state.servers.len() >= SERVERS_MAX {
            break;
        }
        let first_seen = state.servers.entry(server.clone());
        first_seen.or_insert(context.timestamp);
    }
    state.servers.len() > before
}

fn emits(published: &State, sighting: &Sighting, entity: &Entity<'_>) -> Vec<Emit> {
    let mut emits = Vec::with_capacity(2 + published.pointers.len());
    let id = &published.entity_id;
    let kind = &published.entity_type;
    let deployment = Deployment {
        entity_id: id.clone(),
        entity_type: kind.clone(),
        pointers: published.pointers.clone(),
        entity_timestamp: published.entity_timestamp,
        local_timestamp: Some(published.local_timestamp),
        auth_chain: published.auth_chain.clone(),
        content_server_urls: servers(published),
        deployer: published.deployer.clone(),
        entity: published.entity.clone(),
        extra: sighting.extra.clone(),
    };
    emits.push(Emit {
        kind: format!("catalyst-deployment/{kind}").into(),
        headers: wire::queue_headers(kind, entity.is_multiplayer(kind)),
        ..wire::emit("deployments", id, &deployment)
    });
    for pointer in &published.pointers {
        let claim = PointerClaim {
            pointer: pointer.clone(),
            entity_type: kind.clone(),
            entity_id: id.clone(),
            entity_timestamp: published.entity_timestamp,
            local_timestamp: Some(published.local_timestamp),
        };
        emits.push(wire::emit("deployments.pointers", pointer, &claim));
    }
    let item = QueueItem {
        entity_id: id.clone(),
        entity_type: kind.clone(),
        entity_timestamp: published.entity_timestamp,
        local_timestamp: Some(published.local_timestamp),
        pointers: published.pointers.clone(),
    };
    emits.push(wire::emit("deployments.queue", kind, &item));
    emits
}

fn servers(published: &State) -> Vec<String> {
    published.servers.keys().cloned().collect()
}

/// The content's hash is the effect's key: a file that many entities name is fetched once.
fn mirrors(published: &State, hashes: &[&str]) -> Vec<EffectRequest> {
    if published.servers.is_empty() || !rules::is_mirrored(&published.entity_type) {
        return Vec::new();
    }
    let servers = servers(published);
    let request = |hash: &str| {
        model::encode(&Mirror {
            hash: hash.into(),
            servers: servers.clone(),
            entity_id: published.entity_id.clone(),
            not_after: None,
        })
    };
    hashes
        .iter()
        .map(|hash| EffectRequest {
            kind: "mirror",
            key: Some((*hash).to_owned()),
            request: request(hash),
            not_after: None,
        })
        .collect()
}

fn time_rows(published: &State) -> Vec<RowWrite> {
    let mut rows = Vec::with_capacity(4);
    let by_time = ByTime {
        entity_id: published.entity_id.clone(),
        entity_type: published.entity_type.clone(),
        entity_timestamp: published.entity_timestamp,
        local_timestamp: published.local_timestamp,
    };
    for clock in Clock::ALL {
        let ms = match clock {
            Clock::Local => published.local_timestamp,
            Clock::Entity => published.entity_timestamp,
        };
        let partition = by_time_partition(clock, day(ms));
        let row = by_time_row(ms, &published.entity_id);
        rows.push(RowWrite::put(tables::BY_TIME, partition, row, &by_time));
        // Many partitions write the row of a day, against the rule of one writer a cell. Their stamps say nothing
        // about each other, but whichever wins holds the same bytes, and no one ever deletes it.
        let row = number_key(day(ms)).to_vec();
        rows.push(RowWrite::put(tables::DAYS, clock.name(), row, &Day {}));
    }
    rows
}

fn item_rows(published: &State) -> Vec<RowWrite> {
    let item = CollectionItem {
        entity_id: published.entity_id.clone(),
    };
    let mut rows = Vec::new();
    for pointer in &published.pointers {
        let row = format!("{pointer}/{}", published.entity_id);
        for collection in collections_of(pointer) {
            let partition = collection.to_owned();
            rows.push(RowWrite::put(
                tables::COLLECTION_ITEMS,
                partition,
                row.clone(),
                &item,
            ));
        }
    }
    rows
}

fn file_rows(published: &State, hashes: &[&str]) -> Vec<RowWrite> {
    let content_ref = ContentRef {
        entity_type: published.entity_type.clone(),
    };
    let row = |hash: &str| {
        let (partition, row) = (hash.to_owned(), published.entity_id.clone());
        RowWrite::put(tables::CONTENT_REFS, partition, row, &content_ref)
    };
    hashes.iter().map(|hash| row(hash)).collect()
}
