//! Query permits (SNIP-24): instead of sending a viewing key, an account signs a document that names tokens and
//! permissions. The signed bytes are the amino JSON of a transaction that can never be valid.

use cosmwasm_std::{to_vec, Addr, CanonicalAddr, Deps, Env, StdError, StdResult};
use ripemd::Ripemd160;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::account;
use crate::answer::QueryAnswer;
use crate::query_msg::{Permit, PermitParams, PermitQuery};
use crate::state::registry;

/// The signed document. Amino JSON has its keys in alphabetical order, and so have these structures.
#[derive(Serialize)]
struct SignDoc<'a> {
    account_number: &'a str,
    chain_id: &'a str,
    fee: Fee<'a>,
    memo: &'a str,
    msgs: [PermitMsg<'a>; 1],
    sequence: &'a str,
}

#[derive(Serialize)]
struct Fee<'a> {
    amount: [FeeCoin<'a>; 1],
    gas: &'a str,
}

#[derive(Serialize)]
struct FeeCoin<'a> {
    amount: &'a str,
    denom: &'a str,
}

#[derive(Serialize)]
struct PermitMsg<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    value: PermitValue<'a>,
}

#[derive(Serialize)]
struct PermitValue<'a> {
    allowed_tokens: &'a [String],
    permissions: &'a [String],
    permit_name: &'a str,
}

pub fn answer(deps: Deps, env: &Env, permit: &Permit, query: PermitQuery) -> StdResult<QueryAnswer> {
    let signer = check(deps, env, permit)?;
    let permissions = &permit.params.permissions;
    let needed = match query {
        PermitQuery::Balance(_) => "balance",
        PermitQuery::Allowance { .. } => "allowance",
        PermitQuery::TransferHistory(_) | PermitQuery::TransactionHistory(_) => "history",
    };
    if !permissions.iter().any(|given| given == needed || given == "owner") {
        return Err(StdError::generic_err("the permit does not give this permission"));
    }
    match query {
        PermitQuery::Balance(_) => account::balance(deps, &signer),
        PermitQuery::Allowance { owner, spender } => {
            if signer != owner && signer != spender {
                return Err(StdError::generic_err("the permit's signer is neither the owner nor the spender"));
            }
            account::allowance(deps, deps.api.addr_validate(&owner)?, deps.api.addr_validate(&spender)?)
        }
        PermitQuery::TransferHistory(asked) => account::transfers(deps, &signer, asked.page, asked.page_size),
        PermitQuery::TransactionHistory(asked) => account::transactions(deps, &signer, asked.page, asked.page_size),
    }
}

/// Checks everything but the permission, and says who signed.
fn check(deps: Deps, env: &Env, permit: &Permit) -> StdResult<Addr> {
    let PermitParams { permit_name, allowed_tokens, chain_id, .. } = &permit.params;
    if !allowed_tokens.iter().any(|token| token == env.contract.address.as_str()) {
        return Err(StdError::generic_err("the permit is not for this token"));
    }
    if *chain_id != env.block.chain_id {
        return Err(StdError::generic_err("the permit is not for this chain"));
    }
    let pub_key = permit.signature.pub_key.value.as_slice();
    let address: [u8; 20] = Ripemd160::digest(Sha256::digest(pub_key)).into();
    let signer = deps.api.addr_humanize(&CanonicalAddr::from(address.as_slice()))?;
    if registry::is_revoked(deps.storage, &signer, permit_name) {
        return Err(StdError::generic_err("the permit was revoked"));
    }
    let hash: [u8; 32] = Sha256::digest(signed_bytes(&permit.params)?).into();
    match deps.api.secp256k1_verify(&hash, &permit.signature.signature, pub_key) {
        Ok(true) => Ok(signer),
        _ => Err(StdError::generic_err("the permit's signature is not valid")),
    }
}

fn signed_bytes(params: &PermitParams) -> StdResult<Vec<u8>> {
    let value = PermitValue {
        allowed_tokens: &params.allowed_tokens,
        permissions: &params.permissions,
        permit_name: &params.permit_name,
    };
    to_vec(&SignDoc {
        account_number: "0",
        chain_id: &params.chain_id,
        fee: Fee { amount: [FeeCoin { amount: "0", denom: "uscrt" }], gas: "1" },
        memo: "",
        msgs: [PermitMsg { kind: "query_permit", value }],
        sequence: "0",
    })
}
