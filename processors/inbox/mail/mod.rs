//! Mails, rendered once: subject, HTML and text.
//!
//! Templates are data (`templates.rs`); what they insert is escaped for where it is inserted (`insert.rs`). Addresses
//! of this platform, which the configuration knows and a processor does not, stand in the texts as `{{place}}`; what
//! is inserted from outside can hold no such place. The runner fills them, signs links, and makes the code of a
//! validation mail, so that no secret passes through the log.

mod frame;
mod insert;
mod templates;

use model::events::effects::Mail;
use model::events::notification::Command;
use serde_json::Value;

use frame::Frame;
use insert::Inserts;
use templates::Template;

/// Kind of the effect.
pub(super) const EFFECT: &str = "mail";
/// What people without a profile are called.
const NAMELESS: &str = "Unknown";
/// Subject of a mail that lacks what its subject tells.
const UNTITLED: &str = "News for you";
/// First part of the headline.
const GREETING: &str = "Hey there";

/// The mail of a notification; `None` for a type that has none.
pub(super) fn notification(
    kind: &str,
    address: &str,
    to: &str,
    name: Option<&str>,
    metadata: &Value,
) -> Option<Mail> {
    let template = templates::of(kind)?;
    let name = name.unwrap_or(NAMELESS);
    let inserts = Inserts { metadata, name };
    let action = template.button.and_then(|(text, link)| {
        let link = inserts.link(link)?;
        Some((inserts.line(text), link))
    });
    let banner = template.banner.and_then(|member| inserts.image(member));
    let mail = Mail {
        to: to.to_owned(),
        kind: "notification".into(),
        of_type: Some(kind.to_owned()),
        address: Some(address.to_owned()),
        subject: subject(template, &inserts),
        title: GREETING.into(),
        title_highlight: insert::one_line(name),
        content: content(template, &inserts),
        text: text(template, &inserts),
        banner_label: banner.as_ref().and_then(|_| inserts.label()),
        banner_url: banner,
        action_text: action.as_ref().map(|(text, _)| text.clone()),
        action_link: action.map(|(_, link)| link),
        ..Mail::default()
    };
    Some(Frame::with_unsubscribe(mail).filled())
}

/// The mail of a type with something made up in each place; `None` for a type that has none.
pub(super) fn preview(kind: &str) -> Option<Mail> {
    let template = templates::of(kind)?;
    let mut metadata = serde_json::Map::new();
    let texts = [template.subject, "[title]"].into_iter();
    for text in texts.chain(template.body.iter().copied()) {
        for insert in text.split('[').skip(1) {
            let (insert, _) = insert.split_once(']').unwrap_or((insert, ""));
            let (name, form) = insert.split_once('|').unwrap_or((insert, ""));
            metadata.insert(name.to_owned(), made_up(name, form));
        }
    }
    let link = template.button.map(|(_, link)| link).unwrap_or_default();
    let member = link.strip_prefix('[').and_then(|l| l.strip_suffix(']'));
    for (member, url) in [
        (member, "{{decentraland}}"),
        (template.banner, "{{cdn}}/image.png"),
    ] {
        if let Some(member) = member {
            metadata.insert(member.to_owned(), url.into());
        }
    }
    let nobody = format!("0x{}", "0".repeat(40));
    let name = Some("Alice");
    notification(
        kind,
        &nobody,
        "alice@example.org",
        name,
        &Value::Object(metadata),
    )
}

fn made_up(name: &str, form: &str) -> Value {
    match form {
        "mana" => "1500000000000000000".into(),
        "day" => "2026-01-01T00:00:00.000Z".into(),
        "list" => serde_json::json!([name]),
        _ => format!("({name})").into(),
    }
}

/// The subject; what the notification calls itself where the template's own lacks an insert.
fn subject(template: &Template, inserts: &Inserts<'_>) -> String {
    let subjects = [template.subject, "[title]", UNTITLED];
    let subjects = subjects.map(|subject| inserts.line(subject));
    subjects
        .into_iter()
        .find(|subject| !subject.is_empty())
        .unwrap_or_default()
}

fn content(template: &Template, inserts: &Inserts<'_>) -> String {
    let paragraphs = template
        .body
        .iter()
        .map(|paragraph| inserts.html(paragraph));
    let paragraphs = paragraphs.filter(|text| !text.is_empty());
    paragraphs.map(|text| format!("<p>{text}</p>")).collect()
}

fn text(template: &Template, inserts: &Inserts<'_>) -> String {
    let paragraphs = template
        .body
        .iter()
        .map(|paragraph| inserts.plain(paragraph));
    let paragraphs: Vec<String> = paragraphs.filter(|text| !text.is_empty()).collect();
    paragraphs.join("\n\n")
}

/// The mail that proves an address, by a link with a code in it.
pub(super) fn validation(command: &Command, to: &str) -> Mail {
    let address = &command.address;
    let link = if command.captcha {
        let source = if command.credits {
            "credits"
        } else {
            "account"
        };
        format!(
            "{{{{account}}}}/confirm-email-challenge/{{{{code}}}}?address={address}&source={source}"
        )
    } else if command.credits {
        format!("{{{{account}}}}/credits-email-confirmed/{{{{code}}}}?address={address}")
    } else {
        format!("{{{{account}}}}/confirm-email/{{{{code}}}}?address={address}")
    };
    let told = "This e-mail address was given for notifications of a Decentraland wallet. \
                If that was you, confirm it; if not, do nothing, and no more mail will come.";
    let mail = Mail {
        to: to.to_owned(),
        kind: "validation_attempt".into(),
        address: Some(address.clone()),
        subject: "Please confirm your e-mail address".into(),
        title: "Confirm your".into(),
        title_highlight: "e-mail address".into(),
        content: format!("<p>{told}</p><p>The wallet is {address}.</p>"),
        text: format!("{told}\n\nThe wallet is {address}."),
        action_text: Some("Confirm".into()),
        action_link: Some(link),
        nonce: command.nonce.clone(),
        ..Mail::default()
    };
    Frame::bare(mail).filled()
}

/// A mail that another service wrote: its text, shown as it is.
pub(super) fn plain(to: &str, subject: &str, content: &str, title: [&str; 2]) -> Mail {
    let mail = Mail {
        to: to.to_owned(),
        kind: "common".into(),
        subject: insert::one_line(subject),
        title: insert::one_line(title[0]),
        title_highlight: insert::one_line(title[1]),
        content: format!("<p>{}</p>", insert::html(content).replace('\n', "<br>")),
        text: insert::plain(content),
        ..Mail::default()
    };
    Frame::bare(mail).filled()
}

/// Whether a type has a mail.
#[cfg(test)]
pub(super) fn has(kind: &str) -> bool {
    templates::of(kind).is_some()
}
