//! What comes from outside, made safe for where it is inserted.
//!
//! A template's text inserts with `[member]` and `[member|as]`. `as` is `mana` (smallest unit to two decimals), `day`
//! (a time, or the date a text starts with) or `list`. `[reader]` is what the reader is called.

use serde_json::Value;

/// Characters that one insert may have; longer ones are cut.
const CHARS_MAX: usize = 500;
/// Longest link or image address, bytes.
const URL_BYTES_MAX: usize = 2000;
/// Places at which a link may start, filled by the runner.
const PLACES: [&str; 4] = [
    "{{account}}",
    "{{cdn}}",
    "{{decentraland}}",
    "{{marketplace}}",
];

/// What a template may insert.
pub(super) struct Inserts<'a> {
    /// Of the notification.
    pub(super) metadata: &'a Value,
    /// What the reader is called.
    pub(super) name: &'a str,
}

impl Inserts<'_> {
    /// A template's text as HTML.
    pub(super) fn html(&self, template: &str) -> String {
        self.filled(template, html)
    }

    /// A template's text as it is read without HTML.
    pub(super) fn plain(&self, template: &str) -> String {
        self.filled(template, plain)
    }

    /// A template's text as one line.
    pub(super) fn line(&self, template: &str) -> String {
        self.filled(template, one_line)
    }

    /// The template with its inserts; empty when it inserts something that is not there.
    fn filled(&self, template: &str, safe: fn(&str) -> String) -> String {
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('[') {
            out.push_str(before);
            let (insert, after) = after.split_once(']').unwrap_or((after, ""));
            match self.insert(insert) {
                Some(text) => out.push_str(&safe(&text)),
                None => return String::new(),
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }

    fn insert(&self, insert: &str) -> Option<String> {
        let (name, form) = insert.split_once('|').unwrap_or((insert, ""));
        if name == "reader" && form.is_empty() {
            return Some(self.name.to_owned());
        }
        let value = self.metadata.get(name)?;
        let text = match form {
            "mana" => mana(value)?,
            "day" => day(value)?,
            "list" => list(value)?,
            _ => text(value)?,
        };
        Some(text.chars().take(CHARS_MAX).collect::<String>()).filter(|text| !text.is_empty())
    }

    /// A link: an own place, or a member that holds one or an address of the web.
    pub(super) fn link(&self, link: &str) -> Option<String> {
        match link
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            None => Some(link.to_owned()),
            Some(member) => url(self.metadata.get(member)?.as_str()?),
        }
    }

    /// An image: the same.
    pub(super) fn image(&self, member: &str) -> Option<String> {
        url(self.metadata.get(member)?.as_str()?)
    }

    /// What is written under the image.
    pub(super) fn label(&self) -> Option<String> {
        let names = ["nftName", "tokenName", "name", "title"];
        let label = names.iter().find_map(|name| self.insert(name));
        label.map(|label| one_line(&label))
    }
}

