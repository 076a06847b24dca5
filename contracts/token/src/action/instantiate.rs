//! Instantiation: checks the token's description, stores it and mints the initial balances.

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response, StdError, StdResult};

use crate::msg::InstantiateMsg;
use crate::state::config::{self, Constants};
use crate::state::head::Head;
use crate::state::history::{Action, Entry};
use crate::state::Book;
use crate::viewing_key::hash_parts;

const DEFAULT_DENOM: &str = "uscrt";
const MAX_DECIMALS: u8 = 18;

pub fn run(deps: DepsMut, env: Env, info: MessageInfo, msg: InstantiateMsg) -> StdResult<Response> {
    check_description(&msg)?;
    let admin = match &msg.admin {
        Some(address) => deps.api.addr_validate(address)?,
        None => info.sender.clone(),
    };
    let switches = msg.config.unwrap_or_default();
    let constants = Constants {
        name: msg.name,
        symbol: msg.symbol,
        decimals: msg.decimals,
        public_total_supply: switches.public_total_supply.unwrap_or(false),
        deposit: switches.enable_deposit.unwrap_or(false),
        redeem: switches.enable_redeem.unwrap_or(false),
        mint: switches.enable_mint.unwrap_or(false),
        burn: switches.enable_burn.unwrap_or(false),
        denoms: msg.supported_denoms.unwrap_or_else(|| vec![DEFAULT_DENOM.to_string()]),
    };
    let minters = if constants.mint { vec![admin.clone()] } else { vec![] };
    config::set_constants(deps.storage, &constants);
    config::set_minters(deps.storage, &minters);

    let mut supply = 0_u128;
    let mut book = Book::open(deps.storage, Head::FIRST);
    for initial in msg.initial_balances.unwrap_or_default() {
        let amount = initial.amount.u128();
        supply = supply
            .checked_add(amount)
            .ok_or_else(|| StdError::generic_err("the sum of the initial balances is too large"))?;
        let recipient = deps.api.addr_validate(&initial.address)?;
        book.credit(&recipient, amount)?;
        book.record(&Entry::new(Action::Mint { minter: admin.clone(), recipient }, amount, None, &env.block))?;
    }
    book.close();

    config::set_admin(deps.storage, &admin);
    config::set_supply(deps.storage, supply);
    let seed = hash_parts(&[&msg.prng_seed, info.sender.as_bytes(), env.contract.address.as_bytes()]);
    config::set_prng_seed(deps.storage, &seed);
    Ok(Response::new())
}

fn check_description(msg: &InstantiateMsg) -> StdResult<()> {
    if !(3..=30).contains(&msg.name.len()) {
        return Err(StdError::generic_err("the name must have 3 to 30 bytes"));
    }
    let symbol = msg.symbol.as_bytes();
    if !(3..=20).contains(&symbol.len()) || !symbol.iter().all(|c| c.is_ascii_alphanumeric() || *c == b'-') {
        return Err(StdError::generic_err("the symbol must have 3 to 20 letters, digits or hyphens"));
    }
    if msg.decimals > MAX_DECIMALS {
        return Err(StdError::generic_err("there are at most 18 decimals"));
    }
    Ok(())
}
