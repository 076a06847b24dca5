//! Answers about an account, given once the asker has shown the right to them.

use cosmwasm_std::{Addr, Deps, StdError, StdResult, Uint128};

use crate::answer::{Coins, Given, QueryAnswer, Received, RichTx, TransferTx, TxAction};
use crate::msg::required;
use crate::query_msg::{Question, Topic};
use crate::state::allowance::{self, Side};
use crate::state::history::{self, Action, Entry};
use crate::state::list::Page;
use crate::state::{account, config};

/// Answers about `holder`, who is one of those that the question names, if it names any.
pub fn answer(deps: Deps, topic: Topic, holder: Addr, question: Question) -> StdResult<QueryAnswer> {
    match topic {
        Topic::Balance => {
            let amount = Uint128::new(account::load(deps.storage, &holder)?.balance);
            Ok(QueryAnswer::Balance { amount })
        }
        Topic::Allowance => allowance(deps, holder, question),
        Topic::AllowancesGiven => given(deps, named_or(question.owner.as_ref(), holder)?, page_of(&question)?),
        Topic::AllowancesReceived => received(deps, named_or(question.spender.as_ref(), holder)?, page_of(&question)?),
        Topic::TransferHistory => transfers(deps, &holder, page_of(&question)?),
        Topic::TransactionHistory => transactions(deps, &holder, page_of(&question)?),
    }
}

fn page_of(question: &Question) -> StdResult<Page> {
    let page_size = required(question.page_size, "page_size")?;
    Ok(Page { page: question.page.unwrap_or(0), page_size })
}

/// The holder, who may be left unnamed in a question that comes with a permit, but not be named as somebody else.
fn named_or(named: Option<&String>, holder: Addr) -> StdResult<Addr> {
    match named {
        Some(other) if holder != other.as_str() => {
            Err(StdError::generic_err("the permit's signer is not the account that is asked about"))
        }
        _ => Ok(holder),
    }
}

fn allowance(deps: Deps, holder: Addr, question: Question) -> StdResult<QueryAnswer> {
    let owner = deps.api.addr_validate(&required(question.owner, "owner")?)?;
    let spender = deps.api.addr_validate(&required(question.spender, "spender")?)?;
    if holder != owner && holder != spender {
        return Err(StdError::generic_err("the permit's signer is neither the owner nor the spender"));
    }
    let found = allowance::load(deps.storage, &owner, &spender)?.unwrap_or_default();
    let allowance = Uint128::new(found.amount);
    Ok(QueryAnswer::Allowance { spender, owner, allowance, expiration: found.expiration })
}

/// One page of the allowances that `owner` gave, newest first; `count` counts those of all pages (SNIP-26).
fn given(deps: Deps, owner: Addr, page: Page) -> StdResult<QueryAnswer> {
    let found = allowance::page(deps.storage, Side::Given, &owner, page)?.into_iter();
    let allowances = found.map(|(spender, allowance)| Given {
        spender,
        allowance: Uint128::new(allowance.amount),
        expiration: allowance.expiration,
    });
    let count = allowance::count(deps.storage, Side::Given, &owner)?;
    Ok(QueryAnswer::AllowancesGiven { owner, allowances: allowances.collect(), count })
}

fn received(deps: Deps, spender: Addr, page: Page) -> StdResult<QueryAnswer> {
    let found = allowance::page(deps.storage, Side::Received, &spender, page)?.into_iter();
    let allowances = found.map(|(owner, allowance)| Received {
        owner,
        allowance: Uint128::new(allowance.amount),
        expiration: allowance.expiration,
    });
    let count = allowance::count(deps.storage, Side::Received, &spender)?;
    Ok(QueryAnswer::AllowancesReceived { spender, allowances: allowances.collect(), count })
}

/// One page of transfers, newest first; `total` counts those of all pages.
fn transfers(deps: Deps, owner: &Addr, page: Page) -> StdResult<QueryAnswer> {
    let known = account::load(deps.storage, owner)?;
    let symbol = config::constants(deps.storage)?.symbol;
    let found = history::transfers(deps.storage, owner, known.actions, known.transfers, page)?;
    let txs = found.into_iter().filter_map(|(id, entry)| transfer_tx(id, entry, &symbol)).collect();
    Ok(QueryAnswer::TransferHistory { txs, total: known.transfers })
}

/// One page of everything that happened to the account, newest first.
fn transactions(deps: Deps, owner: &Addr, page: Page) -> StdResult<QueryAnswer> {
    let length = account::load(deps.storage, owner)?.actions;
    let symbol = config::constants(deps.storage)?.symbol;
    let found = history::transactions(deps.storage, owner, length, page)?;
    let txs = found.into_iter().map(|(id, entry)| rich_tx(id, entry, &symbol)).collect();
    Ok(QueryAnswer::TransactionHistory { txs, total: length })
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
