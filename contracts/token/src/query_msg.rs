//! Questions about the token. Those about an account carry its viewing key, or come inside `with_permit`.

use cosmwasm_std::{Binary, Empty};
use serde::Deserialize;

#[derive(Deserialize, Clone, Debug)]
#[serde(rename_all = "snake_case")]
pub enum QueryMsg {
    TokenInfo(Empty),
    TokenConfig(Empty),
    ContractStatus(Empty),
    ExchangeRate(Empty),
    Minters(Empty),
    Balance(Question),
    Allowance(Question),
    AllowancesGiven(Question),
    AllowancesReceived(Question),
    TransferHistory(Question),
    TransactionHistory(Question),
    WithPermit(PermitQuery),
}

/// A question about an account: whose account, by which key, which page. Each topic asks for the fields it needs.
#[derive(Deserialize, Clone, Debug)]
pub struct Question {
    pub address: Option<String>,
    pub owner: Option<String>,
    pub spender: Option<String>,
    pub key: Option<String>,
    pub page: Option<u32>,
    pub page_size: Option<u32>,
}

/// What can be asked about an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    Balance,
    Allowance,
    AllowancesGiven,
    AllowancesReceived,
    TransferHistory,
    TransactionHistory,
}

impl QueryMsg {
    /// The topic and the fields of a question about an account; nothing for the others.
    pub fn private(self) -> Option<(Topic, Question)> {
        match self {
            QueryMsg::Balance(question) => Some((Topic::Balance, question)),
            QueryMsg::Allowance(question) => Some((Topic::Allowance, question)),
            QueryMsg::AllowancesGiven(question) => Some((Topic::AllowancesGiven, question)),
            QueryMsg::AllowancesReceived(question) => Some((Topic::AllowancesReceived, question)),
            QueryMsg::TransferHistory(question) => Some((Topic::TransferHistory, question)),
            QueryMsg::TransactionHistory(question) => Some((Topic::TransactionHistory, question)),
            _ => None,
        }
    }
}

/// A question that is asked with a permit instead of a key. It is about the permit's signer.
#[derive(Deserialize, Clone, Debug)]
pub struct PermitQuery {
    pub permit: Permit,
    pub query: Box<QueryMsg>,
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
