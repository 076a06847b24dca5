//! What accounts register for themselves: receiving contracts, viewing keys, permits that are no longer good.

use cosmwasm_std::{Response, StdResult};

use super::{done, Call};
use crate::answer::{ExecuteAnswer, SUCCESS};
use crate::msg::{required, Setting};
use crate::state::registry;
use crate::viewing_key;

pub fn register_receive(call: Call, setting: Setting) -> StdResult<Response> {
    let code_hash = required(setting.code_hash, "code_hash")?;
    registry::set_receiver(call.deps.storage, &call.info.sender, &code_hash);
    done(ExecuteAnswer::RegisterReceive(SUCCESS))
}

pub fn create_viewing_key(call: Call, setting: Setting) -> StdResult<Response> {
    let entropy = required(setting.entropy, "entropy")?;
    let key = viewing_key::create(call.deps.storage, &call.env, &call.info.sender, entropy.as_bytes())?;
    done(ExecuteAnswer::CreateViewingKey { key })
}

pub fn set_viewing_key(call: Call, setting: Setting) -> StdResult<Response> {
    viewing_key::set(call.deps.storage, &call.info.sender, &required(setting.key, "key")?);
    done(ExecuteAnswer::SetViewingKey(SUCCESS))
}

pub fn revoke_permit(call: Call, setting: Setting) -> StdResult<Response> {
    let permit_name = required(setting.permit_name, "permit_name")?;
    registry::revoke(call.deps.storage, &call.info.sender, &permit_name);
    done(ExecuteAnswer::RevokePermit(SUCCESS))
}
