//! A registry of a few lines that gives one answer to everything, and what the client makes of such answers.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use adapters::registry::{RegistryClient, RegistryOptions};
use runtime::ports::PortError;
use runtime::settings::Size;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One answer for everything.
pub(super) struct Server {
    address: String,
    /// Heads of the requests so far.
    heads: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Answers with these bytes and closes.
    async fn answering(answer: String) -> Self {
        Self::start(Some(answer)).await
    }

    /// Takes the request and says nothing.
    pub(super) async fn silent() -> Self {
        Self::start(None).await
    }

    async fn start(answer: Option<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let noted = heads.clone();
        tokio::spawn(async move {
            let mut silent = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                let head = head_of(&mut stream).await;
                noted.lock().expect("nobody panics here").push(head);
                match &answer {
                    Some(answer) => {
                        let _ = stream.write_all(answer.as_bytes()).await;
                    }
                    None => silent.push(stream),
                }
            }
        });
        Self { address, heads }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// The head of a request.
async fn head_of(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    while !bytes.windows(4).any(|w| w == b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
    )
}

/// What asking for the subjects gives.
async fn asked(answer: String) -> Result<Vec<String>, PortError> {
    let server = Server::answering(answer).await;
    let mut options = RegistryOptions::of_url(&server.url()).expect("a url");
    options.answer_bytes = Size(1000);
    RegistryClient::new(options)
        .expect("a client")
        .subjects()
        .await
}

#[tokio::test]
async fn a_busy_registry_says_when_to_come_again() {
    for status in ["503 Service Unavailable", "429 Too Many Requests", "500 Oh"] {
        let got = asked(answer(
            status,
            "retry-after: 7\r\n",
            "{\"message\":\"busy\"}",
        ))
        .await;
        let Err(PortError::Retry { what, after }) = got else {
            panic!("{status}: {got:?}");
        };
        assert_eq!(after, Some(Duration::from_secs(7)));
        assert!(what.contains("busy"), "{what}");
    }
    let got = asked(answer("503 No", "retry-after: 99999999\r\n", "")).await;
    let Err(PortError::Retry { after, .. }) = got else {
        panic!("{got:?}");
    };
    assert_eq!(after, Some(Duration::from_secs(300)), "not for months");
}

#[tokio::test]
async fn a_refusal_is_told_in_the_registrys_words() {
    let body = "{\"error_code\":42201,\"message\":\"Invalid schema\"}";
    for status in [
        "422 Unprocessable",
        "401 Unauthorized",
        "403 Forbidden",
        "301 Moved",
    ] {
        let got = asked(answer(status, "location: http://127.0.0.1:1/\r\n", body)).await;
        let Err(PortError::Refused(text)) = got else {
            panic!("{status}: {got:?}");
        };
        assert!(text.contains("Invalid schema"), "{text}");
    }
    let long = "x".repeat(900);
    let error = asked(answer("400 No", "", &long))
        .await
        .expect_err("refused");
    assert!(error.to_string().len() < 700, "{error}");
}

#[tokio::test]
async fn answers_have_a_size_and_a_shape() {
    let large = format!("[\"{}\"]", "x".repeat(1000));
    let got = asked(answer("200 OK", "", &large)).await;
    assert!(got.is_err_and(|e| e.to_string().contains("larger")));
    let got = asked(answer("200 OK", "", "<html>")).await;
    assert!(matches!(got, Err(PortError::Refused(_))), "{got:?}");
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[\"a\"".to_owned();
    assert!(asked(cut).await.is_err_and(|e| e.is_retry()));
    let got = asked(answer("200 OK", "", "[\"a\"]")).await;
    assert_eq!(got.expect("an answer"), ["a"]);
}

#[tokio::test]
async fn who_we_are_is_said_in_the_header_only() {
    let cases = [
        ("me:p%40ss", "authorization: Basic bWU6cEBzcw==\r\n"),
        ("t0ken", "authorization: Bearer t0ken\r\n"),
    ];
    for (user_info, header) in cases {
        let server = Server::answering(answer("404 No", "", "nothing here")).await;
        let url = format!("http://{user_info}@{}/base/", server.address);
        let client = RegistryClient::new(RegistryOptions::of_url(&url).expect("a url"));
        let error = client.expect("a client").register("a/b c", "{}").await;
        let error = error.expect_err("refused").to_string();
        assert!(
            !error.contains("t0ken") && !error.contains("p@ss"),
            "{error}"
        );
        let heads = server.heads.lock().expect("nobody panics here");
        let head = &heads[0];
        assert!(head.contains(header), "{head}");
        let line = "POST /base/subjects/a%2Fb%20c/versions HTTP/1.1\r\n";
        assert!(head.starts_with(line), "{head}");
    }
}
