//! Messages of the vault and its answers.

use cosmwasm_std::{Binary, HumanAddr, Uint128};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
pub struct InitMsg {
    pub token: HumanAddr,
    pub token_code_hash: String,
    /// Key by which the vault reads its own balance.
    pub viewing_key: String,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum HandleMsg {
    /// What the token says after a send. The owner of the tokens gets a share, or whom the message names.
    Receive { sender: HumanAddr, from: HumanAddr, amount: Uint128, memo: Option<String>, msg: Option<Binary> },
    /// Sends tokens of the sender's share.
    Withdraw { amount: Uint128, recipient: HumanAddr, recipient_code_hash: Option<String>, msg: Option<Binary> },
    /// Turns the coins that come along into tokens of the sender's share.
    Wrap {},
    /// Turns tokens of the sender's share into coins and pays them out.
    Unwrap { amount: Uint128 },
}

/// What a sender asks for in the message that comes with tokens.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Instruction {
    /// Whose share grows.
    For { account: HumanAddr },
    /// Refuses the tokens: the whole transaction fails.
    Fail { text: String },
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum QueryMsg {
    /// Somebody's share. Not private: this contract shows how contracts speak to each other, not how to keep a secret.
    GetShare { account: HumanAddr },
    /// What the token and the chain say the vault holds.
    GetHoldings {},
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
pub struct ShareResponse {
    pub amount: Uint128,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
pub struct HoldingsResponse {
    pub tokens: Uint128,
    pub coins: Uint128,
}
