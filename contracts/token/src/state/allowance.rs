//! Allowances: how much of an owner's tokens a spender may move, and until when. Each is listed for both, in the order in
//! which they were first given (SNIP-26).

use cosmwasm_std::{Addr, BlockInfo, StdError, StdResult, Storage};

use super::key;
use super::list::{longer, Page};
use crate::codec::{damaged, Reader, Writer};

const KIND: u8 = b'a';

/// Whose list of allowances: those an account gave, or those it received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Given,
    Received,
}

impl Side {
    /// Kinds of the record of the list's length and of its entries.
    fn kinds(self) -> (u8, u8) {
        match self {
            Side::Given => (b'G', b'g'),
            Side::Received => (b'H', b'h'),
        }
    }
}

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

/// What was given, spent or not, void or not; nothing when it never was.
pub fn load(storage: &dyn Storage, owner: &Addr, spender: &Addr) -> StdResult<Option<Allowance>> {
    let bytes = match storage.get(&key_of(owner, spender)) {
        Some(bytes) => bytes,
        None => return Ok(None),
    };
    let mut reader = Reader::new(&bytes);
    let amount = reader.u128()?;
    let expiration = match reader.u8()? {
        0 => None,
        _ => Some(reader.u64()?),
    };
    Ok(Some(Allowance { amount, expiration }))
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

/// Puts a first allowance on the lists of both.
pub fn enlist(storage: &mut dyn Storage, owner: &Addr, spender: &Addr) -> StdResult<()> {
    append(storage, Side::Given, owner, spender)?;
    append(storage, Side::Received, spender, owner)
}

fn append(storage: &mut dyn Storage, side: Side, account: &Addr, other: &Addr) -> StdResult<()> {
    let (lengths, entries) = side.kinds();
    let length = count(storage, side, account)?;
    storage.set(&key(entries, &[account.as_bytes(), &length.to_be_bytes()]), other.as_bytes());
    storage.set(&key(lengths, &[account.as_bytes()]), &longer(length)?.to_be_bytes());
    Ok(())
}

/// How many allowances the account gave or received.
pub fn count(storage: &dyn Storage, side: Side, account: &Addr) -> StdResult<u32> {
    match storage.get(&key(side.kinds().0, &[account.as_bytes()])) {
        Some(bytes) => Reader::new(&bytes).u32(),
        None => Ok(0),
    }
}

/// One page of the others and what they were allowed or allow, newest first.
pub fn page(storage: &dyn Storage, side: Side, account: &Addr, page: Page) -> StdResult<Vec<(Addr, Allowance)>> {
    let length = count(storage, side, account)?;
    let entry = |index: u32| {
        let name =
            storage.get(&key(side.kinds().1, &[account.as_bytes(), &index.to_be_bytes()])).ok_or_else(damaged)?;
        let other = String::from_utf8(name).map_err(|e| StdError::invalid_utf8(e.to_string()))?;
        let other = Addr::unchecked(other);
        let found = match side {
            Side::Given => load(storage, account, &other),
            Side::Received => load(storage, &other, account),
        }?;
        Ok((other, found.ok_or_else(damaged)?))
    };
    page.of(length).rev().map(entry).collect()
}
