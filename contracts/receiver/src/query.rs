//! Answers of the receiver.

use cosmwasm_std::{to_binary, Deps, Env, QueryResponse, StdResult};

use crate::msg::{BalanceResponse, QueryMsg};
use crate::{state, token};

pub fn answer(deps: Deps, env: Env, msg: QueryMsg) -> StdResult<QueryResponse> {
    match msg {
        QueryMsg::Received { token } => to_binary(&state::received(deps.storage, &token)?),
        QueryMsg::Balance { token } => {
            let amount = token::own_balance(deps, env, state::token(deps.storage, &token)?)?;
            to_binary(&BalanceResponse { amount })
        }
    }
}
