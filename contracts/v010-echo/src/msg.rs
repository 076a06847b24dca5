//! Messages of the v0.10 contract and their answers.

use cosmwasm_std::HumanAddr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
pub struct InitMsg {
    pub count: i64,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
pub struct MigrateMsg {}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum HandleMsg {
    Increment {},
    Add {
        n: i64,
    },
    /// Stores `text`, returns it as data and in the log.
    Echo {
        text: String,
    },
    /// Returns a generic error with `text`.
    Fail {
        text: String,
    },
    /// Returns the error for a missing permission.
    Refuse {},
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum QueryMsg {
    GetCount {},
    GetText {},
    /// Where and when the last message ran, and who sent it.
    GetLastCall {},
    /// There and back: the address that the canonical form of `address` is shown as.
    Normalize {
        address: HumanAddr,
    },
    Fail {
        text: String,
    },
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
pub struct CountResponse {
    pub count: i64,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
pub struct TextResponse {
    pub text: String,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
pub struct LastCall {
    pub sender: HumanAddr,
    pub contract: HumanAddr,
    pub height: u64,
    /// Unix seconds.
    pub time: u64,
    pub chain_id: String,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
pub struct AddressResponse {
    pub address: HumanAddr,
}
