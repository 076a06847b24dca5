//! Whatever is done, the balances add up to the supply, and a failed action leaves nothing behind.

use cosmwasm_std::testing::{mock_dependencies, mock_env, mock_info};
use cosmwasm_std::{from_binary, from_slice, Addr, DepsMut, OwnedDeps};
use enclavenet_token::msg::{ExecuteMsg, InstantiateMsg};
use enclavenet_token::query_msg::QueryMsg;
use enclavenet_token::state::{account, config};
use enclavenet_token::{execute, instantiate, query};

const ACCOUNTS: [&str; 4] = ["alice", "bobby", "carol", "david"];
const DESCRIPTION: &str = r#"{"name":"Test","symbol":"TEST","decimals":6,"prng_seed":"c2VlZA==",
  "initial_balances":[{"address":"alice","amount":"1000"},{"address":"bobby","amount":"500"}],
  "config":{"public_total_supply":true,"enable_mint":true,"enable_burn":true}}"#;

/// Deterministic numbers: a linear congruential generator.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % limit
    }

    fn account(&mut self) -> &'static str {
        ACCOUNTS[self.below(4) as usize]
    }
}

fn message(numbers: &mut Numbers) -> String {
    let (one, two, amount) = (numbers.account(), numbers.account(), numbers.below(400));
    match numbers.below(7) {
        0 | 1 => format!(r#"{{"transfer":{{"recipient":"{}","amount":"{}"}}}}"#, one, amount),
        2 => format!(r#"{{"mint":{{"recipient":"{}","amount":"{}"}}}}"#, one, amount),
        3 => format!(r#"{{"burn":{{"amount":"{}"}}}}"#, amount),
        4 => format!(r#"{{"increase_allowance":{{"spender":"{}","amount":"{}"}}}}"#, one, amount),
        5 => format!(r#"{{"burn_from":{{"owner":"{}","amount":"{}"}}}}"#, one, amount),
        _ => format!(r#"{{"transfer_from":{{"owner":"{}","recipient":"{}","amount":"{}"}}}}"#, one, two, amount),
    }
}

fn start(deps: DepsMut) {
    let msg: InstantiateMsg = from_slice(DESCRIPTION.as_bytes()).unwrap();
    instantiate(deps, mock_env(), mock_info("alice", &[]), msg).unwrap();
}

#[test]
fn balances_add_up_to_the_supply() {
    let OwnedDeps { mut storage, api, querier, .. } = mock_dependencies();
    let mut deps = DepsMut { storage: &mut storage, api: &api, querier: cosmwasm_std::QuerierWrapper::new(&querier) };
    start(deps.branch());
    let mut numbers = Numbers(1);
    let mut succeeded = 0;
    for _ in 0..3000 {
        let sender = numbers.account();
        let msg: ExecuteMsg = from_slice(message(&mut numbers).as_bytes()).unwrap();
        let before = ACCOUNTS.map(|name| account::load(deps.storage, &Addr::unchecked(name)).unwrap());
        let is_burn_from = matches!(msg, ExecuteMsg::BurnFrom { .. } | ExecuteMsg::TransferFrom(_));
        match execute(deps.branch(), mock_env(), mock_info(sender, &[]), msg) {
            Ok(_) => succeeded += 1,
            // The chain drops what a failed action wrote; only an allowance is written before the balance is looked at.
            Err(_) => {
                let after = ACCOUNTS.map(|name| account::load(deps.storage, &Addr::unchecked(name)).unwrap());
                assert!(is_burn_from || before == after);
            }
        }
        let balances = ACCOUNTS.map(|name| account::load(deps.storage, &Addr::unchecked(name)).unwrap().balance);
        assert_eq!(balances.iter().sum::<u128>(), config::supply(deps.storage).unwrap());
    }
    assert!(succeeded > 1000, "only {} of 3000 actions succeeded", succeeded);
}

#[test]
fn answers_fill_blocks() {
    let mut deps = mock_dependencies();
    start(deps.as_mut());
    let msg: QueryMsg = from_slice(br#"{"token_info":{}}"#).unwrap();
    let answer = query(deps.as_ref(), mock_env(), msg).unwrap();
    assert_eq!(answer.len() % 256, 0);
    let value: Answer = from_binary(&answer).unwrap();
    assert_eq!(value.token_info.total_supply, "1500");
}

#[derive(serde::Deserialize)]
struct Answer {
    token_info: TokenInfo,
}

#[derive(serde::Deserialize)]
struct TokenInfo {
    total_supply: String,
}
