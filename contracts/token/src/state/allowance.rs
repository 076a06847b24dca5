//! Allowances: how much of an owner's tokens a spender may move, and until when.

use cosmwasm_std::{Addr, BlockInfo, StdResult, Storage};

use super::key;
use crate::codec::{Reader, Writer};

const KIND: u8 = b'a';

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allowance {
    pub amount: u128,
    /// Unix seconds from which on the allowance is void.
    pub expiration: Option<u64>,
}

impl Allowance {
    pub fn is_expired(&self, block: &BlockInfo) -> bool {
        self.expiration.map_or(false, |end| block.time.seconds() >= end)
    }
}

/// The owner's length is part of the key, so that two pairs never share one.
fn key_of(owner: &Addr, spender: &Addr) -> Vec<u8> {
    let length = owner.as_bytes().len() as u32;
    key(KIND, &[&length.to_be_bytes(), owner.as_bytes(), spender.as_bytes()])
}

pub fn load(storage: &dyn Storage, owner: &Addr, spender: &Addr) -> StdResult<Allowance> {
    let bytes = match storage.get(&key_of(owner, spender)) {
        Some(bytes) => bytes,
        None => return Ok(Allowance::default()),
    };
    let mut reader = Reader::new(&bytes);
    let amount = reader.u128()?;
    let expiration = match reader.u8()? {
        0 => None,
        _ => Some(reader.u64()?),
    };
    Ok(Allowance { amount, expiration })
}

pub fn save(storage: &mut dyn Storage, owner: &Addr, spender: &Addr, allowance: &Allowance) {
    let head = Writer::new().u128(allowance.amount);
    let bytes = match allowance.expiration {
        Some(end) => head.u8(1).u64(end),
        None => head.u8(0),
    }
    .bytes();
    storage.set(&key_of(owner, spender), &bytes);
}
