//! Bodies, member by member: every member known, of its type, within its limits.

use serde_json::{Map, Value};

use super::fail::{Fail, bad};

/// Longest text of a member, characters.
const TEXT_CHARS_MAX: usize = 2000;

/// The members of a body, or of an object in it.
pub(super) struct Fields<'a> {
    members: &'a Map<String, Value>,
    /// Where the object is, as messages say it: empty, or as in `scores[0].`.
    at: String,
}

impl<'a> Fields<'a> {
    /// Reads an object that has no other members than these.
    ///
    /// # Errors
    /// 400 that names the member.
    pub(super) fn read(body: &'a Value, known: &[&str]) -> Result<Self, Fail> {
        Self::inside(body, known, "")
    }

    /// The same of an object in the body, at `place`.
    ///
    /// # Errors
    /// 400 that names the member with its place.
    pub(super) fn inside(body: &'a Value, known: &[&str], place: &str) -> Result<Self, Fail> {
        let Value::Object(members) = body else {
            let place = if place.is_empty() { "value" } else { place };
            return Err(bad(format!("\"{place}\" must be of type object")));
        };
        let at = match place.is_empty() {
            true => String::new(),
            false => format!("{place}."),
        };
        let unknown = members.keys().find(|name| !known.contains(&name.as_str()));
        if let Some(name) = unknown {
            let name: String = name.chars().take(100).collect();
            return Err(bad(format!("\"{at}{name}\" is not allowed")));
        }
        Ok(Self { members, at })
    }

    /// A member as messages name it.
    pub(super) fn label(&self, name: &str) -> String {
        format!("{}{name}", self.at)
    }

    /// A member that must be there.
    ///
    /// # Errors
    /// 400.
    pub(super) fn required(&self, name: &str) -> Result<&'a Value, Fail> {
        let value = self.members.get(name);
        value.ok_or_else(|| bad(format!("\"{}\" is required", self.label(name))))
    }

    /// A text that is not empty.
    ///
    /// # Errors
    /// 400.
    pub(super) fn text(&self, name: &str) -> Result<String, Fail> {
        let text = self.required(name)?.as_str();
        let name = self.label(name);
        let text = text.ok_or_else(|| bad(format!("\"{name}\" must be a string")))?;
        if text.is_empty() {
            return Err(bad(format!("\"{name}\" is not allowed to be empty")));
        }
        if text.chars().count() > TEXT_CHARS_MAX {
            let what = "length must be less than or equal to";
            return Err(bad(format!(
                "\"{name}\" {what} {TEXT_CHARS_MAX} characters long"
            )));
        }
        Ok(text.to_owned())
    }

    /// A whole number of at least `least`, within 32 bits as it is stored.
    ///
    /// # Errors
    /// 400.
    pub(super) fn whole(&self, name: &str, least: i32) -> Result<i64, Fail> {
        whole(&self.label(name), self.required(name)?, least)
    }

    /// A whole number, if it is there; null is none.
    ///
    /// # Errors
    /// 400.
    pub(super) fn optional_whole(&self, name: &str) -> Result<Option<i64>, Fail> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => whole(&self.label(name), value, i32::MIN).map(Some),
        }
    }

    /// An object, if it is there, else null.
    ///
    /// # Errors
    /// 400.
    pub(super) fn object(&self, name: &str) -> Result<Value, Fail> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(Value::Null),
            Some(value @ Value::Object(_)) => Ok(value.clone()),
            Some(_) => Err(bad(format!(
                "\"{}\" must be of type object",
                self.label(name)
            ))),
        }
    }

    /// A UUID.
    ///
    /// # Errors
    /// 400.
    pub(super) fn uuid(&self, name: &str) -> Result<String, Fail> {
        let text = self.text(name)?;
        uuid(&text).map_err(|_| bad(format!("\"{}\" must be a valid GUID", self.label(name))))
    }
}

fn whole(name: &str, value: &Value, least: i32) -> Result<i64, Fail> {
    if !value.is_number() {
        return Err(bad(format!("\"{name}\" must be a number")));
    }
    // 3.0 is a whole number to JavaScript.
    let whole = value.as_i64().or_else(|| {
        let float = value.as_f64()?;
        (float.fract() == 0.0).then_some(float as i64)
    });
    let whole = whole.ok_or_else(|| bad(format!("\"{name}\" must be an integer")))?;
    if whole < i64::from(least) {
        return Err(bad(format!(
            "\"{name}\" must be greater than or equal to {least}"
        )));
    }
    if whole > i64::from(i32::MAX) {
        return Err(bad(format!(
            "\"{name}\" must be less than or equal to {}",
            i32::MAX
        )));
    }
    Ok(whole)
}

/// A UUID in its canonical spelling.
///
/// # Errors
/// 400 `Invalid UUID`.
pub(super) fn uuid(text: &str) -> Result<String, Fail> {
    let hyphenated = text.len() == 36;
    let id = uuid::Uuid::parse_str(text).ok().filter(|_| hyphenated);
    id.map(|id| id.to_string())
        .ok_or_else(|| bad("Invalid UUID"))
}

/// Body bytes as JSON.
///
/// # Errors
/// 400.
pub(super) fn json(body: &[u8]) -> Result<Value, Fail> {
    serde_json::from_slice(body).map_err(|error| bad(format!("the body is not JSON: {error}")))
}
