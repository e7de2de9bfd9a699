//! A client: signs as the explorers do, and says what it was told.

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use gateways::archipelago::wire::{
    Asked, ChallengeRequest, ClientPacket, Heartbeat, IslandChanged, Position, ServerPacket,
    SignedChallenge, Told,
};
use identity::sign::{LOGIN_TITLE, Wallet, create_ephemeral_chain, sign_entity};
use prost::Message as _;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Nothing here takes this long: what does hangs.
const HANGS_AFTER: Duration = Duration::from_secs(60);
const UNTIL: &str = "2100-01-01T00:00:00.000Z";

pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    let timeout = tokio::time::timeout(HANGS_AFTER, future);
    timeout
        .await
        .unwrap_or_else(|_| panic!("{what} did not come"))
}

/// Between two looks.
pub(crate) async fn a_moment() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

pub(crate) fn wallet(n: u8) -> Wallet {
    Wallet::from_private_key([n; 32]).expect("a key of the curve")
}

pub(crate) struct Client {
    pub(crate) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// What a client sees next.
#[derive(Debug, PartialEq)]
pub(crate) enum Saw {
    Told(Told),
    /// The end, with its code if it has one.
    End(Option<u16>),
}

impl Client {
    pub(crate) async fn open(url: &str) -> Self {
        let (socket, _) = connect_async(url).await.expect("a socket");
        Self { socket }
    }

    /// With another name in front of a proxy.
    pub(crate) async fn try_from(url: &str, address: &str) -> Result<Self, u16> {
        use tungstenite::client::IntoClientRequest as _;
        let mut request = url.into_client_request().expect("a request");
        let address = address.parse().expect("a header");
        request.headers_mut().insert("x-forwarded-for", address);
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self { socket }),
            Err(tungstenite::Error::Http(answer)) => Err(answer.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) async fn bytes(&mut self, bytes: impl Into<bytes::Bytes>) {
        self.socket
            .send(Message::Binary(bytes.into()))
            .await
            .expect("it is sent");
    }

    pub(crate) async fn ask(&mut self, asked: Asked) {
        let packet = ClientPacket {
            message: Some(asked),
        };
        self.bytes(packet.encode_to_vec()).await;
    }

    pub(crate) async fn saw(&mut self) -> Saw {
        soon("a packet", async {
            loop {
                match self.socket.next().await {
                    Some(Ok(Message::Binary(bytes))) => {
                        let packet = ServerPacket::decode(bytes).expect("a packet");
                        return Saw::Told(packet.message.expect("of a kind"));
                    }
                    Some(Ok(Message::Close(frame))) => {
                        return Saw::End(frame.map(|frame| frame.code.into()));
                    }
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return Saw::End(None),
                }
            }
        })
        .await
    }

    /// Sees the end.
    pub(crate) async fn end(&mut self) -> Option<u16> {
        match self.saw().await {
            Saw::End(code) => code,
            Saw::Told(told) => panic!("not the end: {told:?}"),
        }
    }

    /// Says who it is; gives the challenge, and whether the address is connected.
    pub(crate) async fn hello(&mut self, address: &str) -> (String, bool) {
        let address = address.to_owned();
        self.ask(Asked::ChallengeRequest(ChallengeRequest { address }))
            .await;
        match self.saw().await {
            Saw::Told(Told::ChallengeResponse(response)) => {
                (response.challenge_to_sign, response.already_connected)
            }
            other => panic!("no challenge: {other:?}"),
        }
    }

    /// Answers a challenge.
    pub(crate) async fn sign(&mut self, owner: &Wallet, challenge: &str) {
        let session = wallet(200);
        let chain = create_ephemeral_chain(owner, &session, LOGIN_TITLE, UNTIL).expect("short");
        let chain = sign_entity(&chain, &session, challenge).expect("short");
        let auth_chain_json = serde_json::to_string(&chain).expect("JSON");
        self.ask(Asked::SignedChallenge(SignedChallenge { auth_chain_json }))
            .await;
    }

    /// A whole handshake, up to what comes of it.
    pub(crate) async fn handshake(&mut self, owner: &Wallet) -> Saw {
        let (challenge, _) = self.hello(owner.address()).await;
        self.sign(owner, &challenge).await;
        self.saw().await
    }

    /// Somebody who was let in.
    pub(crate) async fn enter(url: &str, n: u8) -> Self {
        let mut client = Self::open(url).await;
        let owner = wallet(n);
        match client.handshake(&owner).await {
            Saw::Told(Told::Welcome(welcome)) => assert_eq!(welcome.peer_id, owner.address()),
            other => panic!("not welcome: {other:?}"),
        }
        client
    }

    pub(crate) async fn beat(&mut self, x: f32, z: f32) {
        let heartbeat = Heartbeat {
            position: Some(Position::at(x, 0.0, z)),
            desired_room: None,
        };
        self.ask(Asked::Heartbeat(heartbeat)).await;
    }

    /// Is told an island.
    pub(crate) async fn island(&mut self) -> IslandChanged {
        match self.saw().await {
            Saw::Told(Told::IslandChanged(changed)) => changed,
            other => panic!("no island: {other:?}"),
        }
    }
}
