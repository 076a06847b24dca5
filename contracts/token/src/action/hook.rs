//! The receive hook: tells a contract that it got tokens, when its code hash came with the send or was registered.

use cosmwasm_std::{Addr, Binary, CosmosMsg, StdResult, Storage, Uint128, WasmMsg};
use serde::Serialize;

use crate::answer::padded;
use crate::state::registry;

/// Tokens that a send has moved.
pub struct Received {
    pub from: Addr,
    pub recipient: Addr,
    pub code_hash: Option<String>,
    pub amount: Uint128,
    pub memo: Option<String>,
    pub msg: Option<Binary>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum HookMsg<'a> {
    Receive {
        sender: &'a Addr,
        from: &'a Addr,
        amount: Uint128,
        #[serde(skip_serializing_if = "Option::is_none")]
        memo: Option<String>,
        msg: Option<Binary>,
    },
}

/// The messages to all recipients that are to be told.
pub fn messages(storage: &dyn Storage, sender: &Addr, received: Vec<Received>) -> StdResult<Vec<CosmosMsg>> {
    let mut messages = Vec::new();
    for Received { from, recipient, code_hash, amount, memo, msg } in received {
        let code_hash = match code_hash {
            Some(given) => Some(given),
            None => registry::receiver(storage, &recipient)?,
        };
        if let Some(code_hash) = code_hash {
            let msg = padded(&HookMsg::Receive { sender, from: &from, amount, memo, msg })?;
            let call = WasmMsg::Execute { contract_addr: recipient.into_string(), code_hash, msg, funds: vec![] };
            messages.push(call.into());
        }
    }
    Ok(messages)
}
