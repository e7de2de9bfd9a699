//! Rooms of a real LiveKit server, with LiveKit's own client: two people get their tokens from the platform and meet; one
//! is banned and stays out; another may speak only when a service lets them.
//!
//! The client is PyPI's `livekit`, `tests/clients/python/room_client.py`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use identity::hash::hash_v1;
use peers::{LiveKit, LiveKitServer, Options, Server};
use serde_json::{Value, json};

use crate::http::{eventually, get, post, send, settle};
use crate::process::{Launch, Program, Scratch, TOKEN};
use crate::rewards::people::Person;

const CLIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/python");
/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
const SERVICE: &str = "token-of-services";
const MODERATORS: &str = "token-of-moderators";

/// People in rooms, and what they see.
struct People {
    child: Child,
    input: ChildStdin,
    seen: Receiver<Value>,
    kept: Vec<Value>,
}

impl People {
    /// `None`, said aloud, without Python.
    async fn start() -> Option<Self> {
        let python = Command::new("python3").arg("--version").output();
        if !python.is_ok_and(|output| output.status.success()) {
            eprintln!("skipped: no python3, which the client of LiveKit needs");
            return None;
        }
        let requirements = Path::new(CLIENTS).join("room-requirements.txt");
        let python = peers::programs::python(&requirements).await;
        let python = python.unwrap_or_else(|error| panic!("no client of LiveKit: {error:#}"));
        let mut child = Command::new(python)
            .arg(Path::new(CLIENTS).join("room_client.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Python starts");
        let output = child.stdout.take().expect("it is piped");
        let input = child.stdin.take().expect("it is piped");
        let (tell, seen) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let line = serde_json::from_str(&line).expect("a JSON line");
                if tell.send(line).is_err() {
                    return;
                }
            }
        });
        Some(Self {
            child,
            input,
            seen,
            kept: Vec::new(),
        })
    }

    fn act(&mut self, what: &Value) {
        writeln!(self.input, "{what}").expect("the client reads");
    }

    fn join(&mut self, who: &str, adapter: &Value) {
        self.act(&json!({ "do": "join", "who": who, "adapter": adapter }));
    }

    /// What somebody sees first that is so, of all that was not asked for yet.
    fn sees(&mut self, who: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let wanted = |seen: &Value| seen["who"] == who && is_so(seen);
        if let Some(at) = self.kept.iter().position(wanted) {
            return self.kept.remove(at);
        }
        loop {
            let seen = self.seen.recv_timeout(PATIENCE);
            let seen =
                seen.unwrap_or_else(|_| panic!("{who} does not see it, only {:?}", self.kept));
            if wanted(&seen) {
                return seen;
            }
            self.kept.push(seen);
        }
    }

    fn sees_a(&mut self, who: &str, kind: &str) -> Value {
        self.sees(who, |seen| seen["saw"] == kind)
    }
}

impl Drop for People {
    fn drop(&mut self) {
        self.child.kill().expect("our own child can be killed");
        self.child.wait().expect("a child can be waited for");
    }
}

/// A platform and a LiveKit server that know each other.
struct House {
    program: Program,
    known: LiveKitServer,
    _livekit: Server,
}

impl House {
    async fn start(scratch: &Scratch) -> Self {
        // Each must know the other's address before it starts.
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = free.local_addr().expect("an address");
        drop(free);
        let known = LiveKit::client(&address.to_string());
        let program = Launch::up(scratch, "up")
            .environment("WORLDLOG__COMMS_GATEKEEPER__PROD_LIVEKIT_HOST", &known.url)
            .environment(
                "WORLDLOG__COMMS_GATEKEEPER__PROD_LIVEKIT_API_KEY",
                &known.api_key,
            )
            .environment(
                "WORLDLOG__COMMS_GATEKEEPER__PROD_LIVEKIT_API_SECRET",
                &known.api_secret,
            )
            .environment(
                "WORLDLOG__COMMS_GATEKEEPER__COMMS_GATEKEEPER_AUTH_TOKEN",
                SERVICE,
            )
            .environment("WORLDLOG__COMMS_GATEKEEPER__MODERATOR_TOKEN", MODERATORS)
            .start()
            .await;
        let hook = program.at("/comms-gatekeeper/livekit-webhook");
        let hooks = format!("{{api_key: {}, urls: [{hook:?}]}}", known.api_key);
        let options = Options {
            port: Some(address.port()),
            ..Options::default()
        };
        let folder = scratch.path("livekit");
        std::fs::create_dir_all(&folder).expect("the scratch folder is writable");
        let livekit = LiveKit::start(&folder, options.set("webhook", &hooks)).await;
        Self {
            program,
            known,
            _livekit: livekit.unwrap_or_else(|error| panic!("no LiveKit: {error:#}")),
        }
    }

