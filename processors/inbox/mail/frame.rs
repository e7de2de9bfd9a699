//! What lies around every mail: headline, picture, button, and how to be left alone.

use model::events::effects::Mail;

use super::insert::html;

/// A mail whose own part is written and whose whole is not.
pub(super) struct Frame {
    mail: Mail,
    unsubscribe: bool,
}

/// How to be left alone, for mails to people who have an inbox.
const FOOTER: &str = "<p style=\"margin:0 0 8px\">You get this mail because your wallet has it set so. \
<a href=\"{{unsubscribeOne}}\">No more mails of this kind</a> &middot; \
<a href=\"{{unsubscribeAll}}\">No more mails at all</a> &middot; \
<a href=\"{{account}}\">Your settings</a></p>";
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
            format!(
                "<p style=\"text-align:center\"><img src=\"{url}\" alt=\"{label}\" width=\"240\" \
                 style=\"max-width:100%;border-radius:8px\"></p>"
            )
        });
        let button = mail.action_link.as_deref().map(|link| {
            let text = html(mail.action_text.as_deref().unwrap_or_default());
            let link = attribute(link);
            format!(
                "<p style=\"text-align:center;margin:24px 0\"><a href=\"{link}\" style=\"background:#ff2d55;\
                 color:#ffffff;padding:12px 24px;border-radius:8px;text-decoration:none\">{text}</a></p>"
            )
        });
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>{subject}</title></head>\
             <body style=\"margin:0;background:#f4f2f6;font-family:Helvetica,Arial,sans-serif;color:#161518\">\
             <table role=\"presentation\" width=\"100%\"><tr><td align=\"center\" style=\"padding:24px\">\
             <table role=\"presentation\" width=\"560\" style=\"max-width:100%;background:#ffffff;border-radius:12px\">\
             <tr><td style=\"padding:32px;line-height:1.5\"><h1 style=\"font-size:22px;margin:0 0 16px\">{title} \
             <span style=\"color:#ff2d55\">{highlight}</span></h1>{banner}{content}{button}</td></tr></table>\
             <div style=\"font-size:12px;color:#716b7c;padding:16px\">{footer}</div>\
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
