//! Transfers and sends of somebody else's tokens, within the allowance that the owner gave.

use cosmwasm_std::{Response, StdResult};

use super::hook::{self, Received};
use super::transfer::{make, Movement};
use super::{allowance, done, Call};
use crate::answer::{padded, ExecuteAnswer};
use crate::msg::SendFrom;
use crate::state::Book;

pub fn transfer(mut call: Call, transfers: Vec<SendFrom>, answer: ExecuteAnswer) -> StdResult<Response> {
    for one in transfers {
        spend(&mut call, one)?;
    }
    done(answer)
}

pub fn send(mut call: Call, sends: Vec<SendFrom>, answer: ExecuteAnswer) -> StdResult<Response> {
    let mut received = Vec::with_capacity(sends.len());
    for one in sends {
        received.push(spend(&mut call, one)?);
    }
    let messages = hook::messages(call.deps.storage, &call.info.sender, received)?;
    Ok(Response::new().add_messages(messages).set_data(padded(&answer)?))
}

/// Uses up allowance and moves the tokens.
fn spend(call: &mut Call, one: SendFrom) -> StdResult<Received> {
    let owner = call.deps.api.addr_validate(&one.owner)?;
    let recipient = call.deps.api.addr_validate(&one.recipient)?;
    let amount = one.amount.u128();
    allowance::spend(call, &owner, amount)?;
    let mut book = Book::open(call.deps.storage);
    let movement =
        Movement { from: &owner, sender: &call.info.sender, recipient: &recipient, amount, memo: one.memo.clone() };
    make(&mut book, &call.env.block, movement)?;
    book.close();
    Ok(Received {
        from: owner,
        recipient,
        code_hash: one.recipient_code_hash,
        amount: one.amount,
        memo: one.memo,
        msg: one.msg,
    })
}
