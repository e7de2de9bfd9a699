//! The file of one snapshot: written twice in the same words, first to know its name, then into the blobs.

use std::sync::Arc;

use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt, stream};
use identity::hash::HashV1;
use runtime::platform::Platform;
use runtime::ports::PortError;
use serde::Serialize;
use serde_json::value::RawValue;

use super::catalog::Deployed;
use super::dto::EntityType;
use super::rows::Tables;

const HEADER: &[u8] = b"### Decentraland json snapshot\n";
/// Entities of one piece of the file.
const CHUNK: usize = 64;

/// A line of the file, its members in the order catalysts write them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    entity_id: &'a str,
    entity_type: EntityType,
    pointers: &'a [String],
    auth_chain: &'a RawValue,
    entity_timestamp: i64,
}

/// Writes the snapshot of these entities, in this order. Gives its hash and how many lines it has.
///
/// # Errors
/// The ports' faults.
pub(super) async fn write(
    platform: &Platform,
    tables: &Arc<Tables>,
    ids: Vec<String>,
) -> Result<(String, u64), PortError> {
    let ids: Arc<[String]> = ids.into();
    let mut hasher = HashV1::new();
    let mut pieces = std::pin::pin!(pieces(Arc::clone(tables), Arc::clone(&ids)));
    while let Some(piece) = pieces.try_next().await? {
        hasher.update(&piece);
    }
    let hash = hasher.finish();
    if platform.blobs.head(&hash).await?.is_none() {
        // What an entity says never changes, so the second reading gives the same bytes.
        let again = self::pieces(Arc::clone(tables), Arc::clone(&ids));
        let stream = again.map_err(std::io::Error::other).boxed();
        platform.blobs.put(&hash, stream).await?;
    }
    Ok((hash, ids.len() as u64))
}

/// The bytes of the file.
fn pieces(
    tables: Arc<Tables>,
    ids: Arc<[String]>,
) -> impl Stream<Item = Result<Bytes, PortError>> + Send + 'static {
    let starts: Vec<usize> = (0..ids.len()).step_by(CHUNK).collect();
    let lines = stream::iter(starts).then(move |start| {
        let (tables, ids) = (Arc::clone(&tables), Arc::clone(&ids));
        async move {
            let end = ids.len().min(start + CHUNK);
            let part: Vec<&str> = ids[start..end].iter().map(String::as_str).collect();
            let mut bytes = Vec::with_capacity(part.len() * 1024);
            for (id, found) in part.iter().zip(tables.deployments(&part).await?) {
                let (deployed, _) = found
                    .ok_or_else(|| PortError::retry(format!("entity {id} is not there yet")))?;
                line(&deployed, &mut bytes);
            }
            Ok(Bytes::from(bytes))
        }
    });
    stream::once(async { Ok(Bytes::from_static(HEADER)) }).chain(lines)
}

fn line(deployed: &Deployed, bytes: &mut Vec<u8>) {
    let line = Line {
        entity_id: &deployed.entity.id,
        entity_type: deployed.entity.kind,
        pointers: &deployed.entity.pointers,
        auth_chain: &deployed.auth_chain,
        entity_timestamp: deployed.entity.timestamp,
    };
    serde_json::to_writer(&mut *bytes, &line).expect("a line serialises: its keys are text");
    bytes.push(b'\n');
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_empty_snapshot_has_the_known_name() {
        assert_eq!(
            identity::hash::hash_v1(super::HEADER),
            "bafkreig6sfhegnp4okzecgx3v6gj6pohh5qzw6zjtrdqtggx64743rkmz4"
        );
    }
}
