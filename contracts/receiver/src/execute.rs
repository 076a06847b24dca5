//! What the receiver does.

use cosmwasm_std::{from_binary, Addr, DepsMut, Empty, Env, MessageInfo, Response, StdError, StdResult, Storage};

use crate::msg::{ExecuteMsg, Instruction, Receive};
use crate::state::{self, Token};
use crate::token::{message, TokenMsg};

pub fn run(deps: DepsMut, env: Env, info: MessageInfo, msg: ExecuteMsg) -> StdResult<Response> {
    let storage = deps.storage;
    match msg {
        ExecuteMsg::Receive(received) => receive(storage, &info.sender, received),
        other => {
            if state::owner(storage)? != info.sender {
                return Err(StdError::generic_err("only the owner may do this"));
            }
            order(storage, env, other)
        }
    }
}

/// Orders of the owner: each is a message to a token.
fn order(storage: &mut dyn Storage, env: Env, msg: ExecuteMsg) -> StdResult<Response> {
    let (token, msg) = match msg {
        ExecuteMsg::Know { token, code_hash, viewing_key: key } => {
            let token = Token { address: token, code_hash, viewing_key: key.clone() };
            state::set_token(storage, &token)?;
            (token, TokenMsg::SetViewingKey { key })
        }
        ExecuteMsg::Register { token } => {
            (state::token(storage, &token)?, TokenMsg::RegisterReceive { code_hash: env.contract.code_hash })
        }
        ExecuteMsg::Send { token, recipient, recipient_code_hash, amount, msg } => {
            (state::token(storage, &token)?, TokenMsg::Send { recipient, recipient_code_hash, amount, msg })
        }
        ExecuteMsg::Draw { token, from, amount } => {
            let recipient = env.contract.address.into_string();
            (state::token(storage, &token)?, TokenMsg::TransferFrom { owner: from, recipient, amount })
        }
        ExecuteMsg::Receive(_) => return Err(StdError::generic_err("not an order")),
    };
    Ok(Response::new().add_message(message(token, &msg)?))
}

/// Notes the tokens and does what came with them. Only a known token is believed: anybody can send this message.
fn receive(storage: &mut dyn Storage, token: &Addr, received: Receive) -> StdResult<Response> {
    let token = state::token(storage, token.as_str())?;
    let instruction = match &received.msg {
        Some(msg) => from_binary(msg)?,
        None => Instruction::Keep(Empty {}),
    };
    let mut noted = state::received(storage, &token.address)?;
    noted.times += 1;
    noted.total = noted.total.checked_add(received.amount)?;
    noted.last = Some(received.clone());
    state::set_received(storage, &token.address, &noted)?;
    match instruction {
        Instruction::Keep(_) => Ok(Response::new()),
        Instruction::Fail { text } => Err(StdError::generic_err(text)),
        Instruction::Panic(_) => panic!("as the sender asked"),
        Instruction::SendBack(_) => {
            let Receive { from: recipient, amount, .. } = received;
            let back = TokenMsg::Send { recipient, recipient_code_hash: None, amount, msg: None };
            Ok(Response::new().add_message(message(token, &back)?))
        }
    }
}