/// An address of the web, or one that starts at a place of ours, without anything that could end an attribute.
fn url(text: &str) -> Option<String> {
    let text = text.trim();
    let place = PLACES.into_iter().find(|place| text.starts_with(place));
    let rest = match place {
        Some(place) => &text[place.len()..],
        None if text.starts_with("https://") || text.starts_with("http://") => text,
        None => return None,
    };
    let odd = |c: char| c.is_control() || c.is_whitespace() || "\"'<>`\\{}".contains(c);
    if text.len() > URL_BYTES_MAX || rest.contains(odd) {
        return None;
    }
    // A place is a whole base: what follows it is a path or a query of it.
    let follows = place.is_none() || rest.is_empty() || rest.starts_with(['/', '?', '#']);
    follows.then(|| text.to_owned())
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn list(value: &Value) -> Option<String> {
    let Value::Array(items) = value else {
        return text(value);
    };
    let texts: Vec<String> = items.iter().filter_map(text).collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

/// A whole number of the smallest unit as MANA with two decimals, rounded down; on digits, since it fits no number.
fn mana(value: &Value) -> Option<String> {
    let digits = text(value)?;
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let padded = format!("{digits:0>19}");
    let (whole, fraction) = padded.split_at(padded.len() - 18);
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(format!("{whole}.{}", &fraction[..2]))
}

/// The day (UTC) of a time in ms or s, or the date that a text starts with.
fn day(value: &Value) -> Option<String> {
    let number = match value {
        Value::String(text) => match text.parse::<i64>() {
            Ok(number) => number,
            Err(_) => return date_of(text),
        },
        other => other.as_i64()?,
    };
    // Rental times come in seconds; no time in ms that matters here is this small.
    let ms = if number.abs() < 100_000_000_000 {
        number.saturating_mul(1000)
    } else {
        number
    };
    let iso = model::dates::iso(ms);
    iso.split_once('T').map(|(date, _)| date.to_owned())
}

fn date_of(text: &str) -> Option<String> {
    let date = text.get(..10)?;
    let shape = date.bytes().enumerate();
    let fits = |(place, b): (usize, u8)| match place {
        4 | 7 => b == b'-',
        _ => b.is_ascii_digit(),
    };
    shape.into_iter().all(fits).then(|| date.to_owned())
}

/// What would be no text: control characters, and marks that turn the direction of what follows.
fn is_odd(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text as HTML: no tag, no attribute's end, no place.
pub(super) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '{' => out.push_str("&#123;"),
            '}' => out.push_str("&#125;"),
            '\n' => out.push('\n'),
            c if is_odd(c) => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Text for a mail without HTML: lines stay, other control characters and places do not.
pub(super) fn plain(text: &str) -> String {
    let kept = text
        .chars()
        .map(|c| if is_odd(c) && c != '\n' { ' ' } else { c });
    without_places(kept.collect())
}

/// Text for a header: one line, and no place.
pub(super) fn one_line(text: &str) -> String {
    let kept = text.chars().map(|c| if is_odd(c) { ' ' } else { c });
    without_places(kept.collect::<String>().trim().to_owned())
}

/// No two braces in a row, so that nothing is taken for a place.
fn without_places(text: String) -> String {
    let mut text = text;
    while text.contains("{{") {
        text = text.replace("{{", "{");
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn amounts_and_days_are_read_as_they_come() {
        for (value, wanted) in [
            (json!("1500000000000000000"), Some("1.50")),
            (json!("999999999999999999"), Some("0.99")),
            (json!("123456000000000000000000"), Some("123456.00")),
            (json!("0"), Some("0.00")),
            (json!("1.5"), None),
        ] {
            assert_eq!(mana(&value).as_deref(), wanted, "{value}");
        }
        for (value, wanted) in [
            (json!(1_767_225_600_000_i64), Some("2026-01-01")),
            (json!("1767225600"), Some("2026-01-01")),
            (json!("2026-02-03T10:00:00Z"), Some("2026-02-03")),
            (json!("soon, perhaps"), None),
        ] {
            assert_eq!(day(&value).as_deref(), wanted, "{value}");
        }
    }

    #[test]
    fn a_link_is_of_the_web_or_starts_at_a_place_of_ours() {
        for good in [
            "https://a.example/x?y=1&z=2",
            "http://a.example",
            "{{decentraland}}/whats-on?tab=my",
            "{{marketplace}}",
        ] {
            assert_eq!(url(good).as_deref(), Some(good));
        }
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "https://a\"onclick=x",
            "https://a/{{code}}",
            "{{decentraland}}.evil.example/",
            "{{unsubscribeAll}}",
            "//a.example",
            "https://a b",
            "",
        ] {
            assert_eq!(url(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_text_whose_insert_is_missing_is_left_out() {
        let metadata = json!({"a": "x"});
        let inserts = Inserts {
            metadata: &metadata,
            name: "N",
        };
        assert_eq!(inserts.plain("[reader] has [a]"), "N has x");
        assert_eq!(inserts.plain("because of [reason]"), "");
    }
}
