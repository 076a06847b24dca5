//! Messages that create and change the token. Fields that are not listed, such as `padding`, are ignored.
//!
//! Actions share few, wide structures, and each action asks for the fields it needs: every structure and every set of
//! fields costs some kilobytes of code, and code is paid for by gas.

use cosmwasm_std::{Binary, Empty, StdError, StdResult, Uint128};
use serde::Deserialize;

#[derive(Deserialize, Clone, Debug)]
pub struct InstantiateMsg {
    pub name: String,
    /// May mint-list, stop and start, re-appoint and be replaced; the sender by default.
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
    Redeem(Movement),
    Transfer(Movement),
    Send(Movement),
    BatchTransfer(Batch),
    BatchSend(Batch),
    Burn(Movement),
    RegisterReceive(Setting),
    CreateViewingKey(Setting),
    SetViewingKey(Setting),
    IncreaseAllowance(AllowanceChange),
    DecreaseAllowance(AllowanceChange),
    TransferFrom(Movement),
    SendFrom(Movement),
    BatchTransferFrom(Batch),
    BatchSendFrom(Batch),
    BurnFrom(Movement),
    BatchBurnFrom(Batch),
    Mint(Movement),
    BatchMint(Batch),
    AddMinters(Setting),
    RemoveMinters(Setting),
    SetMinters(Setting),
    ChangeAdmin(Setting),
    SetContractStatus(Setting),
    RevokePermit(Setting),
}

/// An amount that moves. `owner` is asked for by the actions that use an allowance, `recipient` by those that credit
/// somebody, and `denom` means something to `redeem` alone.
#[derive(Deserialize, Clone, Debug)]
pub struct Movement {
    pub owner: Option<String>,
    pub recipient: Option<String>,
    pub recipient_code_hash: Option<String>,
    pub amount: Uint128,
    pub denom: Option<String>,
    pub msg: Option<Binary>,
    pub memo: Option<String>,
}

#[derive(Deserialize, Clone, Debug)]
pub struct Batch {
    pub actions: Vec<Movement>,
}

#[derive(Deserialize, Clone, Debug)]
pub struct AllowanceChange {
    pub spender: String,
    pub amount: Uint128,
    /// Unix seconds from which on the allowance is void.
    pub expiration: Option<u64>,
}

/// What accounts register for themselves and what the admin sets: one field each.
#[derive(Deserialize, Clone, Debug)]
pub struct Setting {
    pub code_hash: Option<String>,
    pub entropy: Option<String>,
    pub key: Option<String>,
    pub permit_name: Option<String>,
    pub address: Option<String>,
    pub level: Option<String>,
    pub minters: Option<Vec<String>>,
}

/// A field that an action or question cannot do without.
pub fn required<T>(field: Option<T>, name: &str) -> StdResult<T> {
    field.ok_or_else(|| StdError::parse_err("message", format!("missing field `{}`", name)))
}
