//! Messages to a token and questions about this contract's own balance (SNIP-20).

use cosmwasm_std::{
    to_binary, Binary, CosmosMsg, Deps, Env, QueryRequest, StdError, StdResult, Uint128, WasmMsg, WasmQuery,
};
use serde::{Deserialize, Serialize};

use crate::state::Token;

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenMsg {
    RegisterReceive { code_hash: String },
    SetViewingKey { key: String },
    Send { recipient: String, recipient_code_hash: Option<String>, amount: Uint128, msg: Option<Binary> },
    TransferFrom { owner: String, recipient: String, amount: Uint128 },
}

pub fn message(token: Token, msg: &TokenMsg) -> StdResult<CosmosMsg> {
    let msg = to_binary(msg)?;
    Ok(WasmMsg::Execute { contract_addr: token.address, code_hash: token.code_hash, msg, funds: vec![] }.into())
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum TokenQuery {
    Balance { address: String, key: String },
}

#[derive(Deserialize)]
struct TokenAnswer {
    balance: Option<Balance>,
}

#[derive(Deserialize)]
struct Balance {
    amount: Uint128,
}

/// This contract's balance. A wrong key is answered without one.
pub fn own_balance(deps: Deps, env: Env, token: Token) -> StdResult<Uint128> {
    let question = TokenQuery::Balance { address: env.contract.address.into_string(), key: token.viewing_key };
    let request = QueryRequest::Wasm(WasmQuery::Smart {
        contract_addr: token.address,
        code_hash: token.code_hash,
        msg: to_binary(&question)?,
    });
    let TokenAnswer { balance } = deps.querier.query(&request)?;
    balance.map(|found| found.amount).ok_or_else(|| StdError::generic_err("the token refused the viewing key"))
}
