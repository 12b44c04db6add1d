//! Between columns and the types of `domain`, for both halves of the store. What cannot be read is an error that names the row:
//! it means that somebody else wrote into the database.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde::de::DeserializeOwned;

use super::error::StoreError;

/// A word of a closed list.
pub(super) fn word<T>(
    parse: impl Fn(&str) -> Option<T>,
    text: &str,
    place: &str,
) -> Result<T, StoreError> {
    parse(text).ok_or_else(|| StoreError::unreadable(format!("{place} has the word `{text}`")))
}

/// A word that may be missing.
pub(super) fn maybe<T>(
    parse: impl Fn(&str) -> Option<T>,
    text: Option<&str>,
    place: &str,
) -> Result<Option<T>, StoreError> {
    text.map(|text| word(&parse, text, place)).transpose()
}

/// A text that parses with an error of its own.
pub(super) fn parsed<T, E: std::fmt::Display>(
    result: Result<T, E>,
    place: &str,
) -> Result<T, StoreError> {
    result.map_err(|error| StoreError::unreadable(format!("{place}: {error}")))
}

/// The id as the map already holds it, so that its text is shared.
pub(super) fn known<K: Clone + Ord + Borrow<str>, V>(
    map: &BTreeMap<K, V>,
    id: &str,
    place: &str,
) -> Result<K, StoreError> {
    map.get_key_value(id)
        .map(|(key, _)| key.clone())
        .ok_or_else(|| StoreError::unreadable(format!("{place} names `{id}`, which is not there")))
}

/// A list or a value kept as JSON.
pub(super) fn json<T: DeserializeOwned>(text: &str, place: &str) -> Result<T, StoreError> {
    parsed(serde_json::from_str(text), place)
}

/// A value kept as JSON.
pub(super) fn to_json<T: serde::Serialize>(value: &T) -> String {
    // Our own plain values have no keys or numbers that JSON refuses.
    serde_json::to_string(value).unwrap_or_default()
}

/// An instant as the databases keep it, in whole microseconds: PostgreSQL keeps no more, and SQLite
/// compares instants as text.
pub(super) fn instant(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(at)
}
