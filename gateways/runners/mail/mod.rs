//! Mails, as effects: to a folder, over SMTP or over SendGrid.
//!
//! What is asked for (`effects.mail`) is rendered already; here its places are filled (addresses of the configuration,
//! signed links, the code of a validation mail) and it is handed over. Into a folder a mail is written once, whatever
//! is repeated; a provider may see a repetition after a crash, under the same message id.

mod folder;
mod letter;
mod places;
mod reader;
mod sendgrid;
mod sign;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use lettre::transport::smtp;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use model::events::effects;
use runtime::effects::{AfterCrash, EffectHandler, Outcome};
use runtime::ports::Clock;
use runtime::reading::Views;

use crate::frame::{Secret, Settings};
use crate::sources::outbound::Outbound;
use folder::Folder;
use letter::{Letter, Unsendable};
use reader::Readers;
use sendgrid::SendGrid;

pub use letter::is_email;
pub use places::Places;
pub use sign::{Signer, code_hash, unsubscribe_url};

/// Folder of mails in the data folder.
const OUTBOX: &str = "outbox";
/// The mount of the gateway that unsubscribe links lead to.
const MOUNT: &str = "notifications";

/// Who takes mails.
enum Provider {
    Folder(Folder),
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    SendGrid(SendGrid),
}

/// Sends mails. Cheap to clone.
#[derive(Clone)]
pub struct Mailer(Arc<Sending>);

struct Sending {
    provider: Provider,
    places: Places,
    signer: Signer,
    base: String,
    from: String,
    clock: Arc<dyn Clock>,
    /// Asked before each mail; nobody, where there are no inboxes.
    readers: Option<Readers>,
}

impl Mailer {
    /// As configured: SendGrid within the bounds of `outbound`, else SMTP, else the folder `outbox` in `data`. `key` signs;
    /// `url` is how the listener is reached, for links when nothing else is configured.
    ///
    /// # Errors
    /// An address of the configuration that is none.
    pub fn new(
        settings: &Settings,
        outbound: &Outbound,
        key: Secret,
        url: &str,
        data: &Path,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, String> {
        let own = &settings.notifications;
        let provider = if let Some(base) = &own.sendgrid_api_url {
            Provider::SendGrid(SendGrid::new(base, own, outbound)?)
        } else if let Some(url) = &own.smtp_url {
            let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.reveal());
            // The library's text would repeat the address, and with it the password.
            let transport =
                transport.map_err(|_| "notifications.smtp_url: not an address of SMTP")?;
            let transport = transport.timeout(Some(own.mail_timeout.0)).build();
            Provider::Smtp(Box::new(transport))
        } else {
            let folder = own.outbox.clone();
            Provider::Folder(Folder(folder.unwrap_or_else(|| data.join(OUTBOX))))
        };
        if own.email_from.parse::<lettre::message::Mailbox>().is_err() {
            return Err(format!(
                "notifications.email_from: {:?} is no sender",
                own.email_from
            ));
        }
        Ok(Self(Arc::new(Sending {
            provider,
            places: Places::of(settings),
            signer: Signer::new(key),
            base: links_base(settings).unwrap_or_else(|| mounted(url)),
            from: own.email_from.clone(),
            clock,
            readers: None,
        })))
    }

    /// The same, which looks before each mail whether its reader still wants it.
    #[must_use]
    pub fn asking(self, views: Views) -> Self {
        let mut sending = Arc::into_inner(self.0).expect("a mailer that nobody shares yet");
        sending.readers = Some(Readers(views));
        Self(Arc::new(sending))
    }
}

/// The HTML of a mail as its reader would see it; unsubscribe links start with `base`.
pub fn shown(mail: effects::Mail, places: &Places, signer: &Signer, base: &str) -> String {
    Letter::new(mail, places, signer, base).mail.html
}

/// What unsubscribe links start with, where the configuration says: who writes a link and who proves it agree.
pub fn links_base(settings: &Settings) -> Option<String> {
    let own = settings.notifications.service_base_url.as_deref();
    let public = settings.cdn.public_url.as_deref();
    own.map(|own| own.trim_end_matches('/').to_owned())
        .or_else(|| public.map(mounted))
}

fn mounted(url: &str) -> String {
    format!("{}/{MOUNT}", url.trim_end_matches('/'))
}

#[async_trait]
impl EffectHandler for Mailer {
    fn kind(&self) -> &'static str {
        "mail"
    }

    /// A file of the same name is the same mail. Others cannot be asked whether they took it, and a person who gets it
    /// twice is worse off than an operator who reads `unknown`.
    fn after_crash(&self) -> AfterCrash {
        match self.0.provider {
            Provider::Folder(_) => AfterCrash::Repeat,
            _ => AfterCrash::GiveUp,
        }
    }

    async fn perform(&self, key: &str, request: &[u8]) -> Outcome {
        let mail: effects::Mail = match model::decode(request) {
            Ok(mail) => mail,
            Err(error) => return give_up(format!("request: {error}")),
        };
        let Sending {
            places,
            signer,
            base,
            readers,
            ..
        } = &*self.0;
        if let Some(readers) = readers {
            match readers.want(&mail).await {
                Ok(true) => {}
                Ok(false) => return give_up("its reader does not want it any more".into()),
                Err(error) => return later(format!("inbox: {error}")),
            }
        }
        let letter = Letter::new(mail, places, signer, base);
        match self.0.hand_over(key, &letter).await {
            Ok(outcome) => outcome,
            Err(unsendable) => give_up(unsendable.to_string()),
        }
    }
}

impl Sending {
    async fn hand_over(&self, key: &str, letter: &Letter) -> Result<Outcome, Unsendable> {
        let now = self.clock.now_ms();
        Ok(match &self.provider {
            Provider::SendGrid(sendgrid) => sendgrid.send(key, letter).await,
            Provider::Folder(folder) => {
                let message = letter.message(key, &self.from, now)?;
                match folder.put(key, &message.formatted()).await {
                    Ok(()) => Outcome::Done(None),
                    Err(error) => later(format!("outbox {}: {error}", folder.0.display())),
                }
            }
            Provider::Smtp(transport) => {
                let message = letter.message(key, &self.from, now)?;
                match transport.send(message).await {
                    Ok(_) => Outcome::Done(None),
                    Err(error) => refused(&error),
                }
            }
        })
    }
}

/// 5xx of an SMTP server is for good; anything else may pass.
fn refused(error: &smtp::Error) -> Outcome {
    match error.is_permanent() {
        true => give_up(format!("SMTP: {error}")),
        false => later(format!("SMTP: {error}")),
    }
}

fn later(reason: String) -> Outcome {
    Outcome::Retry {
        after: None,
        reason,
    }
}

fn give_up(reason: String) -> Outcome {
    Outcome::GiveUp { reason }
}
