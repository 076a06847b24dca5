//! Messages of the receiver and its answers.

use cosmwasm_std::{Binary, Empty, Uint128};
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Clone, Debug)]
pub struct InstantiateMsg {}

#[derive(Deserialize, Clone, Debug)]
#[serde(rename_all = "snake_case")]
pub enum ExecuteMsg {
    /// Makes a token known, and sets the key by which this contract reads its own balance there. The owner's.
    Know { token: String, code_hash: String, viewing_key: String },
    /// Has a known token call this contract whenever it gets tokens. The owner's.
    Register { token: String },
    /// What a token says after a send.
    Receive(Receive),
    /// Sends tokens that this contract holds. The owner's.
    Send { token: String, recipient: String, recipient_code_hash: Option<String>, amount: Uint128, msg: Option<Binary> },
    /// Takes tokens of somebody who allowed it. The owner's.
    Draw { token: String, from: String, amount: Uint128 },
}

#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Receive {
    pub sender: String,
    pub from: String,
    pub amount: Uint128,
    pub memo: Option<String>,
    pub msg: Option<Binary>,
}

/// What a sender asks for in the message that comes with tokens; without one they are kept.
#[derive(Deserialize, Clone, Debug)]
#[serde(rename_all = "snake_case")]
pub enum Instruction {
    Keep(Empty),
    /// Returns the tokens to whom they came from.
    SendBack(Empty),
    /// Refuses the tokens: the whole transaction fails.
    Fail {
        text: String,
    },
    /// Refuses by a panic.
    Panic(Empty),
}

#[derive(Deserialize, Clone, Debug)]
#[serde(rename_all = "snake_case")]
pub enum QueryMsg {
    /// What this contract was told by a token.
    Received { token: String },
    /// What the token says of this contract's balance.
    Balance { token: String },
}

#[derive(Serialize, Deserialize, Clone, Debug, Default)]
pub struct ReceivedResponse {
    /// How often tokens came, and how many in all.
    pub times: u32,
    pub total: Uint128,
    pub last: Option<Receive>,
}

#[derive(Serialize, Clone, Debug)]
pub struct BalanceResponse {
    pub amount: Uint128,
}
