//! What accounts have registered: the hash of a viewing key, a receiving contract's code hash, revoked permits.

use cosmwasm_std::{Addr, StdError, StdResult, Storage};

use super::key;

const VIEWING_KEY: u8 = b'k';
const RECEIVER: u8 = b'r';
const REVOKED: u8 = b'v';

/// Hash of the viewing key of `address`, if one is set.
pub fn viewing_key(storage: &dyn Storage, address: &Addr) -> Option<Vec<u8>> {
    storage.get(&key(VIEWING_KEY, &[address.as_bytes()]))
}

pub fn set_viewing_key(storage: &mut dyn Storage, address: &Addr, hash: &[u8]) {
    storage.set(&key(VIEWING_KEY, &[address.as_bytes()]), hash);
}

/// Code hash that the contract at `address` registered to be told of received tokens.
pub fn receiver(storage: &dyn Storage, address: &Addr) -> StdResult<Option<String>> {
    match storage.get(&key(RECEIVER, &[address.as_bytes()])) {
        Some(bytes) => String::from_utf8(bytes).map(Some).map_err(|e| StdError::invalid_utf8(e.to_string())),
        None => Ok(None),
    }
}

pub fn set_receiver(storage: &mut dyn Storage, address: &Addr, code_hash: &str) {
    storage.set(&key(RECEIVER, &[address.as_bytes()]), code_hash.as_bytes());
}

fn permit_key(address: &Addr, permit_name: &str) -> Vec<u8> {
    let length = address.as_bytes().len() as u32;
    key(REVOKED, &[&length.to_be_bytes(), address.as_bytes(), permit_name.as_bytes()])
}

pub fn is_revoked(storage: &dyn Storage, address: &Addr, permit_name: &str) -> bool {
    storage.get(&permit_key(address, permit_name)).is_some()
}

pub fn revoke(storage: &mut dyn Storage, address: &Addr, permit_name: &str) {
    storage.set(&permit_key(address, permit_name), &[1]);
}
