//! Compact binary form of the records: big-endian numbers and length-prefixed texts. Fewer bytes mean less gas, and
//! records of one kind have lengths that tell little.

use cosmwasm_std::{Addr, StdError, StdResult};

/// Private texts are stored in blocks of this many bytes.
const BLOCK: usize = 64;

/// Size of the blocks that hold `length` bytes.
fn blocks(length: usize) -> usize {
    (length + BLOCK - 1) / BLOCK * BLOCK
}

/// Bytes of a record under construction.
#[derive(Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    pub fn new() -> Self {
        Writer::default()
    }

    pub fn u8(mut self, value: u8) -> Self {
        self.0.push(value);
        self
    }

    pub fn u32(mut self, value: u32) -> Self {
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    pub fn u64(mut self, value: u64) -> Self {
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    pub fn u128(mut self, value: u128) -> Self {
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    pub fn flag(self, value: bool) -> Self {
        self.u8(u8::from(value))
    }

    /// A text of any length that fits into memory.
    pub fn text(self, value: &str) -> Self {
        let mut next = self.u32(value.len() as u32);
        next.0.extend_from_slice(value.as_bytes());
        next
    }

    /// A marker, and the text if there is one.
    pub fn optional_text(self, value: Option<&str>) -> Self {
        match value {
            Some(text) => self.u8(1).text(text),
            None => self.u8(0),
        }
    }

    /// The same with zeros up to a full block, so that the record's length tells little about the text's.
    pub fn optional_blocks(self, value: Option<&str>) -> Self {
        let mut next = self.optional_text(value);
        let filling = value.map_or(0, |text| blocks(text.len()) - text.len());
        next.0.resize(next.0.len() + filling, 0);
        next
    }

    /// Their number, and each text.
    pub fn texts<T: AsRef<str>>(self, values: &[T]) -> Self {
        let head = self.u32(values.len() as u32);
        values.iter().fold(head, |writer, value| writer.text(value.as_ref()))
    }

    pub fn bytes(self) -> Vec<u8> {
        self.0
    }
}

/// Reads a record from its front; every read fails on a record that is too short.
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader(bytes)
    }

    fn take(&mut self, length: usize) -> StdResult<&'a [u8]> {
        if self.0.len() < length {
            return Err(damaged());
        }
        let (head, rest) = self.0.split_at(length);
        self.0 = rest;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> StdResult<[u8; N]> {
        <[u8; N]>::try_from(self.take(N)?).map_err(|_| damaged())
    }

    pub fn u8(&mut self) -> StdResult<u8> {
        Ok(self.array::<1>()?[0])
    }

    pub fn u32(&mut self) -> StdResult<u32> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    pub fn u64(&mut self) -> StdResult<u64> {
        Ok(u64::from_be_bytes(self.array()?))
    }

    pub fn u128(&mut self) -> StdResult<u128> {
        Ok(u128::from_be_bytes(self.array()?))
    }

    pub fn text(&mut self) -> StdResult<String> {
        let length = self.u32()?;
        let bytes = self.take(length as usize)?;
        String::from_utf8(bytes.to_vec()).map_err(|_| damaged())
    }

    pub fn optional_text(&mut self) -> StdResult<Option<String>> {
        if self.flag()? {
            self.text().map(Some)
        } else {
            Ok(None)
        }
    }

    pub fn optional_blocks(&mut self) -> StdResult<Option<String>> {
        let text = self.optional_text()?;
        if let Some(text) = &text {
            self.take(blocks(text.len()) - text.len())?;
        }
        Ok(text)
    }

    pub fn flag(&mut self) -> StdResult<bool> {
        Ok(self.u8()? != 0)
    }

    pub fn texts(&mut self) -> StdResult<Vec<String>> {
        let count = self.u32()?;
        (0..count).map(|_| self.text()).collect()
    }

    pub fn address(&mut self) -> StdResult<Addr> {
        Ok(Addr::unchecked(self.text()?))
    }
}

/// The error for a record that this code did not write.
pub fn damaged() -> StdError {
    StdError::generic_err("a stored record is damaged")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let writer = Writer::new().u8(1).u32(2).u64(3).u128(u128::MAX).flag(true).text("four");
        let bytes = writer.optional_text(None).optional_text(Some("")).texts(&["a", "b"]).bytes();
        let mut reader = Reader::new(&bytes);
        assert_eq!((reader.u8().unwrap(), reader.u32().unwrap(), reader.u64().unwrap()), (1, 2, 3));
        assert_eq!((reader.u128().unwrap(), reader.flag().unwrap()), (u128::MAX, true));
        assert_eq!(reader.address().unwrap(), "four");
        assert_eq!((reader.optional_text().unwrap(), reader.optional_text().unwrap()), (None, Some(String::new())));
        assert_eq!(reader.texts().unwrap(), ["a", "b"]);
    }

    #[test]
    fn short_and_false_records_are_errors() {
        let bytes = Writer::new().texts(&["one", "two"]).bytes();
        for length in 0..bytes.len() {
            assert!(Reader::new(&bytes[..length]).texts().is_err());
        }
        assert!(Reader::new(&[255; 4]).text().is_err());
        assert!(Reader::new(&[0, 0, 0, 1, 0xff]).text().is_err());
    }
}
