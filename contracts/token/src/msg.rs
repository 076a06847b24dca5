//! Messages that create and change the token. Fields that are not listed, such as `padding`, are ignored.
//! Actions with the same fields share one structure: each structure costs some kilobytes of code.

use cosmwasm_std::{Binary, Empty, Uint128};
use serde::Deserialize;

#[derive(Deserialize, Clone, Debug)]
pub struct InstantiateMsg {
    pub name: String,
    /// May mint-list, re-appoint and be replaced; the sender by default.
    pub admin: Option<String>,
    pub symbol: String,
    pub decimals: u8,
    pub initial_balances: Option<Vec<InitialBalance>>,
    /// Secret bytes that later viewing keys are drawn from.
    pub prng_seed: Binary,
    pub config: Option<InitConfig>,
    /// Coins that `deposit` takes and `redeem` gives; `uscrt` by default.
    pub supported_denoms: Option<Vec<String>>,
}

#[derive(Deserialize, Clone, Debug)]
pub struct InitialBalance {
    pub address: String,
    pub amount: Uint128,
}

/// Switches that are fixed at instantiation; each is off by default.
#[derive(Deserialize, Clone, Debug, Default)]
pub struct InitConfig {
    pub public_total_supply: Option<bool>,
    pub enable_deposit: Option<bool>,
    pub enable_redeem: Option<bool>,
    pub enable_mint: Option<bool>,
    pub enable_burn: Option<bool>,
}

#[derive(Deserialize, Clone, Debug)]
pub struct MigrateMsg {}

#[derive(Deserialize, Clone, Debug)]
#[serde(rename_all = "snake_case")]
pub enum ExecuteMsg {
    Deposit(Empty),
    Redeem { amount: Uint128, denom: Option<String> },
    Transfer(Send),
    Send(Send),
    BatchTransfer { actions: Vec<Send> },
    BatchSend { actions: Vec<Send> },
    Burn { amount: Uint128, memo: Option<String> },
    RegisterReceive { code_hash: String },
    CreateViewingKey { entropy: String },
    SetViewingKey { key: String },
    IncreaseAllowance(AllowanceChange),
    DecreaseAllowance(AllowanceChange),
    TransferFrom(SendFrom),
    SendFrom(SendFrom),
    BatchTransferFrom { actions: Vec<SendFrom> },
    BatchSendFrom { actions: Vec<SendFrom> },
    BurnFrom { owner: String, amount: Uint128, memo: Option<String> },
    Mint(Send),
    BatchMint { actions: Vec<Send> },
    AddMinters(Minters),
    RemoveMinters(Minters),
    SetMinters(Minters),
    ChangeAdmin { address: String },
    RevokePermit { permit_name: String },
}

/// Tokens for a recipient. Transfers and mints have no use for the code hash and the message.
#[derive(Deserialize, Clone, Debug)]
pub struct Send {
    pub recipient: String,
    pub recipient_code_hash: Option<String>,
    pub amount: Uint128,
    pub msg: Option<Binary>,
    pub memo: Option<String>,
}

/// The same out of somebody else's account.
#[derive(Deserialize, Clone, Debug)]
pub struct SendFrom {
    pub owner: String,
    pub recipient: String,
    pub recipient_code_hash: Option<String>,
    pub amount: Uint128,
    pub msg: Option<Binary>,
    pub memo: Option<String>,
}

#[derive(Deserialize, Clone, Debug)]
pub struct AllowanceChange {
    pub spender: String,
    pub amount: Uint128,
    /// Unix seconds from which on the allowance is void.
    pub expiration: Option<u64>,
}

#[derive(Deserialize, Clone, Debug)]
pub struct Minters {
    pub minters: Vec<String>,
}
