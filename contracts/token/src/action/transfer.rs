//! Transfers of one's own tokens, alone or in batches, and sends, which tell a receiving contract.

use cosmwasm_std::{Addr, BlockInfo, Response, StdResult};

use super::hook::{self, Received};
use super::{done, Call};
use crate::answer::{padded, ExecuteAnswer};
use crate::msg::Send;
use crate::state::history::{Action, Entry};
use crate::state::Book;

/// One movement of tokens.
pub struct Movement<'a> {
    pub from: &'a Addr,
    pub sender: &'a Addr,
    pub recipient: &'a Addr,
    pub amount: u128,
    pub memo: Option<String>,
}

/// Moves tokens and records it for all who take part.
pub fn make(book: &mut Book, block: &BlockInfo, movement: Movement) -> StdResult<()> {
    let Movement { from, sender, recipient, amount, memo } = movement;
    book.debit(from, amount)?;
    book.credit(recipient, amount)?;
    let action = Action::Transfer { from: from.clone(), sender: sender.clone(), recipient: recipient.clone() };
    book.record(&Entry::new(action, amount, memo, block))
}

pub fn transfer(call: Call, transfers: Vec<Send>, answer: ExecuteAnswer) -> StdResult<Response> {
    let sender = &call.info.sender;
    let mut book = Book::open(call.deps.storage);
    for one in transfers {
        let recipient = call.deps.api.addr_validate(&one.recipient)?;
        let amount = one.amount.u128();
        make(
            &mut book,
            &call.env.block,
            Movement { from: sender, sender, recipient: &recipient, amount, memo: one.memo },
        )?;
    }
    book.close();
    done(answer)
}

pub fn send(call: Call, sends: Vec<Send>, answer: ExecuteAnswer) -> StdResult<Response> {
    let sender = &call.info.sender;
    let mut book = Book::open(call.deps.storage);
    let mut received = Vec::with_capacity(sends.len());
    for one in sends {
        let recipient = call.deps.api.addr_validate(&one.recipient)?;
        let amount = one.amount.u128();
        let memo = one.memo.clone();
        make(&mut book, &call.env.block, Movement { from: sender, sender, recipient: &recipient, amount, memo })?;
        received.push(Received {
            from: sender.clone(),
            recipient,
            code_hash: one.recipient_code_hash,
            amount: one.amount,
            memo: one.memo,
            msg: one.msg,
        });
    }
    book.close();
    let messages = hook::messages(call.deps.storage, sender, received)?;
    Ok(Response::new().add_messages(messages).set_data(padded(&answer)?))
}
