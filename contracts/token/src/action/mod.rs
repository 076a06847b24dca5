//! Actions of the token: the dispatch, and what every action shares. Each action ends in a padded answer.

pub mod admin;
pub mod allowance;
pub mod hook;
pub mod instantiate;
pub mod spend;
pub mod supply;
pub mod transfer;

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response, StdError, StdResult};

use crate::answer::{padded, ExecuteAnswer as Answer, SUCCESS};
use crate::msg::ExecuteMsg;
use crate::state::registry;
use crate::viewing_key;

/// What an action works with.
pub struct Call<'a> {
    pub deps: DepsMut<'a>,
    pub env: Env,
    pub info: MessageInfo,
}

pub fn run(deps: DepsMut, env: Env, info: MessageInfo, msg: ExecuteMsg) -> StdResult<Response> {
    let mut call = Call { deps, env, info };
    if !call.info.funds.is_empty() && !matches!(msg, ExecuteMsg::Deposit(_)) {
        return Err(StdError::generic_err("only deposit takes coins"));
    }
    match msg {
        ExecuteMsg::Deposit(_) => supply::deposit(call),
        ExecuteMsg::Redeem { amount, denom } => supply::redeem(call, amount, denom),
        ExecuteMsg::Transfer(one) => transfer::transfer(call, vec![one], Answer::Transfer(SUCCESS)),
        ExecuteMsg::Send(one) => transfer::send(call, vec![one], Answer::Send(SUCCESS)),
        ExecuteMsg::BatchTransfer { actions } => transfer::transfer(call, actions, Answer::BatchTransfer(SUCCESS)),
        ExecuteMsg::BatchSend { actions } => transfer::send(call, actions, Answer::BatchSend(SUCCESS)),
        ExecuteMsg::Burn { amount, memo } => supply::burn(call, amount, memo),
        ExecuteMsg::RegisterReceive { code_hash } => {
            registry::set_receiver(call.deps.storage, &call.info.sender, &code_hash);
            done(Answer::RegisterReceive(SUCCESS))
        }
        ExecuteMsg::CreateViewingKey { entropy } => {
            let key = viewing_key::create(call.deps.storage, &call.env, &call.info.sender, entropy.as_bytes())?;
            done(Answer::CreateViewingKey { key })
        }
        ExecuteMsg::SetViewingKey { key } => {
            viewing_key::set(call.deps.storage, &call.info.sender, &key);
            done(Answer::SetViewingKey(SUCCESS))
        }
        ExecuteMsg::IncreaseAllowance(change) => Ok(allowance::increase(&mut call, change)?),
        ExecuteMsg::DecreaseAllowance(change) => Ok(allowance::decrease(&mut call, change)?),
        ExecuteMsg::TransferFrom(one) => spend::transfer(call, vec![one], Answer::TransferFrom(SUCCESS)),
        ExecuteMsg::SendFrom(one) => spend::send(call, vec![one], Answer::SendFrom(SUCCESS)),
        ExecuteMsg::BatchTransferFrom { actions } => spend::transfer(call, actions, Answer::BatchTransferFrom(SUCCESS)),
        ExecuteMsg::BatchSendFrom { actions } => spend::send(call, actions, Answer::BatchSendFrom(SUCCESS)),
        ExecuteMsg::BurnFrom { owner, amount, memo } => supply::burn_from(call, owner, amount, memo),
        ExecuteMsg::Mint(one) => supply::mint(call, vec![one], Answer::Mint(SUCCESS)),
        ExecuteMsg::BatchMint { actions } => supply::mint(call, actions, Answer::BatchMint(SUCCESS)),
        ExecuteMsg::AddMinters(list) => admin::add_minters(call, list.minters),
        ExecuteMsg::RemoveMinters(list) => admin::remove_minters(call, list.minters),
        ExecuteMsg::SetMinters(list) => admin::set_minters(call, list.minters),
        ExecuteMsg::ChangeAdmin { address } => admin::change_admin(call, address),
        ExecuteMsg::RevokePermit { permit_name } => {
            registry::revoke(call.deps.storage, &call.info.sender, &permit_name);
            done(Answer::RevokePermit(SUCCESS))
        }
    }
}

/// A response with nothing but an answer.
pub fn done(answer: Answer) -> StdResult<Response> {
    Ok(Response::new().set_data(padded(&answer)?))
}
