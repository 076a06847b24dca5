//! A contract that is told of the tokens it gets (SNIP-20, "Receiver interface"): it keeps them, sends them back or fails,
//! as the message that came with them asks. It also holds allowances and asks tokens for its own balance.
//!
//! `msg` is its interface, `state` its records, `execute` what it does, `token` how it speaks to a token.

pub mod execute;
pub mod msg;
pub mod query;
pub mod state;
pub mod token;

use cosmwasm_std::{entry_point, Deps, DepsMut, Env, MessageInfo, QueryResponse, Response, StdResult};

use crate::msg::{ExecuteMsg, InstantiateMsg, QueryMsg};

/// Makes a receiver that belongs to the sender and knows no token.
#[entry_point]
pub fn instantiate(deps: DepsMut, _env: Env, info: MessageInfo, _msg: InstantiateMsg) -> StdResult<Response> {
    state::set_owner(deps.storage, &info.sender);
    Ok(Response::new())
}

#[entry_point]
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, msg: ExecuteMsg) -> StdResult<Response> {
    execute::run(deps, env, info, msg)
}

#[entry_point]
pub fn query(deps: Deps, env: Env, msg: QueryMsg) -> StdResult<QueryResponse> {
    query::answer(deps, env, msg)
}
