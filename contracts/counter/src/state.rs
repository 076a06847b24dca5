//! Storage of the counter: four records under fixed keys. The chain encrypts keys and values.

use cosmwasm_std::{from_slice, to_vec, Addr, StdError, StdResult, Storage};

use crate::msg::LastReplyResponse;

const OWNER: &[u8] = b"owner";
const COUNT: &[u8] = b"count";
const TEXT: &[u8] = b"text";
const LAST_REPLY: &[u8] = b"last_reply";

fn text_of(bytes: Vec<u8>) -> StdResult<String> {
    String::from_utf8(bytes).map_err(|e| StdError::invalid_utf8(e.to_string()))
}

pub fn owner(storage: &dyn Storage) -> StdResult<Addr> {
    let bytes = storage.get(OWNER).ok_or_else(|| StdError::not_found("owner"))?;
    Ok(Addr::unchecked(text_of(bytes)?))
}

pub fn set_owner(storage: &mut dyn Storage, owner: &Addr) {
    storage.set(OWNER, owner.as_bytes());
}

pub fn count(storage: &dyn Storage) -> StdResult<i64> {
    let bytes = storage.get(COUNT).ok_or_else(|| StdError::not_found("count"))?;
    let fixed = <[u8; 8]>::try_from(bytes).map_err(|_| StdError::generic_err("the stored count is damaged"))?;
    Ok(i64::from_be_bytes(fixed))
}

pub fn set_count(storage: &mut dyn Storage, count: i64) {
    storage.set(COUNT, &count.to_be_bytes());
}

/// The echoed text, empty before the first echo.
pub fn text(storage: &dyn Storage) -> StdResult<String> {
    text_of(storage.get(TEXT).unwrap_or_default())
}

pub fn set_text(storage: &mut dyn Storage, text: &str) {
    storage.set(TEXT, text.as_bytes());
}

pub fn last_reply(storage: &dyn Storage) -> StdResult<LastReplyResponse> {
    match storage.get(LAST_REPLY) {
        Some(bytes) => from_slice(&bytes),
        None => Ok(LastReplyResponse::default()),
    }
}

pub fn set_last_reply(storage: &mut dyn Storage, outcome: &LastReplyResponse) -> StdResult<()> {
    storage.set(LAST_REPLY, &to_vec(outcome)?);
    Ok(())
}
