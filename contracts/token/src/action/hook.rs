//! The receive hook: tells a contract that it got tokens, when its code hash came with the send (SNIP-23) or was
//! registered (SNIP-20, "Receiver interface").

use cosmwasm_std::{Addr, Binary, CosmosMsg, StdResult, Storage, Uint128, WasmMsg};
use serde::Serialize;

use crate::answer::padded;
use crate::state::registry;

/// Tokens that a send has moved.
pub struct Received {
    pub from: Addr,
    pub recipient: Addr,
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

/// The message to the recipient, if it is to be told.
pub fn message(
    storage: &dyn Storage,
    sender: &Addr,
    code_hash: Option<String>,
    received: Received,
) -> StdResult<Option<CosmosMsg>> {
    let Received { from, recipient, amount, memo, msg } = received;
    let code_hash = match code_hash {
        Some(given) => given,
        None => match registry::receiver(storage, &recipient)? {
            Some(registered) => registered,
            None => return Ok(None),
        },
    };
    let msg = padded(&HookMsg::Receive { sender, from: &from, amount, memo, msg })?;
    Ok(Some(WasmMsg::Execute { contract_addr: recipient.into_string(), code_hash, msg, funds: vec![] }.into()))
}
