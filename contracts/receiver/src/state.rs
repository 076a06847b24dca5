//! Records of the receiver: its owner, and for every token how to speak to it and what it told.

use cosmwasm_std::{from_slice, to_vec, Addr, StdError, StdResult, Storage};
use serde::{Deserialize, Serialize};

use crate::msg::ReceivedResponse;

const OWNER: &[u8] = b"owner";
const TOKEN: &[u8] = b"token/";
const RECEIVED: &[u8] = b"received/";

/// What it takes to speak to a token.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Token {
    pub address: String,
    pub code_hash: String,
    pub viewing_key: String,
}

pub fn owner(storage: &dyn Storage) -> StdResult<Addr> {
    let bytes = storage.get(OWNER).ok_or_else(|| StdError::not_found("owner"))?;
    String::from_utf8(bytes).map(Addr::unchecked).map_err(|e| StdError::invalid_utf8(e.to_string()))
}

pub fn set_owner(storage: &mut dyn Storage, owner: &Addr) {
    storage.set(OWNER, owner.as_bytes());
}

/// A token that the owner made known; only those are believed and spoken to.
pub fn token(storage: &dyn Storage, address: &str) -> StdResult<Token> {
    match storage.get(&[TOKEN, address.as_bytes()].concat()) {
        Some(bytes) => from_slice(&bytes),
        None => Err(StdError::generic_err(format!("{} is not a token that this contract knows", address))),
    }
}

pub fn set_token(storage: &mut dyn Storage, token: &Token) -> StdResult<()> {
    storage.set(&[TOKEN, token.address.as_bytes()].concat(), &to_vec(token)?);
    Ok(())
}

pub fn received(storage: &dyn Storage, token: &str) -> StdResult<ReceivedResponse> {
    match storage.get(&[RECEIVED, token.as_bytes()].concat()) {
        Some(bytes) => from_slice(&bytes),
        None => Ok(ReceivedResponse::default()),
    }
}

pub fn set_received(storage: &mut dyn Storage, token: &str, received: &ReceivedResponse) -> StdResult<()> {
    storage.set(&[RECEIVED, token.as_bytes()].concat(), &to_vec(received)?);
    Ok(())
}
