//! Names of rooms, and what a name says.

use super::settings::CommsGatekeeper;

const PRIVATE: &str = "voice-chat-private-";
const COMMUNITY: &str = "voice-chat-community-";

/// The room of a scene.
pub(super) fn scene(settings: &CommsGatekeeper, realm: &str, scene: &str) -> String {
    match is_world(realm) {
        true => format!("{}{realm}-{scene}", settings.world_room_prefix),
        false => format!("{}{realm}:{scene}", settings.scene_room_prefix),
    }
}

/// The room of a whole world.
pub(super) fn world(settings: &CommsGatekeeper, world: &str) -> String {
    format!("{}{world}", settings.comms_room_prefix)
}

/// The room of a scene that is previewed with a server of its own.
pub(super) fn preview(scene: &str) -> String {
    format!("preview-{scene}")
}

/// The room of a call between two.
pub(super) fn private(id: &str) -> String {
    format!("{PRIVATE}{id}")
}

/// The room of a community's call.
pub(super) fn community(id: &str) -> String {
    format!("{COMMUNITY}{id}")
}

/// Whether a realm is a world.
pub(super) fn is_world(realm: &str) -> bool {
    let end = realm.len().saturating_sub(4);
    realm
        .get(end..)
        .is_some_and(|end| end.eq_ignore_ascii_case(".eth"))
}

/// Whether a realm is a preview on a developer's machine.
pub(super) fn is_preview(realm: &str) -> bool {
    ["preview", "localpreview"]
        .iter()
        .any(|name| realm.eq_ignore_ascii_case(name))
}

/// What a room is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A scene's, with its realm.
    Scene { realm: String, scene: String },
    /// A scene's in a world, or a whole world's, which has no scene.
    World { world: String, scene: String },
    /// An island's.
    Island,
    /// A call of this community.
    Community(String),
    /// A call of this id.
    Private(String),
    /// Everybody's who may get private messages.
    PrivateMessages,
    /// None of ours.
    Unknown,
}

impl Kind {
    /// What the name of a room says.
    pub(super) fn of(settings: &CommsGatekeeper, room: &str) -> Self {
        if let Some(rest) = room.strip_prefix(&settings.scene_room_prefix) {
            let (realm, scene) = rest.split_once(':').unwrap_or((rest, ""));
            let (realm, scene) = (realm.to_owned(), scene.to_owned());
            return Self::Scene { realm, scene };
        }
        if let Some(rest) = room.strip_prefix(&settings.world_room_prefix) {
            let (world, scene) = rest.rsplit_once('-').unwrap_or((rest, ""));
            let (world, scene) = (world.to_owned(), scene.to_owned());
            return Self::World { world, scene };
        }
        if let Some(world) = room.strip_prefix(&settings.comms_room_prefix) {
            let world = world.to_owned();
            return Self::World {
                world,
                scene: String::new(),
            };
        }
        if room.starts_with(&settings.island_room_prefix) {
            return Self::Island;
        }
        if let Some(id) = room.strip_prefix(COMMUNITY) {
            return Self::Community(id.to_owned());
        }
        if let Some(id) = room.strip_prefix(PRIVATE) {
            return Self::Private(id.to_owned());
        }
        match room == settings.private_messages_room_id {
            true => Self::PrivateMessages,
            false => Self::Unknown,
        }
    }

    /// How events call it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Scene { .. } => "scene",
            Self::World { .. } => "world",
            Self::Island => "island",
            Self::Community(_) => "community-voice-chat",
            Self::Private(_) => "voice-chat",
            Self::PrivateMessages => "private-message",
            Self::Unknown => "unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_it_was_made_of() {
        let settings = CommsGatekeeper::default();
        let of = |room: &str| Kind::of(&settings, room);
        let is = |room: &str, realm: &str, id: &str| {
            assert_eq!(scene(&settings, realm, id), room);
        };
        is("scene-main:bafyA", "main", "bafyA");
        is("world-scene-room-a-b.dcl.eth-bafyA", "a-b.dcl.eth", "bafyA");
        let of_scene = Kind::Scene {
            realm: "main".into(),
            scene: "bafyA".into(),
        };
        assert_eq!(of("scene-main:bafyA"), of_scene);
        let of_world = |scene: &str| Kind::World {
            world: "a-b.dcl.eth".into(),
            scene: scene.into(),
        };
        assert_eq!(of("world-scene-room-a-b.dcl.eth-bafyA"), of_world("bafyA"));
        assert_eq!(of(&world(&settings, "a-b.dcl.eth")), of_world(""));
        assert_eq!(of(&private("7")), Kind::Private("7".into()));
        assert_eq!(of(&community("c")), Kind::Community("c".into()));
        assert_eq!(of("island-ea-3"), Kind::Island);
        assert_eq!(of("private-messages"), Kind::PrivateMessages);
        assert_eq!(of(&preview("bafyA")), Kind::Unknown);
    }

    #[test]
    fn worlds_and_previews_are_known_by_their_realm() {
        for (realm, world, local) in [
            ("a.dcl.eth", true, false),
            ("A.ETH", true, false),
            ("main", false, false),
            ("éth", false, false),
            ("LocalPreview", false, true),
            ("preview", false, true),
            ("", false, false),
        ] {
            assert_eq!(
                (is_world(realm), is_preview(realm)),
                (world, local),
                "{realm}"
            );
        }
    }
}
