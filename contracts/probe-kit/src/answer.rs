//! What a call answers, and its JSON (spec 03 §4.3).

use serde::Deserialize;

/// An attribute; encrypted unless it says otherwise, like the chain's default.
#[derive(Deserialize)]
pub struct Attribute {
    pub key: String,
    pub value: String,
    pub encrypted: Option<bool>,
}

/// A custom event of the newer interface.
#[derive(Deserialize)]
pub struct Event {
    #[serde(rename = "type")]
    pub kind: String,
    pub attributes: Vec<Attribute>,
}

/// An answer in the making. Messages are texts: they go out as they are.
#[derive(Default)]
pub struct Answer {
    pub messages: Vec<String>,
    pub attributes: Vec<Attribute>,
    pub events: Vec<Event>,
    pub data: Option<Vec<u8>>,
}

/// A text as JSON.
pub fn text_json(text: &str) -> String {
    serde_json_wasm::to_string(text).expect("texts are plain data")
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

fn attribute_json(attribute: &Attribute) -> String {
    let (key, value) = (text_json(&attribute.key), text_json(&attribute.value));
    match attribute.encrypted {
        Some(encrypted) => format!("{{\"key\":{key},\"value\":{value},\"encrypted\":{encrypted}}}"),
        None => format!("{{\"key\":{key},\"value\":{value}}}"),
    }
}

impl Answer {
    pub fn messages_json(&self) -> String {
        list(self.messages.iter().cloned())
    }

    pub fn attributes_json(&self) -> String {
        list(self.attributes.iter().map(attribute_json))
    }

    pub fn events_json(&self) -> String {
        list(self.events.iter().map(|Event { kind, attributes }| {
            format!("{{\"type\":{},\"attributes\":{}}}", text_json(kind), list(attributes.iter().map(attribute_json)))
        }))
    }

    pub fn data_json(&self) -> String {
        self.data.as_ref().map_or("null".into(), |data| text_json(&base64::encode(data)))
    }
}
