//! Messages of the counter and their answers.

use cosmwasm_std::{Binary, Coin};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct InstantiateMsg {
    pub count: i64,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct MigrateMsg {
    pub count: Option<i64>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ExecuteMsg {
    /// Adds one. Anybody may.
    Increment {},
    /// Adds `n`, which may be negative. Overflow is an error.
    Add { n: i64 },
    /// Sets the count. Only the owner may.
    Reset { count: i64 },
    /// Returns an error; `text` is put into it.
    Fail { text: Option<String> },
    /// Writes a new count and then panics: neither the write nor a message may survive.
    Panic {},
    /// Runs a loop of `iterations` rounds that the compiler cannot shorten.
    BurnGas { iterations: u64 },
    /// Emits encrypted and plaintext attributes, a custom event, and data.
    Log { text: Option<String> },
    /// Stores `text`, returns it as data and as an encrypted attribute.
    Echo { text: String },
    /// Returns a number from 1 to `sides`, drawn from the block's randomness for this call.
    Roll { sides: u64 },
    /// Sends `msg` to another contract.
    Relay {
        contract: String,
        code_hash: String,
        msg: Binary,
        #[serde(default)]
        funds: Vec<Coin>,
        #[serde(default)]
        reply_on: RelayReply,
        gas_limit: Option<u64>,
    },
    /// Sends coins of this contract to `to`. Only the owner may.
    Pay { to: String, amount: Vec<Coin> },
}

/// When the relay wants to hear of the outcome.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum RelayReply {
    #[default]
    Never,
    Success,
    Error,
    Always,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum QueryMsg {
    GetCount {},
    GetText {},
    GetOwner {},
    /// What the last relayed message came to.
    GetLastReply {},
    /// Asks another counter for its count.
    GetCountOf {
        contract: String,
        code_hash: String,
    },
    /// Returns an error; `text` is put into it.
    Fail {
        text: Option<String>,
    },
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct CountResponse {
    pub count: i64,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct TextResponse {
    pub text: String,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct OwnerResponse {
    pub owner: String,
}

/// Outcome of the last relayed message; all fields are empty before the first reply.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
pub struct LastReplyResponse {
    pub id: Option<u64>,
    pub data: Option<Binary>,
    pub error: Option<String>,
}
