//! Runs steps, in their order, over the state that the imports give.

use crate::abi::Abi;
use crate::answer::{Answer, Attribute};
use crate::imports::{self, Outcome};
use crate::reply::Reply;
use crate::step::Step;
use crate::{limits, query, region, steps_of};

/// What a call got, as it came.
pub struct Inputs {
    pub env: Vec<u8>,
    pub info: Vec<u8>,
    pub msg: Vec<u8>,
}

impl Inputs {
    pub fn take(env: Option<u32>, info: Option<u32>, msg: u32) -> Self {
        let taken = |pointer: Option<u32>| pointer.map(region::take).unwrap_or_default();
        Inputs { env: taken(env), info: taken(info), msg: region::take(msg) }
    }
}

/// Why a call ends before its last step.
pub enum Stop {
    /// JSON that stands behind `Err`.
    Error(String),
    /// The whole output.
    Output(String),
}

pub struct Machine<'a> {
    pub abi: &'a dyn Abi,
    pub inputs: Inputs,
    pub answer: Answer,
    /// What the reply says, in a call of `reply`.
    pub reply: Option<Reply>,
}

impl<'a> Machine<'a> {
    pub fn new(abi: &'a dyn Abi, inputs: Inputs) -> Self {
        Machine { abi, inputs, answer: Answer::default(), reply: None }
    }

    /// Runs the steps of these messages.
    pub fn run_all(mut self, scripts: &[Vec<u8>]) -> Result<Answer, Stop> {
        for script in scripts {
            for step in steps_of(self.abi, script)? {
                self.run(step)?;
            }
        }
        Ok(self.answer)
    }

    fn run(&mut self, step: Step) -> Result<(), Stop> {
        match step {
            Step::Set { key, value } => imports::write(key.into_bytes(), value.into_bytes()),
            Step::Get { key } => self.answer.data = Some(imports::read(key.into_bytes()).unwrap_or_default()),
            Step::Remove { key } => imports::remove(key.into_bytes()),
            Step::Add { key, n } => self.add(key, n)?,
            Step::Log(attribute) => self.answer.attributes.push(attribute),
            Step::Event(event) => self.answer.events.push(event),
            Step::Data { text } => self.answer.data = Some(text.into_bytes()),
            Step::Append { text } => self.answer.data.get_or_insert_with(Vec::new).extend(text.into_bytes()),
            Step::NoData {} => self.answer.data = None,
            Step::Input { name } => self.show_input(name)?,
            Step::Emit { messages } => self.answer.messages.extend(messages),
            Step::OnReply { id, script } => imports::write(crate::reply::key(id), script.into_bytes()),
            Step::ReplyData {} => self.answer.data = self.reply()?.data.clone(),
            Step::ReplyError {} => {
                let error = self.reply()?.error.clone();
                self.show("reply_error", error.unwrap_or_else(|| "none".into()));
            }
            Step::Query { request } => {
                let answer = query::ask(&request);
                self.show("query", answer);
            }
            Step::QueryRecursion { contract, code_hash, depth } => {
                self.answer.data = Some(query::recurse(&contract, &code_hash, depth).into_bytes());
            }
            Step::Import { name, arguments, number } => self.import(name, &arguments, number)?,
            Step::Fail { text } => return Err(Stop::Error(self.abi.generic_error(&text))),
            Step::StdError { kind } => return Err(self.std_error(&kind)),
            Step::Output { text } => return Err(Stop::Output(text)),
            Step::Panic {} => panic!("panicked on request"),
            Step::Spin { rounds } => limits::spin(rounds),
            Step::Recurse { depth } => limits::recurse(depth),
            Step::Allocate { bytes } => limits::allocate(bytes),
            Step::Grow { pages } => self.show("grow", limits::grow(pages).to_string()),
            Step::Touch { address } => limits::touch(address),
        }
        Ok(())
    }

    /// Something that was found out: an attribute, and the data of the answer so far.
    fn show(&mut self, key: &str, value: String) {
        self.answer.data = Some(value.clone().into_bytes());
        self.answer.attributes.push(Attribute { key: key.into(), value, encrypted: None });
    }

    fn generic(&self, text: &str) -> Stop {
        Stop::Error(self.abi.generic_error(text))
    }

    fn std_error(&self, kind: &str) -> Stop {
        match self.abi.std_error(kind) {
            Some(json) => Stop::Error(json),
            None => self.generic("there is no such error"),
        }
    }

    fn reply(&self) -> Result<&Reply, Stop> {
        self.reply.as_ref().ok_or_else(|| self.generic("this is no reply"))
    }

    fn add(&mut self, key: String, n: i32) -> Result<(), Stop> {
        let key = key.into_bytes();
        let before = match imports::read(key.clone()) {
            None => 0,
            Some(bytes) => i32::from_be_bytes(
                <[u8; 4]>::try_from(bytes).map_err(|_| self.generic("the stored number has not four bytes"))?,
            ),
        };
        let after = before.checked_add(n).ok_or_else(|| self.generic("the number would overflow"))?;
        let bytes = after.to_be_bytes().to_vec();
        self.answer.data = Some(bytes.clone());
        imports::write(key, bytes);
        Ok(())
    }

    fn show_input(&mut self, name: String) -> Result<(), Stop> {
        let bytes = match name.as_str() {
            "env" => &self.inputs.env,
            "info" => &self.inputs.info,
            "msg" => &self.inputs.msg,
            _ => return Err(self.generic("inputs are env, info and msg")),
        };
        let text = String::from_utf8_lossy(bytes).into_owned();
        self.show(&name, text);
        Ok(())
    }

    fn import(&mut self, name: String, arguments: &[Option<String>], number: Option<String>) -> Result<(), Stop> {
        let pointers = imports::pointers(arguments, number).map_err(|text| self.generic(text))?;
        let outcome = match imports::call(&name, &pointers) {
            Some(outcome) => outcome,
            None => self.abi.import(&name, &pointers).ok_or_else(|| self.generic("there is no such import"))?,
        };
        let text = match outcome {
            Outcome::Nothing => "none".into(),
            Outcome::Number(value) => value.to_string(),
            Outcome::Failed(code) => format!("error {code}"),
            Outcome::Bytes(bytes) => base64::encode(bytes),
            Outcome::Refused(bytes) => format!("refused: {}", String::from_utf8_lossy(&bytes)),
        };
        self.show(&name, text);
        Ok(())
    }
}
