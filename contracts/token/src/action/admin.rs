//! What only the admin may do: name the minters and the next admin, stop and start the token.

use cosmwasm_std::{Addr, Api, Response, StdError, StdResult};

use super::{done, Call};
use crate::answer::{ExecuteAnswer, SUCCESS};
use crate::msg::{required, Setting};
use crate::state::config;
use crate::state::head::{self, ContractStatus, Head};

fn require_admin(call: &Call) -> StdResult<()> {
    if config::admin(call.deps.storage)? == call.info.sender {
        Ok(())
    } else {
        Err(StdError::generic_err("only the admin may do this"))
    }
}

/// The same for the actions on minters, which need minting.
fn require_minting_admin(call: &Call) -> StdResult<()> {
    require_admin(call)?;
    if config::constants(call.deps.storage)?.mint {
        Ok(())
    } else {
        Err(StdError::generic_err("mint is not enabled for this token"))
    }
}

/// Adds addresses to a list, each once.
fn extend(list: &mut Vec<Addr>, api: &dyn Api, addresses: &[String]) -> StdResult<()> {
    for address in addresses {
        let address = api.addr_validate(address)?;
        if !list.contains(&address) {
            list.push(address);
        }
    }
    Ok(())
}

pub fn add_minters(call: Call, setting: Setting) -> StdResult<Response> {
    require_minting_admin(&call)?;
    let mut minters = config::minters(call.deps.storage)?;
    extend(&mut minters, call.deps.api, &required(setting.minters, "minters")?)?;
    config::set_minters(call.deps.storage, &minters);
    done(ExecuteAnswer::AddMinters(SUCCESS))
}

pub fn remove_minters(call: Call, setting: Setting) -> StdResult<Response> {
    require_minting_admin(&call)?;
    let removed = required(setting.minters, "minters")?;
    let mut minters = config::minters(call.deps.storage)?;
    minters.retain(|minter| !removed.iter().any(|address| address == minter.as_str()));
    config::set_minters(call.deps.storage, &minters);
    done(ExecuteAnswer::RemoveMinters(SUCCESS))
}

pub fn set_minters(call: Call, setting: Setting) -> StdResult<Response> {
    require_minting_admin(&call)?;
    let mut minters = Vec::new();
    extend(&mut minters, call.deps.api, &required(setting.minters, "minters")?)?;
    config::set_minters(call.deps.storage, &minters);
    done(ExecuteAnswer::SetMinters(SUCCESS))
}

pub fn change_admin(call: Call, setting: Setting) -> StdResult<Response> {
    require_admin(&call)?;
    let next = call.deps.api.addr_validate(&required(setting.address, "address")?)?;
    config::set_admin(call.deps.storage, &next);
    done(ExecuteAnswer::ChangeAdmin(SUCCESS))
}

pub fn set_contract_status(call: Call, setting: Setting) -> StdResult<Response> {
    require_admin(&call)?;
    let status = ContractStatus::from_name(&required(setting.level, "level")?)?;
    head::save(call.deps.storage, &Head { status, ..call.head });
    done(ExecuteAnswer::SetContractStatus(SUCCESS))
}