    fn at(&self, path: &str) -> String {
        self.program.at(&format!("/comms-gatekeeper{path}"))
    }

    async fn service(&self, path: &str, body: &Value) -> Value {
        let asked = post(&self.at(path), body).bearer_auth(SERVICE);
        send(asked).await.expect(200).json()
    }
}

/// Builds a scene of the owner's at 0,0.
async fn build(program: &Program, owner: &Person) -> String {
    let id = hash_v1("Plaza");
    let scene = json!([{ "type": "catalyst-deployment", "subType": "scene",
        "entity": { "id": id, "type": "scene", "pointers": ["0,0"], "timestamp": 1_767_225_600_000_i64, "content": [],
            "metadata": { "display": { "title": "Plaza" }, "scene": { "base": "0,0", "parcels": ["0,0"] } } },
        "contentServerUrls": ["http://127.0.0.1:1/content"],
        "authChain": [{ "type": "SIGNER", "payload": owner.address, "signature": "" }] }]);
    let feed = post(&program.at("/events-notifier/events"), &scene).bearer_auth(TOKEN);
    send(feed).await.expect(202);
    settle(program).await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn people_meet_in_the_room_we_name_and_who_is_banned_stays_out() {
    if !peers::wanted() {
        return;
    }
    let Some(mut people) = People::start().await else {
        return;
    };
    let scratch = Scratch::new();
    let house = House::start(&scratch).await;
    let [owner, ann, bob] = [31, 32, 33].map(Person::new);
    let scene = build(&house.program, &owner).await;
    let enter = async |who: &Person| {
        let metadata = json!({ "realmName": "main", "sceneId": scene, "parcel": "0,0", "signer": "dcl:explorer" });
        let call = ("POST", "/get-scene-adapter");
        who.ask_as(
            &house.program,
            "comms-gatekeeper",
            call,
            &metadata,
            Some(&json!({})),
        )
        .await
    };
    let adapter = |answer: crate::http::Answer| answer.expect(200).json()["adapter"].clone();
    let of_bob = adapter(enter(&bob).await);
    people.join("ann", &adapter(enter(&ann).await));
    let room = format!("scene-main:{scene}");
    let seen = people.sees_a("ann", "in");
    assert_eq!(
        (&seen["room"], &seen["identity"]),
        (&json!(room), &json!(ann.address))
    );
    people.join("bob", &of_bob);
    assert_eq!(people.sees_a("bob", "in")["others"], json!([ann.address]));
    assert_eq!(people.sees_a("ann", "came")["other"], bob.address);
    people.act(&json!({ "do": "say", "who": "bob", "text": "hello" }));
    let heard = people.sees_a("ann", "data");
    assert_eq!(
        (&heard["text"], &heard["by"]),
        (&json!("hello"), &json!(bob.address))
    );
    people.act(&json!({ "do": "speak", "who": "ann" }));
    people.sees_a("ann", "speaks");
    let inside = send(get(&house.at("/scene-participants?pointer=0,0")))
        .await
        .expect(200);
    let mut both = [ann.address.clone(), bob.address.clone()];
    both.sort();
    assert_eq!(inside.json()["data"]["addresses"], json!(both));

    let metadata = json!({ "signer": "decentraland-kernel-scene", "sceneId": scene, "parcel": "0,0",
        "realm": { "serverName": "main" } });
    let ban = json!({ "banned_address": bob.address });
    let call = ("POST", "/scene-bans");
    let banned = owner
        .ask_as(
            &house.program,
            "comms-gatekeeper",
            call,
            &metadata,
            Some(&ban),
        )
        .await;
    banned.expect(204);
    assert_eq!(people.sees_a("bob", "out")["reason"], "PARTICIPANT_REMOVED");
    let text = |seen: &Value| seen["text"].as_str().unwrap_or_default().to_owned();
    people.sees("ann", |seen| {
        seen["saw"] == "metadata" && text(seen).contains(&bob.address)
    });
    assert_eq!(
        enter(&bob).await.expect(403).json()["error"],
        "User is banned from this scene"
    );
    // The token from before is good for five minutes: the server lets him in with it, and he is sent out again.
    people.join("bob", &of_bob);
    people.sees("bob", |seen| {
        ["out", "refused"].contains(&seen["saw"].as_str().unwrap_or_default())
    });
    eventually(
        || get(&house.at("/scene-participants?pointer=0,0")),
        |answer| (answer.json()["data"]["addresses"] == json!([ann.address])).then_some(()),
    )
    .await;

    let path = format!("/users/{}/bans?moderator=Eve", ann.address);
    let banned = post(&house.at(&path), &json!({ "reason": "rude" })).bearer_auth(MODERATORS);
    send(banned).await.expect(201);
    assert_eq!(people.sees_a("ann", "out")["reason"], "PARTICIPANT_REMOVED");
    assert_eq!(
        enter(&ann).await.expect(403).json()["error"],
        "Access denied, platform-banned user"
    );
    came_and_went(&house.program, &bob.address).await;
    let log = house.program.log();
    for secret in [
        house.known.api_secret.as_str(),
        SERVICE,
        MODERATORS,
        "access_token",
        "eyJ",
    ] {
        assert!(!log.contains(secret), "the log has {secret}");
    }
    assert!(house.program.terminate().await.success());
}

/// The server has told who came and went, and the log has it as events of theirs.
async fn came_and_went(program: &Program, address: &str) {
    let path = format!("/operator/topics/user.actions/records?key={address}&limit=100");
    eventually(
        || get(&program.at(&path)).bearer_auth(TOKEN),
        |answer| {
            let text = answer.text();
            let has = |kind: &str| text.contains(kind);
            (has("user-joined-room") && has("user-left-room")).then_some(())
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_communitys_call_who_is_made_a_speaker_may_speak() {
    if !peers::wanted() {
        return;
    }
    let Some(mut people) = People::start().await else {
        return;
    };
    let scratch = Scratch::new();
    let house = House::start(&scratch).await;
    let [owner, ann] = [34, 35].map(Person::new);
    for (name, who, action, role) in [
        ("owner", &owner, "create", "owner"),
        ("ann", &ann, "join", "member"),
    ] {
        let body = json!({ "community_id": "c", "user_address": who.address, "action": action, "user_role": role });
        let url = house.service("/community-voice-chat", &body).await["connection_url"].clone();
        people.join(name, &url);
        let seen = people.sees_a(name, "in");
        assert_eq!(seen["room"], "voice-chat-community-c");
        let said = seen["metadata"].as_str().expect("text");
        assert!(said.contains(&format!("\"role\":\"{role}\"")), "{said}");
    }
    people.act(&json!({ "do": "speak", "who": "ann" }));
    people.sees_a("ann", "silent");
    let path = format!("/community-voice-chat/c/users/{}/speaker", ann.address);
    house.service(&path, &json!({})).await;
    people.act(&json!({ "do": "speak", "who": "ann" }));
    people.sees_a("ann", "speaks");
    let status = || get(&house.at("/community-voice-chat/c/status")).bearer_auth(SERVICE);
    eventually(status, |answer| {
        (answer.json()["participant_count"] == 2).then_some(())
    })
    .await;
    let ended = reqwest::Client::new()
        .delete(house.at("/community-voice-chat/c"))
        .bearer_auth(SERVICE)
        .body(json!({ "user_address": owner.address }).to_string());
    send(ended).await.expect(200);
    for who in ["owner", "ann"] {
        assert_eq!(people.sees_a(who, "out")["reason"], "ROOM_DELETED");
    }
    assert!(house.program.terminate().await.success());
}
