//! Questions about the token: the dispatch, the public ones, and who may ask the private ones.

mod account;
mod permit;

use cosmwasm_std::{Addr, Deps, Env, QueryResponse, StdResult, Uint128};

use crate::answer::{padded, QueryAnswer};
use crate::query_msg::QueryMsg;
use crate::state::config;
use crate::viewing_key;

const WRONG_KEY: QueryAnswer =
    QueryAnswer::ViewingKeyError { msg: "Wrong viewing key for this address or viewing key not set" };

pub fn run(deps: Deps, env: Env, msg: QueryMsg) -> StdResult<QueryResponse> {
    let answer = match msg {
        QueryMsg::TokenInfo(_) => token_info(deps)?,
        QueryMsg::TokenConfig(_) => token_config(deps)?,
        QueryMsg::ExchangeRate(_) => exchange_rate(deps)?,
        QueryMsg::Minters(_) => QueryAnswer::Minters { minters: config::minters(deps.storage)? },
        QueryMsg::WithPermit { permit, query } => permit::answer(deps, &env, &permit, query)?,
        QueryMsg::Balance { address, key } => match holder(deps, &address, &key)? {
            Some(owner) => account::balance(deps, &owner)?,
            None => WRONG_KEY,
        },
        QueryMsg::Allowance { owner, spender, key } => {
            let (asked_owner, asked_spender) = (deps.api.addr_validate(&owner)?, deps.api.addr_validate(&spender)?);
            // Both keys are always checked, so that the answer's cost does not tell which one fitted.
            let is_owner = viewing_key::check(deps.storage, &asked_owner, &key);
            let is_spender = viewing_key::check(deps.storage, &asked_spender, &key);
            if is_owner | is_spender {
                account::allowance(deps, asked_owner, asked_spender)?
            } else {
                WRONG_KEY
            }
        }
        QueryMsg::TransferHistory(asked) => match holder(deps, &asked.address, &asked.key)? {
            Some(owner) => account::transfers(deps, &owner, asked.page, asked.page_size)?,
            None => WRONG_KEY,
        },
        QueryMsg::TransactionHistory(asked) => match holder(deps, &asked.address, &asked.key)? {
            Some(owner) => account::transactions(deps, &owner, asked.page, asked.page_size)?,
            None => WRONG_KEY,
        },
    };
    padded(&answer)
}

/// The account that `key` opens, if it is that of `address`.
fn holder(deps: Deps, address: &str, key: &str) -> StdResult<Option<Addr>> {
    let address = deps.api.addr_validate(address)?;
    Ok(if viewing_key::check(deps.storage, &address, key) { Some(address) } else { None })
}

fn token_info(deps: Deps) -> StdResult<QueryAnswer> {
    let constants = config::constants(deps.storage)?;
    let supply = config::supply(deps.storage)?;
    let total_supply = if constants.public_total_supply { Some(Uint128::new(supply)) } else { None };
    let (name, symbol, decimals) = (constants.name, constants.symbol, constants.decimals);
    Ok(QueryAnswer::TokenInfo { name, symbol, decimals, total_supply })
}

fn token_config(deps: Deps) -> StdResult<QueryAnswer> {
    let constants = config::constants(deps.storage)?;
    Ok(QueryAnswer::TokenConfig {
        public_total_supply: constants.public_total_supply,
        deposit_enabled: constants.deposit,
        redeem_enabled: constants.redeem,
        mint_enabled: constants.mint,
        burn_enabled: constants.burn,
        supported_denoms: constants.denoms,
    })
}

/// One for one with the only coin; no rate when there is no such coin.
fn exchange_rate(deps: Deps) -> StdResult<QueryAnswer> {
    let constants = config::constants(deps.storage)?;
    Ok(match constants.denoms.as_slice() {
        [only] if constants.deposit || constants.redeem => {
            QueryAnswer::ExchangeRate { rate: Uint128::new(1), denom: only.clone() }
        }
        _ => QueryAnswer::ExchangeRate { rate: Uint128::zero(), denom: String::new() },
    })
}
