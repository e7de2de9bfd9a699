//! Whether a mail's reader still wants it: a mail may have waited for days, and an address may be another's by now.

use std::time::Duration;

use model::events::effects::Mail;
use model::tables::inbox::{State, TABLE};
use runtime::ports::PortError;
use runtime::reading::Views;

/// The read model of inboxes.
const INBOX: &str = "inbox";
/// A mail is asked for before the inbox that asked shows it: so long is waited until it does.
const PATIENCE: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_millis(500),
    Duration::from_secs(6),
];

/// Looks into the inboxes of those who are mailed.
pub(super) struct Readers(pub(super) Views);

impl Readers {
    /// Whether the inbox that a notification's mail is about has this address confirmed and wants such mails. Mails that
    /// are about no notification go to whoever they are for.
    ///
    /// # Errors
    /// The store's faults.
    pub(super) async fn want(&self, mail: &Mail) -> Result<bool, PortError> {
        let Some((kind, address)) = mail.of_type.as_deref().zip(mail.address.as_deref()) else {
            return Ok(true);
        };
        for pause in PATIENCE {
            tokio::time::sleep(pause).await;
            let view = self.0.pin(INBOX);
            let inbox: Option<State> = view.read(TABLE, address.as_bytes(), b"").await?;
            if inbox.is_some_and(|inbox| wants(&inbox, kind, &mail.to)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn wants(inbox: &State, kind: &str, to: &str) -> bool {
    let confirmed = inbox.email.as_deref();
    let same = |email: &str| email.to_lowercase() == to.to_lowercase();
    confirmed.is_some_and(same) && inbox.details.wants_mail(kind)
}

#[cfg(test)]
mod tests {
    use model::tables::inbox::{Channels, Details};

    use super::*;

    #[test]
    fn only_a_confirmed_address_that_wants_such_mails_is_mailed() {
        let mut inbox = State::default();
        assert!(
            !wants(&inbox, "item_sold", "a@b.example"),
            "none is confirmed"
        );
        inbox.email = Some("A@b.example".into());
        assert!(wants(&inbox, "item_sold", "a@B.example"));
        assert!(!wants(&inbox, "item_sold", "old@b.example"));
        let off = Channels {
            email: false,
            in_app: true,
        };
        inbox.details = Details {
            message_type: [("item_sold".to_owned(), off)].into(),
            ..Details::default()
        };
        assert!(!wants(&inbox, "item_sold", "a@b.example"));
        assert!(wants(&inbox, "bid_accepted", "a@b.example"));
        inbox.details.ignore_all_email = true;
        assert!(!wants(&inbox, "bid_accepted", "a@b.example"));
    }
}
