//! Questions about the token: the dispatch, the public ones, and who may ask the private ones.

mod account;
mod permit;

use cosmwasm_std::{Addr, Deps, Env, QueryResponse, StdError, StdResult, Uint128};

use crate::answer::{padded, QueryAnswer};
use crate::msg::required;
use crate::query_msg::{QueryMsg, Question, Topic};
use crate::state::{config, head};
use crate::viewing_key;

const WRONG_KEY: QueryAnswer =
    QueryAnswer::ViewingKeyError { msg: "Wrong viewing key for this address or viewing key not set" };

pub fn run(deps: Deps, env: Env, msg: QueryMsg) -> StdResult<QueryResponse> {
    let answer = match msg {
        QueryMsg::TokenInfo(_) => token_info(deps)?,
        QueryMsg::TokenConfig(_) => token_config(deps)?,
        QueryMsg::ContractStatus(_) => QueryAnswer::ContractStatus { status: head::load(deps.storage)?.status.name() },
        QueryMsg::ExchangeRate(_) => exchange_rate(deps)?,
        QueryMsg::Minters(_) => QueryAnswer::Minters { minters: config::minters(deps.storage)? },
        QueryMsg::WithPermit(asked) => {
            let (topic, question) = private(*asked.query)?;
            let signer = permit::signer(deps, &env, &asked.permit, topic)?;
            account::answer(deps, topic, signer, question)?
        }
        other => {
            let (topic, question) = private(other)?;
            match holder(deps, topic, &question)? {
                Some(holder) => account::answer(deps, topic, holder, question)?,
                None => WRONG_KEY,
            }
        }
    };
    padded(&answer)
}

fn private(msg: QueryMsg) -> StdResult<(Topic, Question)> {
    msg.private().ok_or_else(|| StdError::generic_err("this question takes no permit"))
}

/// The account that the question's key opens, among those that it names. An allowance is open to owner and spender.
fn holder(deps: Deps, topic: Topic, question: &Question) -> StdResult<Option<Addr>> {
    let key = required(question.key.as_ref(), "key")?;
    let address = |field: &Option<String>, name| deps.api.addr_validate(required(field.as_ref(), name)?);
    let named = match topic {
        Topic::Allowance => vec![address(&question.owner, "owner")?, address(&question.spender, "spender")?],
        Topic::AllowancesGiven => vec![address(&question.owner, "owner")?],
        Topic::AllowancesReceived => vec![address(&question.spender, "spender")?],
        Topic::Balance | Topic::TransferHistory | Topic::TransactionHistory => {
            vec![address(&question.address, "address")?]
        }
    };
    let mut holder = None;
    // Every key is checked, so that the answer's cost does not tell which one fitted.
    for account in named {
        if viewing_key::check(deps.storage, &account, key) {
            holder = Some(account);
        }
    }
    Ok(holder)
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
