//! Actions of the token: the dispatch, and what every action shares. Each action ends in a padded answer.

pub mod admin;
pub mod allowance;
pub mod hook;
pub mod instantiate;
pub mod registration;
pub mod supply;
pub mod transfer;

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response, StdError, StdResult};

use crate::answer::{padded, ExecuteAnswer as Answer, SUCCESS};
use crate::msg::ExecuteMsg;
use crate::state::head::{self, ContractStatus, Head};
use transfer::{SEND, SEND_FROM, TRANSFER, TRANSFER_FROM};

/// What an action works with.
pub struct Call<'a> {
    pub deps: DepsMut<'a>,
    pub env: Env,
    pub info: MessageInfo,
    pub head: Head,
}

pub fn run(deps: DepsMut, env: Env, info: MessageInfo, msg: ExecuteMsg) -> StdResult<Response> {
    let head = head::load(deps.storage)?;
    check_running(head.status, &msg)?;
    if !info.funds.is_empty() && !matches!(msg, ExecuteMsg::Deposit(_)) {
        return Err(StdError::generic_err("only deposit takes coins"));
    }
    let call = Call { deps, env, info, head };
    match msg {
        ExecuteMsg::Deposit(_) => supply::deposit(call),
        ExecuteMsg::Redeem(one) => supply::redeem(call, one),
        ExecuteMsg::Transfer(one) => transfer::run(call, TRANSFER, vec![one], Answer::Transfer(SUCCESS)),
        ExecuteMsg::Send(one) => transfer::run(call, SEND, vec![one], Answer::Send(SUCCESS)),
        ExecuteMsg::TransferFrom(one) => transfer::run(call, TRANSFER_FROM, vec![one], Answer::TransferFrom(SUCCESS)),
        ExecuteMsg::SendFrom(one) => transfer::run(call, SEND_FROM, vec![one], Answer::SendFrom(SUCCESS)),
        ExecuteMsg::BatchTransfer(batch) => {
            transfer::run(call, TRANSFER, batch.actions, Answer::BatchTransfer(SUCCESS))
        }
        ExecuteMsg::BatchSend(batch) => transfer::run(call, SEND, batch.actions, Answer::BatchSend(SUCCESS)),
        ExecuteMsg::BatchTransferFrom(batch) => {
            transfer::run(call, TRANSFER_FROM, batch.actions, Answer::BatchTransferFrom(SUCCESS))
        }
        ExecuteMsg::BatchSendFrom(batch) => {
            transfer::run(call, SEND_FROM, batch.actions, Answer::BatchSendFrom(SUCCESS))
        }
        ExecuteMsg::Mint(one) => supply::mint(call, vec![one], Answer::Mint(SUCCESS)),
        ExecuteMsg::BatchMint(batch) => supply::mint(call, batch.actions, Answer::BatchMint(SUCCESS)),
        ExecuteMsg::Burn(one) => supply::burn(call, false, vec![one], Answer::Burn(SUCCESS)),
        ExecuteMsg::BurnFrom(one) => supply::burn(call, true, vec![one], Answer::BurnFrom(SUCCESS)),
        ExecuteMsg::BatchBurnFrom(batch) => supply::burn(call, true, batch.actions, Answer::BatchBurnFrom(SUCCESS)),
        ExecuteMsg::IncreaseAllowance(change) => allowance::increase(call, change),
        ExecuteMsg::DecreaseAllowance(change) => allowance::decrease(call, change),
        ExecuteMsg::RegisterReceive(setting) => registration::register_receive(call, setting),
        ExecuteMsg::CreateViewingKey(setting) => registration::create_viewing_key(call, setting),
        ExecuteMsg::SetViewingKey(setting) => registration::set_viewing_key(call, setting),
        ExecuteMsg::RevokePermit(setting) => registration::revoke_permit(call, setting),
        ExecuteMsg::AddMinters(setting) => admin::add_minters(call, setting),
        ExecuteMsg::RemoveMinters(setting) => admin::remove_minters(call, setting),
        ExecuteMsg::SetMinters(setting) => admin::set_minters(call, setting),
        ExecuteMsg::ChangeAdmin(setting) => admin::change_admin(call, setting),
        ExecuteMsg::SetContractStatus(setting) => admin::set_contract_status(call, setting),
    }
}

/// A stopped token can still be started, and one that stopped all but redemptions lets holders out.
fn check_running(status: ContractStatus, msg: &ExecuteMsg) -> StdResult<()> {
    let allowed = match (status, msg) {
        (ContractStatus::NormalRun, _) | (_, ExecuteMsg::SetContractStatus(_)) => true,
        (ContractStatus::StopAllButRedeems, ExecuteMsg::Redeem(_)) => true,
        _ => false,
    };
    if allowed {
        Ok(())
    } else {
        Err(StdError::generic_err("this contract is stopped and this action is not allowed"))
    }
}

/// A response with nothing but an answer.
pub fn done(answer: Answer) -> StdResult<Response> {
    Ok(Response::new().set_data(padded(&answer)?))
}
