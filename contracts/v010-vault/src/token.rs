//! The vault's token: how to speak to it (SNIP-20).

use cosmwasm_std::{
    from_slice, to_binary, to_vec, Binary, Coin, HumanAddr, Querier, ReadonlyStorage, StdError, StdResult, Storage,
    Uint128,
};
use serde::{Deserialize, Serialize};

use crate::chain::{ask, OutMsg, WasmMsg};

const TOKEN: &[u8] = b"token";

/// The coin that the token stands for.
pub const DENOM: &str = "uscrt";

/// The token, and the vault's own address, which a query is not told.
#[derive(Serialize, Deserialize)]
pub struct Token {
    pub address: HumanAddr,
    pub code_hash: String,
    pub viewing_key: String,
    pub vault: HumanAddr,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenMsg {
    RegisterReceive { code_hash: String },
    SetViewingKey { key: String },
    Send { recipient: HumanAddr, recipient_code_hash: Option<String>, amount: Uint128, msg: Option<Binary> },
    Deposit {},
    Redeem { amount: Uint128 },
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum TokenQuery<'a> {
    Balance { address: &'a HumanAddr, key: &'a str },
}

#[derive(Deserialize)]
struct TokenAnswer {
    balance: Option<Balance>,
}

#[derive(Deserialize)]
struct Balance {
    amount: Uint128,
}

impl Token {
    pub fn load<S: ReadonlyStorage>(storage: &S) -> StdResult<Self> {
        from_slice(&storage.get(TOKEN).ok_or_else(|| StdError::not_found("token"))?)
    }

    pub fn save<S: Storage>(&self, storage: &mut S) -> StdResult<()> {
        storage.set(TOKEN, &to_vec(self)?);
        Ok(())
    }

    /// A message to the token, with coins.
    pub fn message(&self, msg: &TokenMsg, send: Vec<Coin>) -> StdResult<OutMsg> {
        let (contract_addr, callback_code_hash) = (self.address.clone(), self.code_hash.clone());
        Ok(OutMsg::Wasm(WasmMsg::Execute { contract_addr, callback_code_hash, msg: to_binary(msg)?, send }))
    }

    /// The vault's balance. A wrong key is answered without one.
    pub fn own_balance<Q: Querier>(&self, querier: &Q) -> StdResult<Uint128> {
        let question = to_binary(&TokenQuery::Balance { address: &self.vault, key: &self.viewing_key })?;
        let answer: TokenAnswer = ask(querier, self.address.clone(), self.code_hash.clone(), question)?;
        answer.balance.map(|found| found.amount).ok_or_else(StdError::unauthorized)
    }
}
