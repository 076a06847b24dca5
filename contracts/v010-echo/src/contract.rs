//! Behaviour of the v0.10 contract: a count, a text and the last call in state.

use cosmwasm_std::{
    from_slice, log, to_binary, to_vec, Api, Env, Extern, HandleResponse, InitResponse, MigrateResponse, Querier,
    QueryResponse, ReadonlyStorage, StdError, StdResult, Storage,
};

use crate::msg::{AddressResponse, CountResponse, HandleMsg, InitMsg, LastCall, MigrateMsg, QueryMsg, TextResponse};

const COUNT: &[u8] = b"count";
const TEXT: &[u8] = b"text";
const LAST_CALL: &[u8] = b"last_call";

pub fn init<S: Storage, A: Api, Q: Querier>(
    deps: &mut Extern<S, A, Q>,
    env: Env,
    msg: InitMsg,
) -> StdResult<InitResponse> {
    deps.storage.set(COUNT, &msg.count.to_be_bytes());
    note_call(&mut deps.storage, env)?;
    Ok(InitResponse { messages: vec![], log: vec![log("count", msg.count)] })
}

pub fn handle<S: Storage, A: Api, Q: Querier>(
    deps: &mut Extern<S, A, Q>,
    env: Env,
    msg: HandleMsg,
) -> StdResult<HandleResponse> {
    note_call(&mut deps.storage, env)?;
    match msg {
        HandleMsg::Increment {} => add(&mut deps.storage, 1),
        HandleMsg::Add { n } => add(&mut deps.storage, n),
        HandleMsg::Echo { text } => {
            deps.storage.set(TEXT, text.as_bytes());
            let log = vec![log("text", &text)];
            Ok(HandleResponse { messages: vec![], log, data: Some(text.into_bytes().into()) })
        }
        HandleMsg::Fail { text } => Err(StdError::generic_err(text)),
        HandleMsg::Refuse {} => Err(StdError::unauthorized()),
    }
}

pub fn migrate<S: Storage, A: Api, Q: Querier>(
    deps: &mut Extern<S, A, Q>,
    env: Env,
    _msg: MigrateMsg,
) -> StdResult<MigrateResponse> {
    note_call(&mut deps.storage, env)?;
    Ok(MigrateResponse::default())
}

pub fn query<S: Storage, A: Api, Q: Querier>(deps: &Extern<S, A, Q>, msg: QueryMsg) -> StdResult<QueryResponse> {
    match msg {
        QueryMsg::GetCount {} => to_binary(&CountResponse { count: count(&deps.storage)? }),
        QueryMsg::GetText {} => {
            let bytes = deps.storage.get(TEXT).unwrap_or_default();
            let text = String::from_utf8(bytes).map_err(|e| StdError::invalid_utf8(e.to_string()))?;
            to_binary(&TextResponse { text })
        }
        QueryMsg::GetLastCall {} => {
            let bytes = deps.storage.get(LAST_CALL).ok_or_else(|| StdError::not_found("last call"))?;
            to_binary(&from_slice::<LastCall>(&bytes)?)
        }
        QueryMsg::Normalize { address } => {
            let canonical = deps.api.canonical_address(&address)?;
            to_binary(&AddressResponse { address: deps.api.human_address(&canonical)? })
        }
        QueryMsg::Fail { text } => Err(StdError::generic_err(text)),
    }
}

fn note_call<S: Storage>(storage: &mut S, env: Env) -> StdResult<()> {
    let call = LastCall {
        sender: env.message.sender,
        contract: env.contract.address,
        height: env.block.height,
        time: env.block.time,
        chain_id: env.block.chain_id,
    };
    storage.set(LAST_CALL, &to_vec(&call)?);
    Ok(())
}

fn count<S: ReadonlyStorage>(storage: &S) -> StdResult<i64> {
    let bytes = storage.get(COUNT).ok_or_else(|| StdError::not_found("count"))?;
    let fixed = <[u8; 8]>::try_from(bytes).map_err(|_| StdError::generic_err("the stored count is damaged"))?;
    Ok(i64::from_be_bytes(fixed))
}

fn add<S: Storage>(storage: &mut S, n: i64) -> StdResult<HandleResponse> {
    let count = count(storage)?.checked_add(n).ok_or_else(|| StdError::generic_err("the count would overflow"))?;
    storage.set(COUNT, &count.to_be_bytes());
    Ok(HandleResponse { messages: vec![], log: vec![log("count", count)], data: None })
}
