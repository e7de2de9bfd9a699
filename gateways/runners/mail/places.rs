//! The addresses that `{{place}}` stands for in metadata and mails.

use serde_json::Value;

use crate::frame::Settings;

/// Where the original keeps its images.
const CDN: &str = "https://assets-cdn.decentraland.org";

/// Bases of links, without a slash at the end.
#[derive(Clone, Debug)]
pub struct Places(Vec<(&'static str, String)>);

impl Places {
    /// As configured.
    pub fn of(settings: &Settings) -> Self {
        let own = &settings.notifications;
        let cdn = own
            .cdn_url
            .as_deref()
            .or(settings.cdn.public_url.as_deref());
        let base = |text: &str| text.trim_end_matches('/').to_owned();
        Self(vec![
            ("{{account}}", base(&own.account_base_url)),
            ("{{cdn}}", base(cdn.unwrap_or(CDN))),
            ("{{decentraland}}", base(&own.decentraland_url)),
            ("{{marketplace}}", base(&own.marketplace_base_url)),
        ])
    }

    /// The same with further places.
    #[must_use]
    pub(super) fn with(&self, more: Vec<(&'static str, String)>) -> Self {
        Self([self.0.clone(), more].concat())
    }

    /// A text with all its places filled.
    pub(super) fn filled(&self, text: &str) -> String {
        self.fill(text, str::to_owned)
    }

    /// HTML with all its places filled, all of them in attributes.
    pub(super) fn filled_html(&self, html: &str) -> String {
        let escaped = |url: &str| url.replace('&', "&amp;").replace('"', "&quot;");
        self.fill(html, escaped)
    }

    /// One pass from left to right: what is filled in is not looked at again.
    fn fill(&self, text: &str, written: impl Fn(&str) -> String) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("{{") {
            let (before, here) = rest.split_at(at);
            out.push_str(before);
            let place = self.0.iter().find(|(name, _)| here.starts_with(name));
            let (filled, taken) = match place {
                Some((name, url)) => (written(url), name.len()),
                None => ("{{".to_owned(), 2),
            };
            out.push_str(&filled);
            rest = &here[taken..];
        }
        out.push_str(rest);
        out
    }

    /// JSON whose texts start at places: those of a notification's metadata.
    pub fn fill_value(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                let place = self.0.iter().find(|(name, _)| text.starts_with(name));
                if let Some((name, url)) = place {
                    text.replace_range(..name.len(), url);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.fill_value(item)),
            Value::Object(members) => members.values_mut().for_each(|item| self.fill_value(item)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn places_are_filled_once_and_only_known_ones() {
        let places = Places::of(&Settings::default());
        let places = places.with(vec![("{{code}}", "{{account}}&\"".to_owned())]);
        assert_eq!(
            places.filled("{{decentraland}}/x {{code}} {{what}} {{"),
            "https://decentraland.org/x {{account}}&\" {{what}} {{"
        );
        assert_eq!(
            places.filled_html("<a href=\"{{code}}\">"),
            "<a href=\"{{account}}&amp;&quot;\">"
        );
    }

    #[test]
    fn metadata_is_filled_where_a_text_starts() {
        let mut value =
            json!({"image": "{{cdn}}/a.png", "list": ["{{marketplace}}"], "text": "a {{cdn}}"});
        Places::of(&Settings::default()).fill_value(&mut value);
        assert_eq!(
            value,
            json!({"image": "https://assets-cdn.decentraland.org/a.png",
                "list": ["https://decentraland.org/marketplace"], "text": "a {{cdn}}"})
        );
    }
}
