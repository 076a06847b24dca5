//! Private counter: the smallest contract that still touches every part of the runtime a client can see.
//!
//! It keeps a number, an owner and a text in encrypted state, emits encrypted and plaintext attributes, returns data,
//! fails, panics and burns gas on demand, relays messages to other contracts and receives their replies, and hands out
//! the randomness of its block. `msg` is its interface, `state` its storage, `execute` and `query` its behaviour.

pub mod execute;
pub mod msg;
pub mod query;
pub mod relay;
pub mod state;

use cosmwasm_std::{entry_point, Deps, DepsMut, Env, MessageInfo, QueryResponse, Reply, Response, StdResult};

use crate::msg::{ExecuteMsg, InstantiateMsg, MigrateMsg, QueryMsg};

/// Creates a counter that belongs to the sender.
#[entry_point]
pub fn instantiate(deps: DepsMut, _env: Env, info: MessageInfo, msg: InstantiateMsg) -> StdResult<Response> {
    state::set_owner(deps.storage, &info.sender);
    state::set_count(deps.storage, msg.count);
    Ok(Response::new().add_attribute("count", msg.count.to_string()))
}

/// Runs one action of [`ExecuteMsg`].
#[entry_point]
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, msg: ExecuteMsg) -> StdResult<Response> {
    execute::run(deps, env, info, msg)
}

/// Answers one question of [`QueryMsg`].
#[entry_point]
pub fn query(deps: Deps, env: Env, msg: QueryMsg) -> StdResult<QueryResponse> {
    query::answer(deps, env, msg)
}

/// Takes over the state of an earlier code, optionally replacing the count.
#[entry_point]
pub fn migrate(deps: DepsMut, _env: Env, msg: MigrateMsg) -> StdResult<Response> {
    if let Some(count) = msg.count {
        state::set_count(deps.storage, count);
    }
    Ok(Response::new().add_attribute("migrated", "true"))
}

/// Records what became of a relayed message.
#[entry_point]
pub fn reply(deps: DepsMut, _env: Env, reply: Reply) -> StdResult<Response> {
    relay::on_reply(deps, reply)
}
