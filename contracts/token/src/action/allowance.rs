//! Changing and using allowances. A void allowance counts as none.

use cosmwasm_std::{Addr, Response, StdError, StdResult, Uint128};

use super::{done, Call};
use crate::answer::{AllowanceLeft, ExecuteAnswer};
use crate::msg::AllowanceChange;
use crate::state::allowance::{load, save, Allowance};

/// Adds to an allowance, up to the largest number, so that "unlimited" can be given twice.
pub fn increase(call: &mut Call, change: AllowanceChange) -> StdResult<Response> {
    let left = update(call, change, u128::saturating_add)?;
    done(ExecuteAnswer::IncreaseAllowance(left))
}

/// Takes from an allowance, down to nothing.
pub fn decrease(call: &mut Call, change: AllowanceChange) -> StdResult<Response> {
    let left = update(call, change, u128::saturating_sub)?;
    done(ExecuteAnswer::DecreaseAllowance(left))
}

fn update(call: &mut Call, change: AllowanceChange, apply: fn(u128, u128) -> u128) -> StdResult<AllowanceLeft> {
    let owner = call.info.sender.clone();
    let spender = call.deps.api.addr_validate(&change.spender)?;
    let mut allowance = load(call.deps.storage, &owner, &spender)?;
    if allowance.is_expired(&call.env.block) {
        allowance = Allowance::default();
    }
    allowance.amount = apply(allowance.amount, change.amount.u128());
    if change.expiration.is_some() {
        allowance.expiration = change.expiration;
    }
    save(call.deps.storage, &owner, &spender, &allowance);
    Ok(AllowanceLeft { spender, owner, allowance: Uint128::new(allowance.amount) })
}

/// Uses up `amount` of what `owner` allows the sender.
pub fn spend(call: &mut Call, owner: &Addr, amount: u128) -> StdResult<()> {
    let spender = &call.info.sender;
    let mut allowance = load(call.deps.storage, owner, spender)?;
    let allowed = if allowance.is_expired(&call.env.block) { 0 } else { allowance.amount };
    allowance.amount = allowed.checked_sub(amount).ok_or_else(|| {
        StdError::generic_err(format!("insufficient allowance: allowance={}, required={}", allowed, amount))
    })?;
    save(call.deps.storage, owner, spender, &allowance);
    Ok(())
}
