//! Relaying: one sub-message per call, and the record of its reply (spec 03 §4.7).

use cosmwasm_std::{
    Binary, Coin, CosmosMsg, DepsMut, Reply, ReplyOn, Response, StdResult, SubMsg, SubMsgResult, WasmMsg,
};

use crate::msg::{LastReplyResponse, RelayReply};
use crate::state;

/// Id of every relayed sub-message: one at a time is in flight.
const RELAY_ID: u64 = 7;

/// What is passed on, and to whom.
pub struct Relayed {
    pub contract: String,
    pub code_hash: String,
    pub msg: Binary,
    pub funds: Vec<Coin>,
}

pub fn send(relayed: Relayed, reply_on: RelayReply, gas_limit: Option<u64>) -> StdResult<Response> {
    let msg: CosmosMsg = WasmMsg::Execute {
        contract_addr: relayed.contract,
        code_hash: relayed.code_hash,
        msg: relayed.msg,
        funds: relayed.funds,
    }
    .into();
    let reply_on = match reply_on {
        RelayReply::Never => ReplyOn::Never,
        RelayReply::Success => ReplyOn::Success,
        RelayReply::Error => ReplyOn::Error,
        RelayReply::Always => ReplyOn::Always,
    };
    Ok(Response::new().add_submessage(SubMsg { id: RELAY_ID, msg, gas_limit, reply_on }))
}

/// Stores the outcome for `get_last_reply` and passes the callee's data on as our own.
pub fn on_reply(deps: DepsMut, reply: Reply) -> StdResult<Response> {
    let mut outcome = LastReplyResponse { id: Some(reply.id), ..LastReplyResponse::default() };
    let mut response = Response::new().add_attribute("reply_id", reply.id.to_string());
    match reply.result {
        SubMsgResult::Ok(answer) => {
            response.data = answer.data.clone();
            outcome.data = answer.data;
        }
        SubMsgResult::Err(error) => outcome.error = Some(error),
    }
    state::set_last_reply(deps.storage, &outcome)?;
    Ok(response)
}
