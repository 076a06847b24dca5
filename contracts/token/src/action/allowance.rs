//! Changing and using allowances. A void allowance counts as none.

use cosmwasm_std::{Addr, BlockInfo, Response, StdError, StdResult, Storage, Uint128};

use super::{done, Call};
use crate::answer::{AllowanceLeft, ExecuteAnswer};
use crate::msg::AllowanceChange;
use crate::state::allowance::{enlist, load, save, Allowance};

/// Adds to an allowance, up to the largest number, so that "unlimited" can be given twice.
pub fn increase(call: Call, change: AllowanceChange) -> StdResult<Response> {
    let left = update(call, change, u128::saturating_add)?;
    done(ExecuteAnswer::IncreaseAllowance(left))
}

/// Takes from an allowance, down to nothing.
pub fn decrease(call: Call, change: AllowanceChange) -> StdResult<Response> {
    let left = update(call, change, u128::saturating_sub)?;
    done(ExecuteAnswer::DecreaseAllowance(left))
}

fn update(call: Call, change: AllowanceChange, apply: fn(u128, u128) -> u128) -> StdResult<AllowanceLeft> {
    let Call { deps, env, info, .. } = call;
    let owner = info.sender;
    let spender = deps.api.addr_validate(&change.spender)?;
    let known = load(deps.storage, &owner, &spender)?;
    if known.is_none() {
        enlist(deps.storage, &owner, &spender)?;
    }
    let mut allowance = known.filter(|given| !given.is_expired(&env.block)).unwrap_or_default();
    allowance.amount = apply(allowance.amount, change.amount.u128());
    if change.expiration.is_some() {
        allowance.expiration = change.expiration;
    }
    save(deps.storage, &owner, &spender, &allowance);
    Ok(AllowanceLeft { spender, owner, allowance: Uint128::new(allowance.amount) })
}

/// Uses up `amount` of what `owner` allows `spender`.
pub fn spend(
    storage: &mut dyn Storage,
    block: &BlockInfo,
    owner: &Addr,
    spender: &Addr,
    amount: u128,
) -> StdResult<()> {
    let known = load(storage, owner, spender)?;
    let given = known.filter(|given| !given.is_expired(block)).unwrap_or_default();
    let left = given.amount.checked_sub(amount).ok_or_else(|| {
        StdError::generic_err(format!("insufficient allowance: allowance={}, required={}", given.amount, amount))
    })?;
    // Nothing taken of what was never given leaves no record: every record is on the lists of both.
    if known.is_some() {
        save(storage, owner, spender, &Allowance { amount: left, ..given });
    }
    Ok(())
}
