//! What changes the supply: deposits and redemptions of the chain's coins, minting and burning.

use cosmwasm_std::{Addr, BankMsg, Coin, Response, StdError, StdResult, Storage, Uint128};

use super::{allowance, done, Call};
use crate::answer::{padded, ExecuteAnswer, SUCCESS};
use crate::msg::Send;
use crate::state::history::{Action, Entry};
use crate::state::{config, Book};

fn enabled(switch: bool, what: &str) -> StdResult<()> {
    if switch {
        Ok(())
    } else {
        Err(StdError::generic_err(format!("{} is not enabled for this token", what)))
    }
}

fn grow(storage: &mut dyn Storage, amount: u128) -> StdResult<()> {
    let supply = config::supply(storage)?
        .checked_add(amount)
        .ok_or_else(|| StdError::generic_err("the supply would overflow"))?;
    config::set_supply(storage, supply);
    Ok(())
}

fn shrink(storage: &mut dyn Storage, amount: u128) -> StdResult<()> {
    let supply = config::supply(storage)?
        .checked_sub(amount)
        .ok_or_else(|| StdError::generic_err("the supply is smaller than that"))?;
    config::set_supply(storage, supply);
    Ok(())
}

/// Takes coins and credits as many tokens.
pub fn deposit(call: Call) -> StdResult<Response> {
    let constants = config::constants(call.deps.storage)?;
    enabled(constants.deposit, "deposit")?;
    let owner = call.info.sender;
    if call.info.funds.is_empty() {
        return Err(StdError::generic_err("no coins were sent"));
    }
    for coin in call.info.funds {
        if !constants.denoms.contains(&coin.denom) {
            return Err(StdError::generic_err(format!("{} is not taken", coin.denom)));
        }
        let amount = coin.amount.u128();
        grow(call.deps.storage, amount)?;
        let mut book = Book::open(call.deps.storage);
        book.credit(&owner, amount)?;
        let entry = Entry::new(Action::Deposit { owner: owner.clone() }, amount, None, &call.env.block);
        book.record(&entry.with_denom(coin.denom))?;
        book.close();
    }
    done(ExecuteAnswer::Deposit(SUCCESS))
}

/// Takes tokens and pays out as many coins, of the only denomination unless one is named.
pub fn redeem(call: Call, amount: Uint128, denom: Option<String>) -> StdResult<Response> {
    let constants = config::constants(call.deps.storage)?;
    enabled(constants.redeem, "redeem")?;
    let denom = match (denom, constants.denoms.as_slice()) {
        (Some(named), denoms) if denoms.contains(&named) => named,
        (Some(named), _) => return Err(StdError::generic_err(format!("{} is not paid out", named))),
        (None, [only]) => only.clone(),
        (None, _) => return Err(StdError::generic_err("the denomination must be named")),
    };
    let owner = call.info.sender;
    let mut book = Book::open(call.deps.storage);
    book.debit(&owner, amount.u128())?;
    let entry = Entry::new(Action::Redeem { owner: owner.clone() }, amount.u128(), None, &call.env.block);
    book.record(&entry.with_denom(denom.clone()))?;
    book.close();
    shrink(call.deps.storage, amount.u128())?;
    let payment = BankMsg::Send { to_address: owner.into_string(), amount: vec![Coin { denom, amount }] };
    Ok(Response::new().add_message(payment).set_data(padded(&ExecuteAnswer::Redeem(SUCCESS))?))
}

/// Creates tokens. Only a minter may.
pub fn mint(call: Call, mints: Vec<Send>, answer: ExecuteAnswer) -> StdResult<Response> {
    enabled(config::constants(call.deps.storage)?.mint, "mint")?;
    let minter = call.info.sender;
    if !config::minters(call.deps.storage)?.contains(&minter) {
        return Err(StdError::generic_err("only a minter may mint"));
    }
    for one in mints {
        let recipient = call.deps.api.addr_validate(&one.recipient)?;
        let amount = one.amount.u128();
        grow(call.deps.storage, amount)?;
        let mut book = Book::open(call.deps.storage);
        book.credit(&recipient, amount)?;
        let action = Action::Mint { minter: minter.clone(), recipient };
        book.record(&Entry::new(action, amount, one.memo, &call.env.block))?;
        book.close();
    }
    done(answer)
}

/// Destroys the sender's tokens.
pub fn burn(call: Call, amount: Uint128, memo: Option<String>) -> StdResult<Response> {
    let owner = call.info.sender.clone();
    destroy(call, owner, amount.u128(), memo)?;
    done(ExecuteAnswer::Burn(SUCCESS))
}

/// Destroys the tokens of an owner who allowed it.
pub fn burn_from(mut call: Call, owner: String, amount: Uint128, memo: Option<String>) -> StdResult<Response> {
    let owner = call.deps.api.addr_validate(&owner)?;
    allowance::spend(&mut call, &owner, amount.u128())?;
    destroy(call, owner, amount.u128(), memo)?;
    done(ExecuteAnswer::BurnFrom(SUCCESS))
}

fn destroy(call: Call, owner: Addr, amount: u128, memo: Option<String>) -> StdResult<()> {
    enabled(config::constants(call.deps.storage)?.burn, "burn")?;
    let mut book = Book::open(call.deps.storage);
    book.debit(&owner, amount)?;
    let action = Action::Burn { burner: call.info.sender, owner };
    book.record(&Entry::new(action, amount, memo, &call.env.block))?;
    book.close();
    shrink(call.deps.storage, amount)
}
