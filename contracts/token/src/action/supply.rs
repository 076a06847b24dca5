//! What changes the supply: deposits and redemptions of the chain's coins, minting and burning.

use cosmwasm_std::{BankMsg, Coin, Response, StdError, StdResult};

use super::{allowance, done, Call};
use crate::answer::{padded, ExecuteAnswer, SUCCESS};
use crate::msg::{required, Movement};
use crate::state::history::{Action, Entry};
use crate::state::{config, Book};

fn enabled(switch: bool, what: &str) -> StdResult<()> {
    if switch {
        Ok(())
    } else {
        Err(StdError::generic_err(format!("{} is not enabled for this token", what)))
    }
}

fn grown(supply: u128, amount: u128) -> StdResult<u128> {
    supply.checked_add(amount).ok_or_else(|| StdError::generic_err("the supply would overflow"))
}

fn shrunk(supply: u128, amount: u128) -> StdResult<u128> {
    supply.checked_sub(amount).ok_or_else(|| StdError::generic_err("the supply is smaller than that"))
}

/// Takes coins and credits as many tokens.
pub fn deposit(call: Call) -> StdResult<Response> {
    let Call { deps, env, info, head } = call;
    let constants = config::constants(deps.storage)?;
    enabled(constants.deposit, "deposit")?;
    if info.funds.is_empty() {
        return Err(StdError::generic_err("no coins were sent"));
    }
    let owner = info.sender;
    let mut supply = config::supply(deps.storage)?;
    let mut book = Book::open(deps.storage, head);
    for Coin { denom, amount } in info.funds {
        if !constants.denoms.contains(&denom) {
            return Err(StdError::generic_err(format!("{} is not taken", denom)));
        }
        supply = grown(supply, amount.u128())?;
        book.credit(&owner, amount.u128())?;
        let entry = Entry::new(Action::Deposit { owner: owner.clone() }, amount.u128(), None, &env.block);
        book.record(&entry.with_denom(denom))?;
    }
    book.close();
    config::set_supply(deps.storage, supply);
    done(ExecuteAnswer::Deposit(SUCCESS))
}

/// Takes tokens and pays out as many coins, of the only denomination unless one is named.
pub fn redeem(call: Call, movement: Movement) -> StdResult<Response> {
    let Call { deps, env, info, head } = call;
    let constants = config::constants(deps.storage)?;
    enabled(constants.redeem, "redeem")?;
    let denom = match (movement.denom, constants.denoms.as_slice()) {
        (Some(named), denoms) if denoms.contains(&named) => named,
        (Some(named), _) => return Err(StdError::generic_err(format!("{} is not paid out", named))),
        (None, [only]) => only.clone(),
        (None, _) => return Err(StdError::generic_err("the denomination must be named")),
    };
    let (owner, amount) = (info.sender, movement.amount);
    let supply = config::supply(deps.storage)?;
    let mut book = Book::open(deps.storage, head);
    book.debit(&owner, amount.u128())?;
    let entry = Entry::new(Action::Redeem { owner: owner.clone() }, amount.u128(), None, &env.block);
    book.record(&entry.with_denom(denom.clone()))?;
    book.close();
    config::set_supply(deps.storage, shrunk(supply, amount.u128())?);
    let payment = BankMsg::Send { to_address: owner.into_string(), amount: vec![Coin { denom, amount }] };
    Ok(Response::new().add_message(payment).set_data(padded(&ExecuteAnswer::Redeem(SUCCESS))?))
}

/// Creates tokens. Only a minter may.
pub fn mint(call: Call, mints: Vec<Movement>, answer: ExecuteAnswer) -> StdResult<Response> {
    let Call { deps, env, info, head } = call;
    enabled(config::constants(deps.storage)?.mint, "mint")?;
    let minter = info.sender;
    if !config::minters(deps.storage)?.contains(&minter) {
        return Err(StdError::generic_err("only a minter may mint"));
    }
    let mut supply = config::supply(deps.storage)?;
    let mut book = Book::open(deps.storage, head);
    for Movement { recipient, amount, memo, .. } in mints {
        let recipient = deps.api.addr_validate(&required(recipient, "recipient")?)?;
        supply = grown(supply, amount.u128())?;
        book.credit(&recipient, amount.u128())?;
        let action = Action::Mint { minter: minter.clone(), recipient };
        book.record(&Entry::new(action, amount.u128(), memo, &env.block))?;
    }
    book.close();
    config::set_supply(deps.storage, supply);
    done(answer)
}

/// Destroys tokens of the sender or, if `allowed`, of owners who allowed it.
pub fn burn(call: Call, allowed: bool, burns: Vec<Movement>, answer: ExecuteAnswer) -> StdResult<Response> {
    let Call { deps, env, info, head } = call;
    enabled(config::constants(deps.storage)?.burn, "burn")?;
    let burner = info.sender;
    let mut supply = config::supply(deps.storage)?;
    let mut book = Book::open(deps.storage, head);
    for Movement { owner, amount, memo, .. } in burns {
        let mut from = burner.clone();
        if allowed {
            from = deps.api.addr_validate(&required(owner, "owner")?)?;
            allowance::spend(book.storage, &env.block, &from, &burner, amount.u128())?;
        }
        supply = shrunk(supply, amount.u128())?;
        book.debit(&from, amount.u128())?;
        let action = Action::Burn { burner: burner.clone(), owner: from };
        book.record(&Entry::new(action, amount.u128(), memo, &env.block))?;
    }
    book.close();
    config::set_supply(deps.storage, supply);
    done(answer)
}
