//! Private token with the SNIP-20 interface: with the histories and memos of SNIP-21, the batches of SNIP-22, the sends of
//! SNIP-23, the query permits of SNIP-24 and the lists of allowances of SNIP-26.
//!
//! Balances, allowances and histories are records of encrypted state; only their owner reads them, with a viewing key or
//! a signed permit. `msg`, `query_msg` and `answer` are the interface, `state` the records, `action` what changes them
//! and `query` what reads them.

pub mod action;
pub mod answer;
pub mod codec;
pub mod msg;
pub mod query;
pub mod query_msg;
pub mod state;
pub mod viewing_key;

use cosmwasm_std::{entry_point, Deps, DepsMut, Env, MessageInfo, QueryResponse, Response, StdResult};

use crate::msg::{ExecuteMsg, InstantiateMsg, MigrateMsg};
use crate::query_msg::QueryMsg;

/// Creates the token and hands out the initial balances.
#[entry_point]
pub fn instantiate(deps: DepsMut, env: Env, info: MessageInfo, msg: InstantiateMsg) -> StdResult<Response> {
    action::instantiate::run(deps, env, info, msg)
}

/// Runs one action; the answer is padded data.
#[entry_point]
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, msg: ExecuteMsg) -> StdResult<Response> {
    action::run(deps, env, info, msg).map_err(answer::padded_error)
}

/// Answers one question; the answer is padded.
#[entry_point]
pub fn query(deps: Deps, env: Env, msg: QueryMsg) -> StdResult<QueryResponse> {
    query::run(deps, env, msg).map_err(answer::padded_error)
}

/// Takes over the state of an earlier code.
#[entry_point]
pub fn migrate(_deps: DepsMut, _env: Env, _msg: MigrateMsg) -> StdResult<Response> {
    Ok(Response::new())
}
