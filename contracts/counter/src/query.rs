//! Answers of the counter.

use cosmwasm_std::{to_binary, Deps, Env, QueryRequest, QueryResponse, StdResult, WasmQuery};

use crate::execute::failure;
use crate::msg::{CountResponse, OwnerResponse, QueryMsg, TextResponse};
use crate::state;

pub fn answer(deps: Deps, _env: Env, msg: QueryMsg) -> StdResult<QueryResponse> {
    match msg {
        QueryMsg::GetCount {} => to_binary(&CountResponse { count: state::count(deps.storage)? }),
        QueryMsg::GetText {} => to_binary(&TextResponse { text: state::text(deps.storage)? }),
        QueryMsg::GetOwner {} => to_binary(&OwnerResponse { owner: state::owner(deps.storage)?.into_string() }),
        QueryMsg::GetLastReply {} => to_binary(&state::last_reply(deps.storage)?),
        QueryMsg::GetCountOf { contract, code_hash } => {
            let request = QueryRequest::Wasm(WasmQuery::Smart {
                contract_addr: contract,
                code_hash,
                msg: to_binary(&QueryMsg::GetCount {})?,
            });
            to_binary(&deps.querier.query::<CountResponse>(&request)?)
        }
        QueryMsg::Fail { text } => Err(failure(text)),
    }
}
