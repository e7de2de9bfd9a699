//! Section `notifications` of the configuration: the gateway's part and the mail runner's.

use std::path::PathBuf;

use runtime::settings::Span;
use serde::Deserialize;

use crate::frame::Secret;

/// Inboxes and mails.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Notifications {
    /// Signs unsubscribe links and makes the codes of validation mails; unset: `up` keeps one in the data folder.
    pub signing_key: Option<Secret>,
    /// What unsubscribe links start with; unset: `cdn.public_url`, or the listener, and the mount.
    pub service_base_url: Option<String>,
    /// Where people set what they want to be told.
    pub account_base_url: String,
    /// The marketplace.
    pub marketplace_base_url: String,
    /// The web site.
    pub decentraland_url: String,
    /// What addresses of images start with; unset: `cdn.public_url`, else the original's.
    pub cdn_url: Option<String>,
    /// Bearer of the routes for services; unset: `POST /notifications` is not there.
    pub notification_service_token: Option<Secret>,
    /// SendGrid's address; set, it replaces the folder and SMTP.
    pub sendgrid_api_url: Option<String>,
    /// Its key.
    pub sendgrid_api_key: Option<Secret>,
    /// The sender there; unset: `email_from`.
    pub sendgrid_email_from: Option<String>,
    /// The template there.
    pub sendgrid_email_template_id: Option<String>,
    /// Has SendGrid check mails and deliver none.
    pub sendgrid_sandbox_mode: bool,
    /// What SendGrid's reports call this platform.
    pub environment: String,
    /// `smtp://host:port` or `smtps://user:password@host:port`; set, it replaces the folder.
    pub smtp_url: Option<Secret>,
    /// Sender of mails.
    pub email_from: String,
    /// Folder that mails are written to when there is no provider; unset: `outbox` in the data folder.
    pub outbox: Option<PathBuf>,
    /// Longest time of one try at a provider.
    pub mail_timeout: Span,
    /// How long the code of a validation mail holds.
    pub code_ttl: Span,
    /// Wrong codes after which a validation is void.
    pub code_tries: u32,
    /// Validation mails that one wallet may ask for within `validation_mails_window`; 0: no limit.
    pub validation_mails_max: u32,
    /// The time that they are counted in.
    pub validation_mails_window: Span,
    /// How old a signed request may be.
    pub signature_window: Span,
    /// Notifications of one `POST /notifications` at most.
    pub posted_max: usize,
    /// Ids of one `PUT /notifications/read` at most.
    pub ids_max: usize,
    /// Pause between two signs of life of an event stream.
    pub heartbeat: Span,
    /// Event streams at once.
    pub streams_max: usize,
    /// Of which so many of one wallet.
    pub streams_per_wallet_max: usize,
    /// Asked about a captcha's answer; set, a confirmation needs one.
    pub cloudflare_challenge_url: Option<String>,
    /// The secret to ask with.
    pub cloudflare_secret: Option<Secret>,
    /// Base of the feature flags, `<base>/dapps.json`; unset: no domain of e-mail addresses is refused.
    pub feature_flags_url: Option<String>,
    /// How long flags are believed.
    pub feature_flags_ttl: Span,
}

impl Default for Notifications {
    fn default() -> Self {
        Self {
            signing_key: None,
            service_base_url: None,
            account_base_url: "https://decentraland.org/account".into(),
            marketplace_base_url: "https://decentraland.org/marketplace".into(),
            decentraland_url: "https://decentraland.org".into(),
            cdn_url: None,
            notification_service_token: None,
            sendgrid_api_url: None,
            sendgrid_api_key: None,
            sendgrid_email_from: None,
            sendgrid_email_template_id: None,
            sendgrid_sandbox_mode: false,
            environment: "prd".into(),
            smtp_url: None,
            email_from: "Decentraland <notifications@localhost>".into(),
            outbox: None,
            mail_timeout: Span::secs(30),
            code_ttl: Span::secs(24 * 3600),
            code_tries: 5,
            validation_mails_max: 5,
            validation_mails_window: Span::secs(3600),
            signature_window: Span::secs(300),
            posted_max: 1000,
            ids_max: 1000,
            heartbeat: Span::secs(15),
            streams_max: 1000,
            streams_per_wallet_max: 10,
            cloudflare_challenge_url: None,
            cloudflare_secret: None,
            feature_flags_url: None,
            feature_flags_ttl: Span::secs(240),
        }
    }
}
