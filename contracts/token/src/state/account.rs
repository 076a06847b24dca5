//! Accounts: a balance and the lengths of the account's two histories in one record, so that a transfer between known
//! accounts reads three records (two accounts and the transaction number) however much is recorded.

use cosmwasm_std::{Addr, StdError, StdResult, Storage};

use super::history::{self, Entry};
use super::key;
use crate::codec::{Reader, Writer};

const KIND: u8 = b'b';

/// One account; an unknown account is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub balance: u128,
    /// Length of the history of transfers.
    pub transfers: u32,
    /// Length of the history of everything.
    pub actions: u32,
}

pub fn load(storage: &dyn Storage, address: &Addr) -> StdResult<Account> {
    match storage.get(&key(KIND, &[address.as_bytes()])) {
        Some(bytes) => {
            let mut reader = Reader::new(&bytes);
            Ok(Account { balance: reader.u128()?, transfers: reader.u32()?, actions: reader.u32()? })
        }
        None => Ok(Account::default()),
    }
}

fn save(storage: &mut dyn Storage, address: &Addr, account: &Account) {
    let bytes = Writer::new().u128(account.balance).u32(account.transfers).u32(account.actions).bytes();
    storage.set(&key(KIND, &[address.as_bytes()]), &bytes);
}

/// The accounts that one execution touches: each is read once and written once, at `close`.
pub struct Book<'a> {
    storage: &'a mut dyn Storage,
    open: Vec<(Addr, Account)>,
    next_id: Option<u64>,
}

impl<'a> Book<'a> {
    pub fn open(storage: &'a mut dyn Storage) -> Self {
        Book { storage, open: Vec::with_capacity(2), next_id: None }
    }

    fn account(&mut self, address: &Addr) -> StdResult<&mut Account> {
        let index = match self.open.iter().position(|(known, _)| known == address) {
            Some(index) => index,
            None => {
                let account = load(self.storage, address)?;
                self.open.push((address.clone(), account));
                self.open.len() - 1
            }
        };
        Ok(&mut self.open[index].1)
    }

    /// Takes `amount` away; fails when there is less.
    pub fn debit(&mut self, address: &Addr, amount: u128) -> StdResult<()> {
        let account = self.account(address)?;
        let balance = account.balance;
        account.balance = balance.checked_sub(amount).ok_or_else(|| {
            StdError::generic_err(format!("insufficient funds: balance={}, required={}", balance, amount))
        })?;
        Ok(())
    }

    pub fn credit(&mut self, address: &Addr, amount: u128) -> StdResult<()> {
        let account = self.account(address)?;
        account.balance =
            account.balance.checked_add(amount).ok_or_else(|| StdError::generic_err("the balance would overflow"))?;
        Ok(())
    }

    /// Adds `entry` to the history of everybody who takes part in it.
    pub fn record(&mut self, entry: &Entry) -> StdResult<()> {
        let id = match self.next_id {
            Some(id) => id,
            None => history::next_id(self.storage)?,
        };
        let is_transfer = entry.is_transfer();
        history::save(self.storage, id, entry);
        for party in entry.parties() {
            let account = self.account(party)?;
            let before = *account;
            account.actions = longer(before.actions)?;
            if is_transfer {
                account.transfers = longer(before.transfers)?;
                history::link(self.storage, history::TRANSFERS, party, before.transfers, id);
            }
            history::link(self.storage, history::ACTIONS, party, before.actions, id);
        }
        self.next_id = Some(id.checked_add(1).ok_or_else(full)?);
        Ok(())
    }

    /// Writes everything back.
    pub fn close(self) {
        for (address, account) in &self.open {
            save(self.storage, address, account);
        }
        if let Some(id) = self.next_id {
            history::set_next_id(self.storage, id);
        }
    }
}

fn longer(length: u32) -> StdResult<u32> {
    length.checked_add(1).ok_or_else(full)
}

fn full() -> StdError {
    StdError::generic_err("the history is full")
}
