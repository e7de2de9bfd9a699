//! From a Segment `track` object to an event of the catalogue.

use identity::chain::{AuthChain, DenyContractWallets, final_authority};
use serde_json::{Map, Value, json};

/// What clients send while they know no address or have no chain.
const NOT_CONFIGURED: &str = "NOT CONFIGURED";
/// Most characters of a message id.
const KEY_CHARS_MAX: usize = 200;
/// No explorer of before 2023 reports anything: such a clock is wrong, and a login that was over long ago would hold.
const EARLIEST_MS: i64 = 1_672_531_200_000;
/// How far a client's clock may be ahead.
const AHEAD_MAX_MS: i64 = 24 * 3_600_000;

/// Why a body becomes no event. The texts are for our own log and hold nothing of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is no track of an explorer.
    Event(String),
    /// Its chain does not prove its address.
    Chain(String),
    /// It says that it happened when it cannot have happened.
    Time(String),
}

/// How one kind of track becomes an event.
struct Kind {
    /// `event` of the track, lower case.
    track: &'static str,
    /// `subType` of the event.
    sub_type: &'static str,
    /// Member of the metadata that holds what follows; none: the metadata itself.
    member: Option<&'static str>,
    /// Its members and the properties they come from.
    from: &'static [(&'static str, &'static str)],
}

const KINDS: &[Kind] = &[
    Kind {
        track: "move_to_parcel",
        sub_type: "move-to-parcel",
        member: Some("parcel"),
        from: &[
            ("isEmptyParcel", "is_empty_parcel"),
            ("newParcel", "new_parcel"),
            ("oldParcel", "old_parcel"),
            ("sceneHash", "scene_hash"),
        ],
    },
    Kind {
        track: "used_emote",
        sub_type: "used-emote",
        member: Some("emote"),
        from: &[
            ("emoteIndex", "emote_index"),
            ("isBase", "is_base"),
            ("itemId", "item_id"),
            ("source", "source"),
        ],
    },
    Kind {
        track: "passport_opened",
        sub_type: "passport-opened",
        member: Some("passport"),
        from: &[("receiver", "receiver_id")],
    },
    Kind {
        track: "walked_distance",
        sub_type: "walked-distance",
        member: None,
        from: &[("distance", "distance"), ("stepCount", "step_count")],
    },
    Kind {
        track: "vertical_height_reached",
        sub_type: "vertical-height-reached",
        member: None,
        from: &[("height", "height")],
    },
    Kind {
        track: "logged_in",
        sub_type: "logged-in",
        member: None,
        from: &[],
    },
    Kind {
        track: "logged_in_cached",
        sub_type: "logged-in-cached",
        member: None,
        from: &[],
    },
];

/// An event made of a track.
#[derive(Clone, Debug)]
pub(super) struct Track {
    /// The event.
    pub(super) event: Value,
    /// What it is, once: the same message sent again has the same.
    pub(super) identity: String,
    /// When it happened by the client's clock, ms, if it says so.
    happened: Option<i64>,
}

impl Track {
    /// The track, if it can have happened when it says; `now` (ms) where that is known.
    ///
    /// # Errors
    /// It is of a time long ago, or of one to come.
    pub(super) fn in_time(self, now: Option<i64>) -> Result<Self, Refusal> {
        let Some(happened) = self.happened else {
            return Ok(self);
        };
        let ahead = now.is_some_and(|now| happened > now.saturating_add(AHEAD_MAX_MS));
        if (EARLIEST_MS..).contains(&happened) && !ahead {
            return Ok(self);
        }
        Err(Refusal::Time(format!("it happened at {happened} ms")))
    }
}

