//! Answers of the token and their padding: every answer, and every refusal, is filled with spaces to a multiple of 256 bytes, so that its
//! length does not tell what is in it.

use cosmwasm_std::{to_binary, Addr, Binary, StdError, StdResult, Uint128};
use serde::Serialize;

/// Answers and hook messages have a length that is a multiple of this.
pub const BLOCK: usize = 256;

/// Spaces that fill `length` bytes to full blocks.
fn filling(length: usize) -> usize {
    (length + BLOCK - 1) / BLOCK * BLOCK - length
}

/// JSON of `value`, filled with spaces to full blocks.
pub fn padded<T: Serialize>(value: &T) -> StdResult<Binary> {
    let Binary(mut bytes) = to_binary(value)?;
    bytes.resize(bytes.len() + filling(bytes.len()), b' ');
    Ok(Binary(bytes))
}

/// The same for the text of an error of this contract: an amount in it must not show in the length of what the chain
/// reports of a failure.
pub fn padded_error(error: StdError) -> StdError {
    match error {
        StdError::GenericErr { mut msg, .. } => {
            let filling = filling(msg.len());
            msg.extend(std::iter::repeat(' ').take(filling));
            StdError::generic_err(msg)
        }
        other => other,
    }
}

/// Answer to an action.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExecuteAnswer {
    Deposit(Status),
    Redeem(Status),
    Transfer(Status),
    Send(Status),
    BatchTransfer(Status),
    BatchSend(Status),
    Burn(Status),
    RegisterReceive(Status),
    CreateViewingKey { key: String },
    SetViewingKey(Status),
    IncreaseAllowance(AllowanceLeft),
    DecreaseAllowance(AllowanceLeft),
    TransferFrom(Status),
    SendFrom(Status),
    BatchTransferFrom(Status),
    BatchSendFrom(Status),
    BurnFrom(Status),
    BatchBurnFrom(Status),
    Mint(Status),
    BatchMint(Status),
    AddMinters(Status),
    RemoveMinters(Status),
    SetMinters(Status),
    ChangeAdmin(Status),
    SetContractStatus(Status),
    RevokePermit(Status),
}

/// The one status an answer can have; whatever fails is an error and has no answer.
#[derive(Serialize)]
pub struct Status {
    status: &'static str,
}

pub const SUCCESS: Status = Status { status: "success" };

#[derive(Serialize)]
pub struct AllowanceLeft {
    pub spender: Addr,
    pub owner: Addr,
    pub allowance: Uint128,
}

/// Answer to a question.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum QueryAnswer {
    TokenInfo {
        name: String,
        symbol: String,
        decimals: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        total_supply: Option<Uint128>,
    },
    TokenConfig {
        public_total_supply: bool,
        deposit_enabled: bool,
        redeem_enabled: bool,
        mint_enabled: bool,
        burn_enabled: bool,
        supported_denoms: Vec<String>,
    },
    ContractStatus {
        status: &'static str,
    },
    ExchangeRate {
        rate: Uint128,
        denom: String,
    },
    Minters {
        minters: Vec<Addr>,
    },
    Balance {
        amount: Uint128,
    },
    Allowance {
        spender: Addr,
        owner: Addr,
        allowance: Uint128,
        expiration: Option<u64>,
    },
    AllowancesGiven {
        owner: Addr,
        allowances: Vec<Given>,
        count: u32,
    },
    AllowancesReceived {
        spender: Addr,
        allowances: Vec<Received>,
        count: u32,
    },
    TransferHistory {
        txs: Vec<TransferTx>,
        total: u32,
    },
    TransactionHistory {
        txs: Vec<RichTx>,
        total: u32,
    },
    ViewingKeyError {
        msg: &'static str,
    },
}

#[derive(Serialize)]
pub struct Given {
    pub spender: Addr,
    pub allowance: Uint128,
    pub expiration: Option<u64>,
}

#[derive(Serialize)]
pub struct Received {
    pub owner: Addr,
    pub allowance: Uint128,
    pub expiration: Option<u64>,
}

#[derive(Serialize)]
pub struct Coins {
    pub denom: String,
    pub amount: Uint128,
}

#[derive(Serialize)]
pub struct TransferTx {
    pub id: u64,
    pub from: Addr,
    pub sender: Addr,
    pub receiver: Addr,
    pub coins: Coins,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memo: Option<String>,
    pub block_time: u64,
    pub block_height: u64,
}

#[derive(Serialize)]
pub struct RichTx {
    pub id: u64,
    pub action: TxAction,
    pub coins: Coins,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memo: Option<String>,
    pub block_time: u64,
    pub block_height: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TxAction {
    Transfer { from: Addr, sender: Addr, recipient: Addr },
    Mint { minter: Addr, recipient: Addr },
    Burn { burner: Addr, owner: Addr },
    Deposit {},
    Redeem {},
}
