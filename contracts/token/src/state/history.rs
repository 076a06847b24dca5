//! Histories: every transaction is stored once under its number; each account has two lists of numbers, one of all its
//! transactions and one of the transfers among them.

use cosmwasm_std::{Addr, BlockInfo, StdResult, Storage};

use super::key;
use crate::codec::{damaged, Reader, Writer};

const NEXT_ID: &[u8] = b"N";
const ENTRY: u8 = b't';

/// Kind of the list of an account's transfers.
pub const TRANSFERS: u8 = b'x';
/// Kind of the list of an account's transactions.
pub const ACTIONS: u8 = b'y';

/// Pages are cut to this many entries.
pub const MAX_PAGE: u32 = 300;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// `sender` moved tokens of `from`.
    Transfer {
        from: Addr,
        sender: Addr,
        recipient: Addr,
    },
    Mint {
        minter: Addr,
        recipient: Addr,
    },
    /// `burner` destroyed tokens of `owner`.
    Burn {
        burner: Addr,
        owner: Addr,
    },
    Deposit {
        owner: Addr,
    },
    Redeem {
        owner: Addr,
    },
}

/// One transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub action: Action,
    pub amount: u128,
    pub memo: Option<String>,
    pub time: u64,
    pub height: u64,
    /// Coin of a deposit or redemption; otherwise the token itself.
    pub denom: Option<String>,
}

impl Entry {
    pub fn new(action: Action, amount: u128, memo: Option<String>, block: &BlockInfo) -> Self {
        Entry { action, amount, memo, time: block.time.seconds(), height: block.height, denom: None }
    }

    pub fn with_denom(self, denom: String) -> Self {
        Entry { denom: Some(denom), ..self }
    }

    pub fn is_transfer(&self) -> bool {
        matches!(self.action, Action::Transfer { .. })
    }

    /// Everybody who takes part, each once.
    pub fn parties(&self) -> Vec<&Addr> {
        let all = match &self.action {
            Action::Transfer { from, sender, recipient } => vec![from, sender, recipient],
            Action::Mint { minter: one, recipient: two } | Action::Burn { burner: one, owner: two } => vec![one, two],
            Action::Deposit { owner } | Action::Redeem { owner } => vec![owner],
        };
        let mut parties: Vec<&Addr> = Vec::with_capacity(all.len());
        for party in all {
            if !parties.contains(&party) {
                parties.push(party);
            }
        }
        parties
    }

    fn encode(&self) -> Vec<u8> {
        let head = Writer::new().u128(self.amount).u64(self.time).u64(self.height);
        let head = head.optional_text(self.memo.as_deref()).optional_text(self.denom.as_deref());
        // A second address that equals the first is most common, so it is stored as absent.
        let second = |first: &Addr, other: &Addr| if first == other { None } else { Some(other.to_string()) };
        match &self.action {
            Action::Transfer { from, sender, recipient } => {
                head.u8(0).text(from.as_str()).text(recipient.as_str()).optional_text(second(from, sender).as_deref())
            }
            Action::Mint { minter, recipient } => {
                head.u8(1).text(minter.as_str()).optional_text(second(minter, recipient).as_deref())
            }
            Action::Burn { burner, owner } => {
                head.u8(2).text(burner.as_str()).optional_text(second(burner, owner).as_deref())
            }
            Action::Deposit { owner } => head.u8(3).text(owner.as_str()),
            Action::Redeem { owner } => head.u8(4).text(owner.as_str()),
        }
        .bytes()
    }

    fn decode(bytes: &[u8]) -> StdResult<Self> {
        let mut reader = Reader::new(bytes);
        let (amount, time, height) = (reader.u128()?, reader.u64()?, reader.u64()?);
        let (memo, denom) = (reader.optional_text()?, reader.optional_text()?);
        let kind = reader.u8()?;
        let first = reader.address()?;
        let second = |reader: &mut Reader, first: &Addr| -> StdResult<Addr> {
            Ok(reader.optional_text()?.map_or_else(|| first.clone(), Addr::unchecked))
        };
        let action = match kind {
            0 => {
                let recipient = reader.address()?;
                Action::Transfer { sender: second(&mut reader, &first)?, from: first, recipient }
            }
            1 => Action::Mint { recipient: second(&mut reader, &first)?, minter: first },
            2 => Action::Burn { owner: second(&mut reader, &first)?, burner: first },
            3 => Action::Deposit { owner: first },
            4 => Action::Redeem { owner: first },
            _ => return Err(damaged()),
        };
        Ok(Entry { action, amount, memo, time, height, denom })
    }
}

/// Number of the next transaction, from 1 on.
pub fn next_id(storage: &dyn Storage) -> StdResult<u64> {
    match storage.get(NEXT_ID) {
        Some(bytes) => Reader::new(&bytes).u64(),
        None => Ok(1),
    }
}

pub fn set_next_id(storage: &mut dyn Storage, id: u64) {
    storage.set(NEXT_ID, &id.to_be_bytes());
}

pub fn save(storage: &mut dyn Storage, id: u64, entry: &Entry) {
    storage.set(&key(ENTRY, &[&id.to_be_bytes()]), &entry.encode());
}

fn load(storage: &dyn Storage, id: u64) -> StdResult<Entry> {
    let bytes = storage.get(&key(ENTRY, &[&id.to_be_bytes()])).ok_or_else(damaged)?;
    Entry::decode(&bytes)
}

/// Puts transaction `id` at `index` of one of the lists of `address`.
pub fn link(storage: &mut dyn Storage, list: u8, address: &Addr, index: u32, id: u64) {
    storage.set(&key(list, &[address.as_bytes(), &index.to_be_bytes()]), &id.to_be_bytes());
}

/// One page of a list of `length` entries, newest first, with the transactions' numbers.
pub fn page(
    storage: &dyn Storage,
    list: u8,
    address: &Addr,
    length: u32,
    page: u32,
    page_size: u32,
) -> StdResult<Vec<(u64, Entry)>> {
    let size = page_size.min(MAX_PAGE);
    let end = length.saturating_sub(page.saturating_mul(size));
    let start = end.saturating_sub(size);
    (start..end)
        .rev()
        .map(|index| {
            let link = storage.get(&key(list, &[address.as_bytes(), &index.to_be_bytes()])).ok_or_else(damaged)?;
            let id = Reader::new(&link).u64()?;
            Ok((id, load(storage, id)?))
        })
        .collect()
}
