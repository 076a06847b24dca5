//! Query permits (SNIP-24): instead of sending a viewing key, an account signs a document that names tokens and
//! permissions. The signed bytes are the amino JSON of a transaction that can never be valid.

use cosmwasm_std::{to_vec, Addr, CanonicalAddr, Deps, Env, StdError, StdResult};
use ripemd::Ripemd160;
use sha2::{Digest, Sha256};

use crate::query_msg::{Permit, PermitParams, Topic};
use crate::state::registry;

/// The kind of key that amino names for accounts.
const KEY_TYPE: &str = "tendermint/PubKeySecp256k1";

fn refused(why: &str) -> StdError {
    StdError::generic_err(why)
}

/// Checks the permit for a topic, and says who signed it.
pub fn signer(deps: Deps, env: &Env, permit: &Permit, topic: Topic) -> StdResult<Addr> {
    let PermitParams { permit_name, allowed_tokens, chain_id, permissions } = &permit.params;
    if !allowed_tokens.iter().any(|token| token == env.contract.address.as_str()) {
        return Err(refused("the permit is not for this token"));
    }
    if *chain_id != env.block.chain_id {
        return Err(refused("the permit is not for this chain"));
    }
    let key = &permit.signature.pub_key;
    if key.kind != KEY_TYPE {
        return Err(refused("the permit is signed with a key of another kind"));
    }
    let address: [u8; 20] = Ripemd160::digest(Sha256::digest(key.value.as_slice())).into();
    let signer = deps.api.addr_humanize(&CanonicalAddr::from(address.as_slice()))?;
    if registry::is_revoked(deps.storage, &signer, permit_name) {
        return Err(refused("the permit was revoked"));
    }
    let hash: [u8; 32] = Sha256::digest(signed_bytes(&permit.params)?).into();
    if !matches!(deps.api.secp256k1_verify(&hash, &permit.signature.signature, &key.value), Ok(true)) {
        return Err(refused("the permit's signature is not valid"));
    }
    let needed = match topic {
        Topic::Balance => "balance",
        Topic::Allowance | Topic::AllowancesGiven | Topic::AllowancesReceived => "allowance",
        Topic::TransferHistory | Topic::TransactionHistory => "history",
    };
    if permissions.iter().any(|given| given == needed || given == "owner") {
        Ok(signer)
    } else {
        Err(refused("the permit does not give this permission"))
    }
}

/// The signed document, its keys in alphabetical order as in all amino JSON.
fn signed_bytes(params: &PermitParams) -> StdResult<Vec<u8>> {
    let parts: [&[u8]; 9] = [
        br#"{"account_number":"0","chain_id":"#,
        &to_vec(&params.chain_id)?,
        br#","fee":{"amount":[{"amount":"0","denom":"uscrt"}],"gas":"1"},"memo":"","msgs":[{"type":"query_permit","value":{"allowed_tokens":"#,
        &to_vec(&params.allowed_tokens)?,
        br#","permissions":"#,
        &to_vec(&params.permissions)?,
        br#","permit_name":"#,
        &to_vec(&params.permit_name)?,
        br#"}}],"sequence":"0"}"#,
    ];
    Ok(escaped(&parts.concat()))
}

/// Amino JSON escapes three characters, which stand in texts only, as HTML does not want them.
fn escaped(json: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(json.len());
    for byte in json {
        match byte {
            b'&' => bytes.extend_from_slice(br"\u0026"),
            b'<' => bytes.extend_from_slice(br"\u003c"),
            b'>' => bytes.extend_from_slice(br"\u003e"),
            other => bytes.push(*other),
        }
    }
    bytes
}
