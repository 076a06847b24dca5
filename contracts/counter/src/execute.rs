//! Actions of the counter. Each returns the response that the chain turns into events, data and messages.

use cosmwasm_std::{BankMsg, DepsMut, Env, Event, MessageInfo, Response, StdError, StdResult};

use crate::msg::ExecuteMsg;
use crate::{relay, state};

pub fn run(deps: DepsMut, env: Env, info: MessageInfo, msg: ExecuteMsg) -> StdResult<Response> {
    match msg {
        ExecuteMsg::Increment {} => add(deps, 1),
        ExecuteMsg::Add { n } => add(deps, n),
        ExecuteMsg::Reset { count } => reset(deps, info, count),
        ExecuteMsg::Fail { text } => Err(failure(text)),
        ExecuteMsg::Panic {} => panic_after_write(deps),
        ExecuteMsg::BurnGas { iterations } => Ok(burn_gas(iterations)),
        ExecuteMsg::Log { text } => Ok(log(text)),
        ExecuteMsg::Echo { text } => Ok(echo(deps, text)),
        ExecuteMsg::Roll { sides } => roll(env, sides),
        ExecuteMsg::Relay { contract, code_hash, msg, funds, reply_on, gas_limit } => {
            relay::send(relay::Relayed { contract, code_hash, msg, funds }, reply_on, gas_limit)
        }
        ExecuteMsg::Pay { to, amount } => {
            require_owner(&deps, &info)?;
            Ok(Response::new().add_message(BankMsg::Send { to_address: to, amount }))
        }
    }
}

/// The error of the `fail` action and of the `fail` query.
pub fn failure(text: Option<String>) -> StdError {
    StdError::generic_err(text.unwrap_or_else(|| "failed on request".to_string()))
}

fn require_owner(deps: &DepsMut, info: &MessageInfo) -> StdResult<()> {
    if state::owner(deps.storage)? == info.sender {
        Ok(())
    } else {
        Err(StdError::generic_err("only the owner may do this"))
    }
}

fn add(deps: DepsMut, n: i64) -> StdResult<Response> {
    let count =
        state::count(deps.storage)?.checked_add(n).ok_or_else(|| StdError::generic_err("the count would overflow"))?;
    state::set_count(deps.storage, count);
    Ok(Response::new().add_attribute("count", count.to_string()))
}

fn reset(deps: DepsMut, info: MessageInfo, count: i64) -> StdResult<Response> {
    require_owner(&deps, &info)?;
    state::set_count(deps.storage, count);
    Ok(Response::new().add_attribute("count", count.to_string()))
}

fn panic_after_write(deps: DepsMut) -> StdResult<Response> {
    state::set_count(deps.storage, i64::MIN);
    panic!("panicked on request")
}

/// A xorshift chain: every round needs the one before it, so the loop cannot be folded away.
fn burn_gas(iterations: u64) -> Response {
    let mut value = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..iterations {
        value ^= value << 13;
        value ^= value >> 7;
        value ^= value << 17;
    }
    Response::new().add_attribute("burnt", value.to_string())
}

fn log(text: Option<String>) -> Response {
    let text = text.unwrap_or_else(|| "hello".to_string());
    Response::new()
        .add_attribute("private", text.as_str())
        .add_attribute_plaintext("public", text.as_str())
        .add_event(
            Event::new("noted")
                .add_attribute("private", text.as_str())
                .add_attribute_plaintext("public", text.as_str()),
        )
        .set_data(text.into_bytes())
}

fn echo(deps: DepsMut, text: String) -> Response {
    state::set_text(deps.storage, &text);
    Response::new().add_attribute("text", text.as_str()).set_data(text.into_bytes())
}

/// Takes the first eight bytes modulo `sides`; the bias is below 2^-32 for the sides allowed.
fn roll(env: Env, sides: u64) -> StdResult<Response> {
    if sides == 0 || sides > u64::from(u32::MAX) {
        return Err(StdError::generic_err("sides must be from 1 to 4294967295"));
    }
    let random = env.block.random.ok_or_else(|| StdError::generic_err("the block has no randomness"))?;
    let head = random
        .as_slice()
        .get(..8)
        .and_then(|bytes| <[u8; 8]>::try_from(bytes).ok())
        .ok_or_else(|| StdError::generic_err("the block's randomness is too short"))?;
    let rolled = u64::from_be_bytes(head) % sides + 1;
    Ok(Response::new().add_attribute("rolled", rolled.to_string()).set_data(rolled.to_string().into_bytes()))
}
