//! The island map: a page with a dot for everybody, coloured by islands. It asks for one compact picture a second, which
//! is made once for all who look.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use islands::PeerId;
use serde_json::json;

use super::Server;
use super::scene::Known;
use crate::frame::{ApiError, Edge, Page, page_files};

static PAGE: Page = Page {
    name: "map",
    html: include_str!("files/index.html"),
    files: page_files!["files/": "map.js", "read.js", "style.css"],
    // No script but our files, no other host, no frame around the page.
    policy: HeaderValue::from_static(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
};

/// How long a picture is as good as a new one.
const FRESH: Duration = Duration::from_millis(500);
/// An island's place in a picture, for those without one.
const NO_ISLAND: u32 = u32::MAX;
/// Bytes of one peer.
const PEER_BYTES: usize = 16;

/// The last picture.
#[derive(Default)]
pub(super) struct Frames(Mutex<Option<(Instant, Bytes)>>);

/// The page.
#[utoipa::path(get, path = "/map", tag = "map", responses((status = 200, description = "a page")))]
pub(super) async fn page(edge: Edge, headers: HeaderMap) -> Response {
    PAGE.index(&edge, &headers)
}

/// A file of the page.
pub(super) async fn file(
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    PAGE.file(&name, &headers)
}

/// Everybody and all islands in one picture: 4 bytes with the length of a JSON text, the text (`at`, `core`, `islands` as
/// `[name, peers, x, z, radius]`), spaces up to a multiple of 4, then 16 bytes a peer: x, z (floats), the place of its
/// island in the list (all bits set for none), and a number that stays the peer's. Little-endian.
#[utoipa::path(get, path = "/map/frame", tag = "map", responses((status = 200, description = "a picture", content_type = "application/octet-stream")))]
pub(super) async fn frame(State(server): State<Server>) -> Response {
    let bytes = server.map.of(&server);
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, bytes).into_response()
}

impl Frames {
    fn of(&self, server: &Server) -> Bytes {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((made, bytes)) = &*kept
            && made.elapsed() < FRESH
        {
            return bytes.clone();
        }
        let now_ms = server.context.platform.clock.now_ms();
        let (healthy, users) = server.live.scene.core(now_ms);
        let head = json!({ "healthy": healthy, "userCount": users });
        let bytes = drawn(&server.live.scene.known(), now_ms, &head);
        *kept = Some((Instant::now(), bytes.clone()));
        bytes
    }
}

/// A number that stays the peer's, to follow it from one picture to the next.
fn number(peer: PeerId) -> u32 {
    let [a, b, c, d, ..] = peer.0;
    u32::from_le_bytes([a, b, c, d])
}

fn drawn(known: &Known, now_ms: i64, core: &serde_json::Value) -> Bytes {
    let islands = known.islands.iter().map(|island| {
        let at = island.center.unwrap_or_default();
        json!([island.id, island.peers.len(), at.x, at.z, island.radius])
    });
    let head = json!({ "at": now_ms, "core": core, "islands": islands.collect::<Vec<_>>() });
    let mut head = head.to_string();
    while !head.len().is_multiple_of(4) {
        head.push(' ');
    }
    let mut bytes = Vec::with_capacity(4 + head.len() + known.peers.len() * PEER_BYTES);
    bytes.extend_from_slice(&u32::try_from(head.len()).unwrap_or_default().to_le_bytes());
    bytes.extend_from_slice(head.as_bytes());
    for (peer, seen) in &known.peers {
        let island = known.island_of.get(peer);
        let island = island.map_or(NO_ISLAND, |place| {
            u32::try_from(*place).unwrap_or(NO_ISLAND)
        });
        bytes.extend_from_slice(&seen.position.x.to_le_bytes());
        bytes.extend_from_slice(&seen.position.z.to_le_bytes());
        bytes.extend_from_slice(&island.to_le_bytes());
        bytes.extend_from_slice(&number(*peer).to_le_bytes());
    }
    bytes.into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_in_the_program() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/archipelago/map/files");
        let files = std::fs::read_dir(root).expect("a folder").flatten();
        let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
        let mut there: BTreeSet<String> = names.collect();
        // A route of its own.
        assert!(there.remove("index.html"));
        let known: BTreeSet<String> = PAGE.files.iter().map(|file| file.name.to_owned()).collect();
        assert_eq!(known, there);
    }

    #[test]
    fn the_page_has_nothing_that_its_policy_forbids() {
        assert!(
            !PAGE.html.contains("<style")
                && !PAGE.html.contains("style=")
                && !PAGE.html.contains("onclick")
        );
        assert!(PAGE.html.contains("{root}/map/map.js"));
    }
}
