//! Histories: every transaction is stored once under its number; each account has one list of numbers. Its transfers alone
//! are found through a running count of transfers in that list, so that a transfer writes one link for each who takes part.

use cosmwasm_std::{Addr, BlockInfo, StdResult, Storage};

use super::key;
use super::list::Page;
use crate::codec::{damaged, Reader, Writer};

const ENTRY: u8 = b't';
const LINK: u8 = b'y';

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
        let head = head.optional_blocks(self.memo.as_deref()).optional_text(self.denom.as_deref());
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
        let (memo, denom) = (reader.optional_blocks()?, reader.optional_text()?);
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

pub fn save(storage: &mut dyn Storage, id: u64, entry: &Entry) {
    storage.set(&key(ENTRY, &[&id.to_be_bytes()]), &entry.encode());
}

fn load(storage: &dyn Storage, id: u64) -> StdResult<(u64, Entry)> {
    let bytes = storage.get(&key(ENTRY, &[&id.to_be_bytes()])).ok_or_else(damaged)?;
    Ok((id, Entry::decode(&bytes)?))
}

/// Place of a transaction in an account's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    pub id: u64,
    /// How many transfers the history has up to and with this entry. It never falls, so a transfer is found by it.
    pub transfers: u32,
}

/// Puts a transaction at `index` of the history of `address`.
pub fn link(storage: &mut dyn Storage, address: &Addr, index: u32, link: Link) {
    let bytes = Writer::new().u64(link.id).u32(link.transfers).bytes();
    storage.set(&key(LINK, &[address.as_bytes(), &index.to_be_bytes()]), &bytes);
}

fn link_at(storage: &dyn Storage, address: &Addr, index: u32) -> StdResult<Link> {
    let bytes = storage.get(&key(LINK, &[address.as_bytes(), &index.to_be_bytes()])).ok_or_else(damaged)?;
    let mut reader = Reader::new(&bytes);
    Ok(Link { id: reader.u64()?, transfers: reader.u32()? })
}

/// One page of a history of `length` entries, newest first, with the transactions' numbers.
pub fn transactions(storage: &dyn Storage, address: &Addr, length: u32, page: Page) -> StdResult<Vec<(u64, Entry)>> {
    page.of(length).rev().map(|index| load(storage, link_at(storage, address, index)?.id)).collect()
}

/// One page of the `count` transfers in a history of `length` entries.
pub fn transfers(
    storage: &dyn Storage,
    address: &Addr,
    length: u32,
    count: u32,
    page: Page,
) -> StdResult<Vec<(u64, Entry)>> {
    let mut below = length;
    let mut found = Vec::new();
    for earlier in page.of(count).rev() {
        below = transfer_index(storage, address, earlier, below)?;
        found.push(load(storage, link_at(storage, address, below)?.id)?);
    }
    Ok(found)
}

/// Index of the transfer with `earlier` transfers before it, which is among the first `below` entries: that of the first
/// entry that counts more transfers. Nothing is read where there are only transfers.
fn transfer_index(storage: &dyn Storage, address: &Addr, earlier: u32, below: u32) -> StdResult<u32> {
    let (mut low, mut high) = (earlier, below.checked_sub(1).ok_or_else(damaged)?);
    while low < high {
        let middle = low + (high - low) / 2;
        if link_at(storage, address, middle)?.transfers > earlier {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cosmwasm_std::testing::{mock_env, MockStorage};

    /// History of `owner` in which the entries with a true mark are transfers.
    fn history(marks: &[bool]) -> (MockStorage, Addr, u32) {
        let (mut storage, owner, mut count) = (MockStorage::new(), Addr::unchecked("owner"), 0);
        for (index, is_transfer) in marks.iter().enumerate() {
            let other = Addr::unchecked("other");
            let action = match is_transfer {
                true => Action::Transfer { from: owner.clone(), sender: owner.clone(), recipient: other },
                false => Action::Deposit { owner: owner.clone() },
            };
            count += u32::from(*is_transfer);
            save(&mut storage, index as u64, &Entry::new(action, 1, None, &mock_env().block));
            link(&mut storage, &owner, index as u32, Link { id: index as u64, transfers: count });
        }
        (storage, owner, count)
    }

    #[test]
    fn transfers_are_found_among_the_rest() {
        // All histories of up to ten entries.
        for length in 0..=10_u32 {
            for pattern in 0..1_u32 << length {
                let marks: Vec<bool> = (0..length).map(|bit| pattern >> bit & 1 == 1).collect();
                let (storage, owner, count) = history(&marks);
                let expected: Vec<u64> = (0..u64::from(length)).rev().filter(|i| marks[*i as usize]).collect();
                let mut paged = Vec::new();
                for page in 0..=count {
                    let found = transfers(&storage, &owner, length, count, Page { page, page_size: 3 }).unwrap();
                    paged.extend(found.into_iter().map(|(id, _)| id));
                }
                assert_eq!(paged, expected);
            }
        }
    }

    #[test]
    fn entries_keep_what_they_are_given() {
        let (one, two, three) = (Addr::unchecked("one"), Addr::unchecked("two"), Addr::unchecked("three"));
        let actions = [
            Action::Transfer { from: one.clone(), sender: one.clone(), recipient: two.clone() },
            Action::Transfer { from: one.clone(), sender: two.clone(), recipient: three.clone() },
            Action::Mint { minter: one.clone(), recipient: two.clone() },
            Action::Burn { burner: one.clone(), owner: three },
            Action::Deposit { owner: one },
            Action::Redeem { owner: two },
        ];
        for action in actions {
            for memo in [None, Some(String::new()), Some("m".repeat(64)), Some("m".repeat(65))] {
                let entry = Entry::new(action.clone(), u128::MAX, memo, &mock_env().block);
                assert_eq!(Entry::decode(&entry.encode()).unwrap(), entry);
            }
        }
    }

    #[test]
    fn memos_of_one_block_cannot_be_told_apart_by_length() {
        let action = Action::Deposit { owner: Addr::unchecked("one") };
        let length = |size: usize| {
            let memo = Some("m".repeat(size));
            Entry::new(action.clone(), 1, memo, &mock_env().block).encode().len()
        };
        assert_eq!((length(0), length(1), length(64)), (length(64) - 64, length(64), length(1)));
        assert_eq!(length(65), length(64) + 64);
    }
}
