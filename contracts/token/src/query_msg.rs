//! Questions about the token. Those about an account carry its viewing key, or come inside `with_permit`.

use cosmwasm_std::{Binary, Empty};
use serde::Deserialize;

#[derive(Deserialize, Clone, Debug)]
#[serde(rename_all = "snake_case")]
pub enum QueryMsg {
    TokenInfo(Empty),
    TokenConfig(Empty),
    ExchangeRate(Empty),
    Minters(Empty),
    Balance { address: String, key: String },
    Allowance { owner: String, spender: String, key: String },
    TransferHistory(History),
    TransactionHistory(History),
    WithPermit { permit: Permit, query: PermitQuery },
}

#[derive(Deserialize, Clone, Debug)]
pub struct History {
    pub address: String,
    pub key: String,
    pub page: Option<u32>,
    pub page_size: u32,
}

/// Questions that a permit answers, about its signer.
#[derive(Deserialize, Clone, Debug)]
#[serde(rename_all = "snake_case")]
pub enum PermitQuery {
    Balance(Empty),
    Allowance { owner: String, spender: String },
    TransferHistory(Page),
    TransactionHistory(Page),
}

#[derive(Deserialize, Clone, Debug)]
pub struct Page {
    pub page: Option<u32>,
    pub page_size: u32,
}

#[derive(Deserialize, Clone, Debug)]
pub struct Permit {
    pub params: PermitParams,
    pub signature: PermitSignature,
}

#[derive(Deserialize, Clone, Debug)]
pub struct PermitParams {
    pub permit_name: String,
    pub allowed_tokens: Vec<String>,
    pub chain_id: String,
    /// `owner`, `balance`, `history`, `allowance`; others are signed along and mean nothing here.
    pub permissions: Vec<String>,
}

#[derive(Deserialize, Clone, Debug)]
pub struct PermitSignature {
    pub pub_key: PermitPubKey,
    pub signature: Binary,
}

#[derive(Deserialize, Clone, Debug)]
pub struct PermitPubKey {
    #[serde(rename = "type")]
    pub kind: String,
    pub value: Binary,
}
