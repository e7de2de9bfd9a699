//! Calls about rooms, who is in them, and streams into them.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use super::call::{Allowed, Call, LiveKitError, Server};

/// A room.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Room {
    /// Its name.
    pub name: String,
    /// What is said of it, mostly JSON text.
    pub metadata: String,
}

/// Somebody in a room.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Participant {
    /// Who.
    pub identity: String,
    /// Which session.
    pub sid: String,
    /// What is said of them, mostly JSON text.
    pub metadata: String,
}

/// What somebody in a room may do.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Permission {
    /// Hear and see others.
    pub can_subscribe: bool,
    /// Publish tracks.
    pub can_publish: bool,
    /// Send data.
    pub can_publish_data: bool,
    /// Change what is said of them.
    pub can_update_metadata: bool,
}

/// A way to stream into a room. Its key is a secret.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Ingress {
    /// Its id.
    #[serde(alias = "ingressId")]
    pub ingress_id: String,
    /// Where to stream to.
    pub url: String,
    /// Who knows it may stream.
    #[serde(alias = "streamKey")]
    pub stream_key: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Rooms {
    #[serde(deserialize_with = "list")]
    rooms: Vec<Room>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Participants {
    #[serde(deserialize_with = "list")]
    participants: Vec<Participant>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Ingresses {
    #[serde(deserialize_with = "list")]
    items: Vec<Ingress>,
}

/// A list; none for null.
fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::<Vec<T>>::deserialize(from)?.unwrap_or_default())
}

const ROOMS: &str = "RoomService";
const INGRESS: &str = "Ingress";

fn of<'a>(method: &'static str, allowed: Allowed<'a>) -> Call<'a> {
    Call {
        service: ROOMS,
        method,
        allowed,
        again: true,
    }
}

fn admin(room: &str) -> Allowed<'_> {
    Allowed {
        room_admin: true,
        room,
        ..Allowed::default()
    }
}

const CREATE: Allowed<'static> = Allowed {
    room_create: true,
    room_list: false,
    room_admin: false,
    ingress_admin: false,
    room: "",
};

const STREAMS: Allowed<'static> = Allowed {
    room_create: false,
    ingress_admin: true,
    ..CREATE
};

impl Server {
    /// Rooms of these names that are there; all rooms for no names.
    ///
    /// # Errors
    /// As every call.
    pub async fn rooms(&self, names: &[&str]) -> Result<Vec<Room>, LiveKitError> {
        let allowed = Allowed {
            room_list: true,
            ..Allowed::default()
        };
        let found: Rooms = self
            .call(of("ListRooms", allowed), &json!({ "names": names }))
            .await?;
        Ok(found.rooms)
    }

    /// The room of this name, made when it is not there.
    ///
    /// # Errors
    /// As every call.
    pub async fn create_room(&self, name: &str) -> Result<Room, LiveKitError> {
        self.call(of("CreateRoom", CREATE), &json!({ "name": name }))
            .await
    }

    /// Ends a room; one that is not there is ended.
    ///
    /// # Errors
    /// As every call.
    pub async fn delete_room(&self, name: &str) -> Result<(), LiveKitError> {
        let deleted: Result<Value, _> = self
            .call(of("DeleteRoom", CREATE), &json!({ "room": name }))
            .await;
        done(deleted)
    }

    /// Who is in a room; nobody is in one that is not there.
    ///
    /// # Errors
    /// As every call.
    pub async fn participants(&self, room: &str) -> Result<Vec<Participant>, LiveKitError> {
        let call = of("ListParticipants", admin(room));
        let found: Result<Participants, _> = self.call(call, &json!({ "room": room })).await;
        match found {
            Ok(found) => Ok(found.participants),
            Err(error) if error.is_absent() => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Sends somebody out of a room; who is not in it is out.
    ///
    /// # Errors
    /// As every call.
    pub async fn remove(&self, room: &str, identity: &str) -> Result<(), LiveKitError> {
        let call = of("RemoveParticipant", admin(room));
        let body = json!({ "room": room, "identity": identity });
        done(self.call::<Value>(call, &body).await)
    }

    /// Changes what is said of somebody in a room, and what they may do there.
    ///
    /// # Errors
    /// As every call; nobody of that identity is there.
    pub async fn update(
        &self,
        room: &str,
        identity: &str,
        metadata: Option<&str>,
        permission: Option<Permission>,
    ) -> Result<(), LiveKitError> {
        let mut body = json!({ "room": room, "identity": identity });
        if let Some(metadata) = metadata {
            body["metadata"] = metadata.into();
        }
        if let Some(permission) = permission {
            body["permission"] = json!(permission);
        }
        let call = of("UpdateParticipant", admin(room));
        self.call::<Value>(call, &body).await.map(drop)
    }

    /// Changes what is said of a room.
    ///
    /// # Errors
    /// As every call; there is no such room.
    pub async fn describe(&self, room: &str, metadata: &str) -> Result<(), LiveKitError> {
        let call = of("UpdateRoomMetadata", admin(room));
        let body = json!({ "room": room, "metadata": metadata });
        self.call::<Value>(call, &body).await.map(drop)
    }

    /// Ways to stream into a room.
    ///
    /// # Errors
    /// As every call.
    pub async fn ingresses(&self, room: &str) -> Result<Vec<Ingress>, LiveKitError> {
        let call = Call {
            service: INGRESS,
            ..of("ListIngress", STREAMS)
        };
        let found: Ingresses = self.call(call, &json!({ "roomName": room })).await?;
        Ok(found.items)
    }

    /// A new way to stream into a room, by RTMP. It is asked for once: a second one would be another key.
    ///
    /// # Errors
    /// As every call.
    pub async fn create_ingress(
        &self,
        room: &str,
        identity: &str,
    ) -> Result<Ingress, LiveKitError> {
        let call = Call {
            service: INGRESS,
            again: false,
            ..of("CreateIngress", STREAMS)
        };
        let body = json!({
            "inputType": "RTMP_INPUT", "name": format!("{room}-ingress"), "roomName": room,
            "participantIdentity": identity,
        });
        self.call(call, &body).await
    }

    /// Takes a way to stream away; one that is not there is away.
    ///
    /// # Errors
    /// As every call.
    pub async fn delete_ingress(&self, id: &str) -> Result<(), LiveKitError> {
        let call = Call {
            service: INGRESS,
            ..of("DeleteIngress", STREAMS)
        };
        done(self.call::<Value>(call, &json!({ "ingressId": id })).await)
    }
}

/// What is not there needs not be taken away.
fn done(outcome: Result<Value, LiveKitError>) -> Result<(), LiveKitError> {
    match outcome {
        Err(error) if !error.is_absent() => Err(error),
        _ => Ok(()),
    }
}
