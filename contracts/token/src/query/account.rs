//! Answers about an account, given once the asker has shown the right to them.

use cosmwasm_std::{Addr, Deps, StdResult, Uint128};

use crate::answer::{Coins, QueryAnswer, RichTx, TransferTx, TxAction};
use crate::state::history::{self, Action, Entry};
use crate::state::{account, allowance as allowances, config};

pub fn balance(deps: Deps, owner: &Addr) -> StdResult<QueryAnswer> {
    let amount = Uint128::new(account::load(deps.storage, owner)?.balance);
    Ok(QueryAnswer::Balance { amount })
}

pub fn allowance(deps: Deps, owner: Addr, spender: Addr) -> StdResult<QueryAnswer> {
    let found = allowances::load(deps.storage, &owner, &spender)?;
    let allowance = Uint128::new(found.amount);
    Ok(QueryAnswer::Allowance { spender, owner, allowance, expiration: found.expiration })
}

/// One page of transfers, newest first; `total` counts those of all pages.
pub fn transfers(deps: Deps, owner: &Addr, page: Option<u32>, page_size: u32) -> StdResult<QueryAnswer> {
    let length = account::load(deps.storage, owner)?.transfers;
    let symbol = config::constants(deps.storage)?.symbol;
    let found = history::page(deps.storage, history::TRANSFERS, owner, length, page.unwrap_or(0), page_size)?;
    let txs = found.into_iter().filter_map(|(id, entry)| transfer_tx(id, entry, &symbol)).collect();
    Ok(QueryAnswer::TransferHistory { txs, total: u64::from(length) })
}

/// One page of everything that happened to the account, newest first.
pub fn transactions(deps: Deps, owner: &Addr, page: Option<u32>, page_size: u32) -> StdResult<QueryAnswer> {
    let length = account::load(deps.storage, owner)?.actions;
    let symbol = config::constants(deps.storage)?.symbol;
    let found = history::page(deps.storage, history::ACTIONS, owner, length, page.unwrap_or(0), page_size)?;
    let txs = found.into_iter().map(|(id, entry)| rich_tx(id, entry, &symbol)).collect();
    Ok(QueryAnswer::TransactionHistory { txs, total: u64::from(length) })
}

fn transfer_tx(id: u64, entry: Entry, symbol: &str) -> Option<TransferTx> {
    match entry.action {
        Action::Transfer { from, sender, recipient } => Some(TransferTx {
            id,
            from,
            sender,
            receiver: recipient,
            coins: Coins { denom: symbol.to_string(), amount: Uint128::new(entry.amount) },
            memo: entry.memo,
            block_time: entry.time,
            block_height: entry.height,
        }),
        _ => None,
    }
}

fn rich_tx(id: u64, entry: Entry, symbol: &str) -> RichTx {
    let action = match entry.action {
        Action::Transfer { from, sender, recipient } => TxAction::Transfer { from, sender, recipient },
        Action::Mint { minter, recipient } => TxAction::Mint { minter, recipient },
        Action::Burn { burner, owner } => TxAction::Burn { burner, owner },
        Action::Deposit { .. } => TxAction::Deposit {},
        Action::Redeem { .. } => TxAction::Redeem {},
    };
    let denom = entry.denom.unwrap_or_else(|| symbol.to_string());
    RichTx {
        id,
        action,
        coins: Coins { denom, amount: Uint128::new(entry.amount) },
        memo: entry.memo,
        block_time: entry.time,
        block_height: entry.height,
    }
}
