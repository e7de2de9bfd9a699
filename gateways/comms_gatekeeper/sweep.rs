//! Looks for what time has ended: calls nobody is in, keys that have run out, streams that go on too long.

use model::events::gatekeeper::{SceneChange, VoiceChange};
use model::tables::gatekeeper::voice::{COMMUNITY, PRIVATE, State, Status};

use super::fault::Fault;
use super::private_calls::{self, change};
use super::settings::ms;
use super::{Server, community, record, rooms, streams};

/// Streams that are ended at a time.
const STREAMS_MAX: usize = 100;

/// Looks until the process stops.
pub(super) async fn run(server: Server) {
    let pause = server.settings().sweep_interval.0;
    loop {
        tokio::select! {
            () = server.context.shutdown.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        for looked in [
            private(&server).await,
            communities(&server).await,
            streamed(&server).await,
        ] {
            if let Err(error) = looked {
                tracing::warn!(?error, "calls and streams were not looked at");
            }
        }
    }
}

/// Calls between two of whom one has left, or was lost or waited for too long.
async fn private(server: &Server) -> Result<(), Fault> {
    let settings = server.settings();
    let (now, patience) = (server.now(), settings.patience());
    let calls = server.tables().calls(PRIVATE, settings.calls_max).await?;
    let is_over = |call: &State| {
        call.users
            .values()
            .any(|user| !user.is_active(now, patience))
    };
    let over = calls.iter().filter(|(_, call)| is_over(call));
    let mut records = Vec::new();
    for (id, _) in over.take(settings.voice_chat_expired_batch_size) {
        let key = private_calls::key(id);
        records.push(record::voice(&change(server, &key, VoiceChange::ENDED, "")));
        server.end_room(rooms::private(id));
    }
    if !records.is_empty() {
        record::soon(server, records).await?;
    }
    Ok(())
}

/// Whether a community's call goes on: somebody moderates it, or somebody did a short while ago.
fn goes_on(server: &Server, call: &State) -> bool {
    let settings = server.settings();
    let (now, rest) = (
        server.now(),
        ms(settings.community_voice_chat_no_moderator_ttl),
    );
    let mut moderators = call.users.values().filter(|user| user.moderator);
    let moderated = call.active(now, settings.patience()).1 > 0;
    moderated
        || (moderators.any(|user| user.status != Status::Disconnected)
            && now - call.moderators_changed_at < rest)
}

/// Calls of communities that nobody moderates.
async fn communities(server: &Server) -> Result<(), Fault> {
    let settings = server.settings();
    let calls = server.tables().calls(COMMUNITY, settings.calls_max).await?;
    let over = calls.iter().filter(|(_, call)| !goes_on(server, call));
    let mut records = Vec::new();
    for (id, call) in over.take(settings.voice_chat_expired_batch_size) {
        records.extend(community::ending(server, id, call)?);
        server.end_room(rooms::community(id));
    }
    if !records.is_empty() {
        record::soon(server, records).await?;
    }
    Ok(())
}

/// Keys that have run out while nobody streams, and streams that go on for too long.
async fn streamed(server: &Server) -> Result<(), Fault> {
    let settings = server.settings();
    let (now, longest) = (server.now(), ms(settings.stream_time_max));
    let all = server.tables().streams(settings.calls_max).await?;
    let over = all
        .into_iter()
        .filter_map(|stream| match stream.started_at {
            Some(since) => (now - since > longest).then_some((stream, "streaming-time-exceeded")),
            None => (now > stream.expires_at).then_some((stream, "streaming-key-expired")),
        });
    for (stream, told) in over.take(STREAMS_MAX) {
        let closed = SceneChange {
            place: stream.place.clone(),
            kind: SceneChange::STREAM_CLOSED.into(),
            id: stream.id.clone(),
            at: now,
            ..SceneChange::default()
        };
        let mut records = vec![record::scene(&closed)];
        let state = server.tables().scene(&stream.place).await?;
        let admins = state.admins.keys().cloned().chain([stream.by.clone()]);
        records.extend(streams::notices(server, &stream, told, admins.collect())?);
        record::soon(server, records).await?;
        streams::withdraw(server, stream.ingress);
    }
    Ok(())
}
