//! What the chain adds to the v0.10 interface (spec 03 §4.2, §4.5, §4.6): code hashes in messages, in questions and in
//! the environment.

use cosmwasm_std::{
    from_binary, to_vec, BankMsg, Binary, Coin, HumanAddr, LogAttribute, Querier, StdError, StdResult, SystemError,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The part of the environment that the standard library does not read.
#[derive(Deserialize)]
pub struct CodeEnv {
    pub contract_code_hash: String,
}

/// What `init` and `handle` return.
#[derive(Serialize, Default)]
pub struct Outcome {
    pub messages: Vec<OutMsg>,
    pub log: Vec<LogAttribute>,
    pub data: Option<Binary>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OutMsg {
    Bank(BankMsg),
    Wasm(WasmMsg),
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WasmMsg {
    Execute { contract_addr: HumanAddr, callback_code_hash: String, msg: Binary, send: Vec<Coin> },
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Request {
    Wasm(WasmQuery),
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum WasmQuery {
    Smart { contract_addr: HumanAddr, callback_code_hash: String, msg: Binary },
}

/// Asks another contract.
pub fn ask<Q: Querier, T: DeserializeOwned>(
    querier: &Q,
    contract_addr: HumanAddr,
    callback_code_hash: String,
    msg: Binary,
) -> StdResult<T> {
    let request = to_vec(&Request::Wasm(WasmQuery::Smart { contract_addr, callback_code_hash, msg }))?;
    let answer = querier.raw_query(&request).map_err(|error| match error {
        SystemError::InvalidResponse { error, .. } => StdError::generic_err(format!("the answer is {}", error)),
        other => StdError::generic_err(format!("the question failed: {}", other)),
    })?;
    from_binary(&answer?)
}
