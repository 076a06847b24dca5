//! Behaviour of the vault.

use cosmwasm_std::{
    coin, from_binary, log, to_binary, Api, BalanceResponse, BankMsg, BankQuery, Binary, Env, Extern, HumanAddr,
    Querier, QueryResponse, StdError, StdResult, Storage, Uint128,
};

use crate::chain::{CodeEnv, OutMsg, Outcome};
use crate::msg::{HandleMsg, HoldingsResponse, InitMsg, Instruction, QueryMsg, ShareResponse};
use crate::shares::{grow, share, shrink};
use crate::token::{Token, TokenMsg, DENOM};

/// Keeps the token and has it call this contract from now on.
pub fn init<S: Storage, A: Api, Q: Querier>(
    deps: &mut Extern<S, A, Q>,
    env: Env,
    code: CodeEnv,
    msg: InitMsg,
) -> StdResult<Outcome> {
    let token = Token {
        address: msg.token,
        code_hash: msg.token_code_hash,
        viewing_key: msg.viewing_key.clone(),
        vault: env.contract.address,
    };
    token.save(&mut deps.storage)?;
    let register = TokenMsg::RegisterReceive { code_hash: code.contract_code_hash };
    let messages = vec![
        token.message(&register, vec![])?,
        token.message(&TokenMsg::SetViewingKey { key: msg.viewing_key }, vec![])?,
    ];
    Ok(Outcome { messages, ..Outcome::default() })
}

pub fn handle<S: Storage, A: Api, Q: Querier>(
    deps: &mut Extern<S, A, Q>,
    env: Env,
    _code: CodeEnv,
    msg: HandleMsg,
) -> StdResult<Outcome> {
    match msg {
        HandleMsg::Receive { from, amount, msg, .. } => receive(deps, env, from, amount, msg),
        HandleMsg::Withdraw { amount, recipient, recipient_code_hash, msg } => {
            shrink(&mut deps.storage, &env.message.sender, amount)?;
            let send = TokenMsg::Send { recipient, recipient_code_hash, amount, msg };
            let messages = vec![Token::load(&deps.storage)?.message(&send, vec![])?];
            Ok(Outcome { messages, ..Outcome::default() })
        }
        HandleMsg::Wrap {} => wrap(deps, env),
        HandleMsg::Unwrap { amount } => unwrap(deps, env, amount),
    }
}

/// Credits the share. Only the token is believed: anybody can send this message.
fn receive<S: Storage, A: Api, Q: Querier>(
    deps: &mut Extern<S, A, Q>,
    env: Env,
    from: HumanAddr,
    amount: Uint128,
    msg: Option<Binary>,
) -> StdResult<Outcome> {
    if env.message.sender != Token::load(&deps.storage)?.address {
        return Err(StdError::unauthorized());
    }
    let account = match msg.as_ref().map(from_binary).transpose()? {
        None => from,
        Some(Instruction::For { account }) => account,
        Some(Instruction::Fail { text }) => return Err(StdError::generic_err(text)),
    };
    grow(&mut deps.storage, &account, amount)?;
    Ok(Outcome { log: vec![log("credited", account)], ..Outcome::default() })
}

/// Deposits the coins with the token, which says nothing of it, and credits the share.
fn wrap<S: Storage, A: Api, Q: Querier>(deps: &mut Extern<S, A, Q>, env: Env) -> StdResult<Outcome> {
    let sent = env.message.sent_funds;
    let amount = match sent.as_slice() {
        [only] if only.denom == DENOM => only.amount,
        _ => return Err(StdError::generic_err(format!("wrap takes {}", DENOM))),
    };
    grow(&mut deps.storage, &env.message.sender, amount)?;
    let messages = vec![Token::load(&deps.storage)?.message(&TokenMsg::Deposit {}, sent)?];
    Ok(Outcome { messages, ..Outcome::default() })
}

/// Redeems tokens, then pays out the coins that came for them.
fn unwrap<S: Storage, A: Api, Q: Querier>(deps: &mut Extern<S, A, Q>, env: Env, amount: Uint128) -> StdResult<Outcome> {
    let owner = env.message.sender;
    shrink(&mut deps.storage, &owner, amount)?;
    let redeem = Token::load(&deps.storage)?.message(&TokenMsg::Redeem { amount }, vec![])?;
    let payment = OutMsg::Bank(BankMsg::Send {
        from_address: env.contract.address,
        to_address: owner,
        amount: vec![coin(amount.u128(), DENOM)],
    });
    Ok(Outcome { messages: vec![redeem, payment], ..Outcome::default() })
}

pub fn query<S: Storage, A: Api, Q: Querier>(deps: &Extern<S, A, Q>, msg: QueryMsg) -> StdResult<QueryResponse> {
    match msg {
        QueryMsg::GetShare { account } => {
            to_binary(&ShareResponse { amount: Uint128(share(&deps.storage, &account)?) })
        }
        QueryMsg::GetHoldings {} => {
            let token = Token::load(&deps.storage)?;
            let tokens = token.own_balance(&deps.querier)?;
            let asked = BankQuery::Balance { address: token.vault, denom: DENOM.to_string() };
            let BalanceResponse { amount } = deps.querier.query(&asked.into())?;
            to_binary(&HoldingsResponse { tokens, coins: amount.amount })
        }
    }
}
