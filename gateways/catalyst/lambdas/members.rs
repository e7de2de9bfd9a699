//! JSON objects whose untouched members stay as their author wrote them, every digit of every number.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};

use super::error::LambdasError;
use crate::frame::ApiError;

/// The members of an object.
pub(super) type Members = BTreeMap<String, Box<RawValue>>;

/// The members of an object; `None` for anything else.
pub(super) fn of(raw: &RawValue) -> Option<Members> {
    serde_json::from_str(raw.get()).ok()
}

/// One member, when it is of this type.
pub(super) fn read<T: DeserializeOwned>(members: &Members, name: &str) -> Option<T> {
    serde_json::from_str(members.get(name)?.get()).ok()
}

/// Sets a member.
///
/// # Errors
/// 500 for a value that has no JSON form.
pub(super) fn set<T: Serialize + ?Sized>(
    members: &mut Members,
    name: &str,
    value: &T,
) -> Result<(), LambdasError> {
    let raw = to_raw_value(value).map_err(ApiError::internal)?;
    members.insert(name.to_owned(), raw);
    Ok(())
}
