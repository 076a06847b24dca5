//! Accounts: a balance and the lengths of the account's history in one record, so that a transfer between known accounts
//! reads three records (two accounts and the ledger's head) however much is recorded.

use cosmwasm_std::{Addr, StdError, StdResult, Storage};

use super::head::{self, Head};
use super::history::{self, Entry, Link};
use super::key;
use super::list::longer;
use crate::codec::{Reader, Writer};

const KIND: u8 = b'b';

/// One account; an unknown account is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub balance: u128,
    /// Length of the history.
    pub actions: u32,
    /// How many of its entries are transfers.
    pub transfers: u32,
}

pub fn load(storage: &dyn Storage, address: &Addr) -> StdResult<Account> {
    match storage.get(&key(KIND, &[address.as_bytes()])) {
        Some(bytes) => {
            let mut reader = Reader::new(&bytes);
            Ok(Account { balance: reader.u128()?, actions: reader.u32()?, transfers: reader.u32()? })
        }
        None => Ok(Account::default()),
    }
}

fn save(storage: &mut dyn Storage, address: &Addr, account: &Account) {
    let bytes = Writer::new().u128(account.balance).u32(account.actions).u32(account.transfers).bytes();
    storage.set(&key(KIND, &[address.as_bytes()]), &bytes);
}

/// The accounts that one execution touches: each is read once and written once, at `close`.
pub struct Book<'a> {
    /// For the records that are no accounts.
    pub storage: &'a mut dyn Storage,
    head: Head,
    open: Vec<(Addr, Account)>,
}

impl<'a> Book<'a> {
    pub fn open(storage: &'a mut dyn Storage, head: Head) -> Self {
        Book { storage, head, open: Vec::with_capacity(2) }
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
        let id = self.head.next_id;
        history::save(self.storage, id, entry);
        for party in entry.parties() {
            let account = self.account(party)?;
            let index = account.actions;
            account.actions = longer(index)?;
            account.transfers += u32::from(entry.is_transfer());
            let link = Link { id, transfers: account.transfers };
            history::link(self.storage, party, index, link);
        }
        self.head.next_id = id.checked_add(1).ok_or_else(|| StdError::generic_err("the ledger is full"))?;
        Ok(())
    }

    /// Writes everything back.
    pub fn close(self) {
        for (address, account) in &self.open {
            save(self.storage, address, account);
        }
        head::save(self.storage, &self.head);
    }
}
