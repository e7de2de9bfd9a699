//! A mail with all its places filled, and as the bytes that mail programs read.

use std::time::{Duration, SystemTime};

use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use model::events::effects::Mail;

use super::places::Places;
use super::sign::{Signer, unsubscribe_url};

/// A mail that is ready to be handed over.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    /// With nothing left to fill.
    pub(super) mail: Mail,
    /// Ends mails of this type.
    pub(super) unsubscribe_one: Option<String>,
    /// Ends all mails.
    pub(super) unsubscribe_all: Option<String>,
    /// The account page.
    pub(super) account: String,
}

/// Why a mail can never be sent.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unsendable {
    #[error("{what} {text:?} is no e-mail address: {why}")]
    Address {
        what: &'static str,
        text: String,
        why: lettre::address::AddressError,
    },
    #[error("the mail cannot be put together: {0}")]
    Built(#[from] lettre::error::Error),
    #[error("header {0} cannot be written")]
    Header(&'static str),
}

impl Letter {
    /// Fills the places of a mail. `base` is what unsubscribe links start with.
    pub(super) fn new(mail: Mail, places: &Places, signer: &Signer, base: &str) -> Self {
        let address = mail.address.clone().unwrap_or_default();
        let link = |kind: Option<&str>| signer.signed(&unsubscribe_url(base, &address, kind));
        let told = mail.of_type.as_deref().filter(|_| !address.is_empty());
        let unsubscribe_one = told.map(|kind| link(Some(kind)));
        let unsubscribe_all = told.map(|_| link(None));
        let text = |url: &Option<String>| url.clone().unwrap_or_default();
        let code = mail
            .nonce
            .as_deref()
            .map(|nonce| signer.code(nonce, &address));
        let places = places.with(vec![
            ("{{unsubscribeOne}}", text(&unsubscribe_one)),
            ("{{unsubscribeAll}}", text(&unsubscribe_all)),
            ("{{code}}", code.unwrap_or_default()),
        ]);
        let filled = |url: Option<String>| url.map(|url| places.filled(&url));
        Self {
            unsubscribe_one,
            unsubscribe_all,
            account: places.filled("{{account}}"),
            mail: Mail {
                html: places.filled_html(&mail.html),
                text: places.filled(&mail.text),
                content: places.filled_html(&mail.content),
                action_link: filled(mail.action_link),
                banner_url: filled(mail.banner_url),
                ..mail
            },
        }
    }

    /// The message: both forms of the text, and how to be left alone (RFC 8058).
    ///
    /// # Errors
    /// An address that is none, or a header that cannot be written.
    pub(super) fn message(
        &self,
        key: &str,
        from: &str,
        now_ms: i64,
    ) -> Result<Message, Unsendable> {
        let from = mailbox("sender", from)?;
        let domain = from.email.domain().to_owned();
        let since = Duration::from_millis(u64::try_from(now_ms).unwrap_or(0));
        let parts =
            MultiPart::alternative_plain_html(self.mail.text.clone(), self.mail.html.clone());
        let mut message = Message::builder()
            .from(from)
            .to(mailbox("receiver", &self.mail.to)?)
            .subject(self.mail.subject.clone())
            .message_id(Some(format!("<{key}@{domain}>")))
            .date(SystemTime::UNIX_EPOCH + since)
            .multipart(parts)?;
        if let Some(link) = &self.unsubscribe_one {
            let headers = [
                ("List-Unsubscribe", format!("<{link}>")),
                (
                    "List-Unsubscribe-Post",
                    "List-Unsubscribe=One-Click".to_owned(),
                ),
            ];
            for (name, value) in headers {
                let header = HeaderName::new_from_ascii(name.to_owned());
                let header = header.map_err(|_| Unsendable::Header(name))?;
                message
                    .headers_mut()
                    .insert_raw(HeaderValue::new(header, value));
            }
        }
        Ok(message)
    }
}

fn mailbox(what: &'static str, text: &str) -> Result<Mailbox, Unsendable> {
    text.parse().map_err(|why| Unsendable::Address {
        what,
        text: text.to_owned(),
        why,
    })
}

/// Whether a text is an e-mail address that mails can be sent to.
pub fn is_email(text: &str) -> bool {
    text.parse::<lettre::Address>().is_ok()
}