/// Makes the event of a track that arrives at `now` (ms).
///
/// # Errors
/// It is no such track, or its chain does not prove its address at the time of the track.
pub(super) fn read(body: &Value, now: i64) -> Result<Track, Refusal> {
    let kind = kind(body)?;
    let context = &body["context"];
    let address = text(&context["dcl_eth_address"])
        .filter(|address| *address != NOT_CONFIGURED)
        .ok_or_else(|| event("context.dcl_eth_address is missing"))?;
    let key = text(&body["messageId"])
        .filter(|key| key.chars().count() <= KEY_CHARS_MAX)
        .ok_or_else(|| event("messageId is missing or too long"))?;
    let chain_text = context["auth_chain"].as_str();
    let chain_text = chain_text.ok_or_else(|| event("context.auth_chain is no text"))?;
    if chain_text.len() > AuthChain::JSON_BYTES_MAX {
        return Err(event("context.auth_chain is too long"));
    }
    let chain: Value =
        serde_json::from_str(chain_text).map_err(|_| event("context.auth_chain holds no JSON"))?;
    let received = ms(&body["receivedAt"]);
    let reported = ms(&body["timestamp"]);
    let happened = reported.or(received).unwrap_or(now);
    prove(chain_text, address, happened)?;

    let mut metadata = Map::new();
    metadata.insert("authChain".into(), chain);
    metadata.insert("userAddress".into(), address.into());
    carry(context, "session_id", "sessionId", &mut metadata);
    carry(body, "sentAt", "timestamp", &mut metadata);
    let mut timestamps = Map::new();
    for (name, at) in [("receivedAt", received), ("reportedAt", reported)] {
        if let Some(at) = at {
            timestamps.insert(name.into(), at.into());
        }
    }
    metadata.insert("timestamps".into(), timestamps.into());
    carry(context, "realm", "realm", &mut metadata);
    if kind.sub_type.starts_with("logged-in") {
        carry(context, "runtime", "contextRuntime", &mut metadata);
    }
    properties(kind, &body["properties"], &mut metadata);
    let sub_type = kind.sub_type;
    Ok(Track {
        happened: reported.or(received),
        event: json!({"type": "client", "subType": sub_type, "key": key, "timestamp": now,
            "metadata": metadata}),
        identity: format!("client/{sub_type}\n{key}\n{}", address.to_lowercase()),
    })
}

fn kind(body: &Value) -> Result<&'static Kind, Refusal> {
    let name = text(&body["event"]).ok_or_else(|| event("event is missing"))?;
    let name = name.to_lowercase();
    let kind = KINDS.iter().find(|kind| kind.track == name);
    kind.ok_or_else(|| event("event is none that is forwarded"))
}

/// The chain must be a login of `address` that holds at `date_ms`: a short-lived key that the wallet signed for.
fn prove(chain: &str, address: &str, date_ms: i64) -> Result<(), Refusal> {
    let chain = AuthChain::from_json(chain).map_err(|error| refused(&error))?;
    if chain.links().len() < 2 {
        return Err(Refusal::Chain("nobody signed".into()));
    }
    if chain.owner() != Some(address.to_lowercase()) {
        return Err(Refusal::Chain("it is another wallet's".into()));
    }
    let authority = final_authority(&chain, date_ms, &DenyContractWallets);
    match authority {
        // An unknown link leaves no authority.
        Ok(authority) if authority.is_empty() => Err(Refusal::Chain("it proves nothing".into())),
        Ok(_) => Ok(()),
        Err(error) => Err(refused(&error)),
    }
}

fn refused(error: &impl std::fmt::Display) -> Refusal {
    Refusal::Chain(error.to_string())
}

fn event(why: &str) -> Refusal {
    Refusal::Event(why.to_owned())
}

fn properties(kind: &Kind, from: &Value, metadata: &mut Map<String, Value>) {
    let mut members = Map::new();
    for (name, property) in kind.from {
        carry(from, property, name, &mut members);
    }
    match kind.member {
        Some(member) => drop(metadata.insert(member.into(), members.into())),
        None => metadata.extend(members),
    }
}

/// Takes a member over under another name; one that is absent stays absent.
fn carry(from: &Value, member: &str, name: &str, into: &mut Map<String, Value>) {
    if let Some(value) = from.get(member) {
        into.insert(name.into(), value.clone());
    }
}

/// A text that is not empty.
fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}

/// A date's text in ms.
fn ms(value: &Value) -> Option<i64> {
    value.as_str().and_then(identity::js_date::parse)
}
