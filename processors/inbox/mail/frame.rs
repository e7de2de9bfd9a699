//! What lies around every mail: headline, picture, button, and how to be left alone.

use model::events::effects::Mail;

use super::insert::html;

/// A mail whose own part is written and whose whole is not.
pub(super) struct Frame {
    mail: Mail,
    unsubscribe: bool,
}

/// How to be left alone, for mails to people who have an inbox.
const FOOTER: &str = "<p style=\"margin:0 0 8px\">You get this mail because e-mail notifications are on for your wallet.</p>\
<p style=\"margin:0\"><a href=\"{{unsubscribeOne}}\" style=\"color:#716b7c;white-space:nowrap\">No more mails of this kind</a> &middot; \
<a href=\"{{unsubscribeAll}}\" style=\"color:#716b7c;white-space:nowrap\">No more mails at all</a> &middot; \
<a href=\"{{account}}\" style=\"color:#716b7c;white-space:nowrap\">Your settings</a></p>";
const FOOTER_TEXT: &str = "No more mails of this kind: {{unsubscribeOne}}\n\
No more mails at all: {{unsubscribeAll}}\nYour settings: {{account}}";

impl Frame {
    /// With the links that end such mails.
    pub(super) fn with_unsubscribe(mail: Mail) -> Self {
        Self {
            mail,
            unsubscribe: true,
        }
    }

    /// Without them: there is nothing to end.
    pub(super) fn bare(mail: Mail) -> Self {
        Self {
            mail,
            unsubscribe: false,
        }
    }

    /// The mail with its whole HTML and text.
    pub(super) fn filled(self) -> Mail {
        let html = self.html();
        let text = self.text();
        Mail {
            html,
            text,
            ..self.mail
        }
    }

    fn html(&self) -> String {
        let mail = &self.mail;
        let banner = mail.banner_url.as_deref().map(|url| {
            let label = html(mail.banner_label.as_deref().unwrap_or_default());
            let url = attribute(url);
            // What the first paragraph says need not stand above it, too.
            let caption = match label.is_empty() || mail.content.contains(&format!("<p>{label}</p>")) {
                true => String::new(),
                false => format!("<br><span style=\"font-size:13px;color:#716b7c\">{label}</span>"),
            };
            format!(
                "<p style=\"text-align:center;margin:0 0 16px\"><img src=\"{url}\" alt=\"{label}\" width=\"240\" \
                 style=\"max-width:100%;border-radius:8px\">{caption}</p>"
            )
        });
        let button = mail.action_link.as_deref().map(|link| {
            let text = html(mail.action_text.as_deref().unwrap_or_default());
            let link = attribute(link);
            format!(
                "<p style=\"text-align:center;margin:24px 0 0\"><a href=\"{link}\" style=\"display:inline-block;\
                 background:#ff2d55;color:#ffffff;padding:12px 24px;border-radius:8px;font-weight:bold;\
                 text-decoration:none\">{text}</a></p>"
            )
        });
        // On a telephone the page is as narrow as its widest word: the tables take the width there is and no other, and
        // addresses and links, which are one word, are broken anywhere. Outlook knows the attribute `width` only.
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light\"><title>{subject}</title></head>\
             <body style=\"margin:0;background:#f4f2f6;font-family:Helvetica,Arial,sans-serif;color:#161518\">\
             <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" \
             style=\"table-layout:fixed;background:#f4f2f6\"><tr><td align=\"center\" style=\"padding:24px 12px\">\
             <p style=\"margin:0 0 16px;font-size:14px;font-weight:bold;color:#716b7c\">Decentraland</p>\
             <table role=\"presentation\" width=\"560\" cellpadding=\"0\" cellspacing=\"0\" \
             style=\"table-layout:fixed;width:100%;max-width:560px;background:#ffffff;border-radius:12px\">\
             <tr><td style=\"padding:28px 24px;line-height:1.5;word-break:break-word;overflow-wrap:anywhere\">\
             <h1 style=\"font-size:22px;line-height:1.3;margin:0 0 16px\">{title} \
             <span style=\"color:#ff2d55\">{highlight}</span></h1>{banner}{content}{button}</td></tr></table>\
             <div style=\"max-width:536px;font-size:12px;line-height:1.6;color:#716b7c;padding:16px 12px\">{footer}</div>\
             </td></tr></table></body></html>\n",
            subject = html(&mail.subject),
            title = html(&mail.title),
            highlight = html(&mail.title_highlight),
            banner = banner.unwrap_or_default(),
            content = mail.content,
            button = button.unwrap_or_default(),
            footer = if self.unsubscribe { FOOTER } else { "" },
        )
    }

    fn text(&self) -> String {
        let mail = &self.mail;
        let mut parts = vec![
            format!("{} {}", mail.title, mail.title_highlight),
            mail.text.clone(),
        ];
        if let Some(link) = &mail.action_link {
            let text = mail.action_text.as_deref().unwrap_or_default();
            parts.push(format!("{text}: {link}"));
        }
        if self.unsubscribe {
            parts.push(format!("-- \n{FOOTER_TEXT}"));
        }
        let mut text = parts.join("\n\n");
        text.push('\n');
        text
    }
}

/// An address in an attribute. It was checked to hold nothing that ends one; its places stay.
fn attribute(url: &str) -> String {
    url.replace('&', "&amp;")
}
